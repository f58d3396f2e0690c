"""Notices as the secretariat keeps them: written, published, changed, taken down, deleted; nobody else has a hand in them."""

import pytest
from django.urls import reverse

from cms.pages import HomePage, NoticePage
from tests.walking import everything, refusals

TEXT = '{"blocks": [{"key": "a", "text": "机要室电话不变。", "type": "unstyled", "depth": 0, "inlineStyleRanges": [], "entityRanges": []}], "entityMap": {}}'


@pytest.fixture
def home(city):
    return HomePage.objects.get()


@pytest.fixture
def write(city, home):
    """Posts the form of a new notice, as the secretary unless at another's desk."""

    def post(act="action-publish", title="国庆假期值班电话", desk=None):
        path = reverse("wagtailadmin_pages:add", args=["cms", "noticepage", home.pk])
        form = {"title": title, "published_on": "2026-09-28", "text": TEXT, act: act}
        return (desk or city.desk(city.secretary)).post(path, form, follow=True)

    return post


def listing(home):
    return reverse("wagtailadmin_explore", args=[home.pk])


def body(answer):
    return answer.content.decode()


def test_a_new_notice_is_dated_today_and_asks_for_nothing_but_its_text(city, home):
    answer = city.desk(city.secretary).get(reverse("wagtailadmin_pages:add", args=["cms", "noticepage", home.pk]))
    form = answer.context["form"]
    assert set(form.fields) == {"title", "published_on", "text"}
    assert str(form["published_on"].value()) == "2026-09-28"


def test_a_published_notice_is_on_everybodys_desk(city, home, write):
    answer = write()
    assert "《国庆假期值班电话》已发布。" in body(answer)
    assert "已发布" in body(city.desk(city.secretary).get(listing(home)))
    notice = NoticePage.objects.get()
    for person in (city.clerk, city.nobody):
        assert "机要室电话不变。" in body(city.desk(person).get(reverse("notice", args=[notice.pk])))


def test_a_notice_that_is_only_saved_is_on_nobodys_desk(city, home, write):
    write(act="action-save")
    notice = NoticePage.objects.get()
    assert not notice.live
    assert "未发布" in body(city.desk(city.secretary).get(listing(home)))
    assert city.desk(city.clerk).get(reverse("notice", args=[notice.pk])).status_code == 404


def test_a_notice_is_taken_down_and_deleted(city, home, write):
    write()
    notice, desk = NoticePage.objects.get(), city.desk(city.secretary)
    for name in ("unpublish", "delete"):
        path = reverse(f"wagtailadmin_pages:{name}", args=[notice.pk])
        assert desk.get(path).status_code == 200
        assert NoticePage.objects.filter(live=True).exists() is (name == "unpublish"), "looking changed something"
        assert desk.post(path, follow=True).redirect_chain[0][0] == listing(home)
    assert not NoticePage.objects.exists()


@pytest.mark.parametrize("who", ["drafter", "reviewer", "stranger", "clerk", "engineer", "superuser", "nobody"])
def test_nobody_else_writes_changes_or_lists_notices(city, home, write, who):
    write(act="action-save", title="zq7notice")
    notice, person = NoticePage.objects.get(), getattr(city, who)
    desk, paths = city.desk(person), [listing(home)]
    before = everything()
    assert write(desk=desk).status_code == 404
    paths += [
        reverse(f"wagtailadmin_pages:{name}", args=[notice.pk]) for name in ("edit", "delete", "history", "unpublish")
    ]
    for path in paths:
        for answer in (desk.get(path), desk.post(path, {"title": "改了", "action-publish": "1"})):
            assert answer.status_code in (404, 405), path
            assert "zq7notice" not in body(answer), path
    assert everything() == before
    assert set(paths) <= {*refusals(person), listing(home)}


def test_the_list_turns_its_pages_and_odd_questions_turn_none(city, home):
    for number in range(26):
        home.add_child(instance=NoticePage(title=f"第{number}号通知", published_on="2026-09-28", text="<p>无</p>"))
    desk = city.desk(city.secretary)
    first, second = desk.get(listing(home)), desk.get(listing(home), {"page": 2})
    assert [len(answer.context["page_obj"]) for answer in (first, second)] == [25, 1]
    assert 'href="?page=2"' in body(first)
    for name in ("owner", "page", "ordering", "p", "q", "edited_by", "site"):
        for odd in ("9" * 40, "-1", "\0", "٣", "x" * 1000):
            assert desk.get(listing(home), {name: odd}).status_code == 200, (name, odd)


def test_the_history_of_a_notice_takes_odd_questions(city, home, write):
    write()
    path = reverse("wagtailadmin_pages:history", args=[NoticePage.objects.get().pk])
    for name in ("user", "action", "p", "ordering", "timestamp_from", "is_commenting_action"):
        for odd in ("9" * 40, "-1", "\0", "٣"):
            assert city.desk(city.secretary).get(path, {name: odd}).status_code in (200, 404), (name, odd)


def test_a_notice_knows_no_time_of_publishing_to_come(city, home, write):
    path = reverse("wagtailadmin_pages:add", args=["cms", "noticepage", home.pk])
    form = {"title": "以后", "published_on": "2026-09-28", "text": TEXT, "go_live_at": "2030-01-01 00:00"}
    city.desk(city.secretary).post(path, form)
    notice = NoticePage.objects.get()
    assert (notice.live, notice.go_live_at, notice.latest_revision.approved_go_live_at) == (False, None, None)
