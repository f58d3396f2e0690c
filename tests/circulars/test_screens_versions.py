"""历次稿, 花脸稿 and 文字校正 on the desk: who sees them, what they show, and what is refused."""

import pytest
from django.urls import reverse

from accounts.grants import sweep_grants
from accounts.people import User, take_post
from accounts.roles import Role
from accounts.standins import arrange
from circulars.corrections import correct
from circulars.moderation import decide, submit, withdraw
from circulars.pages import CircularPage
from circulars.secrecyhits import SecrecyHit
from circulars.steps import warnings_of
from circulars.versions import approval_of
from tests.cast import BACK_AT_WORK, MONDAY

SLIP = "一、严格落实值班制渡。\n二、及时报送信息。"
MENDED = SLIP.replace("渡", "度")


def url(name, *args, **query):
    return reverse(f"circulars:{name}", args=args, query=query or None)


def body(answer):
    return answer.content.decode()


@pytest.fixture(scope="module")
def standing_approved(beforehand):
    return beforehand("approved", body=SLIP)


@pytest.fixture
def approved(standing_approved, city):
    return CircularPage.objects.get(pk=standing_approved)


@pytest.fixture
def again(city):
    """A draft that was sent back once and handed over a second time with another text."""
    page = city.submitted(body="一、严格落实值班制度。\n二、及时报送信息。")
    decide(page, "return", by=city.reviewer, at=MONDAY, opinion="请补充带班领导。")
    page = city.change(page, body="一、严格落实值班和领导带班制度。\n二、及时报送信息。", urgency="urgent")
    submit(page, by=city.drafter, at=MONDAY)
    return CircularPage.objects.get(pk=page.pk)


@pytest.fixture
def typed(city, approved):
    """The correction form as the registrar sends it."""
    form = city.desk(city.registrar).get(url("correct", approved.pk)).context["form"]
    return {**form.initial, "body": MENDED, "reason": "“制渡”改为“制度”"}


def test_all_versions_are_listed_with_what_was_said_on_each(city, again):
    answer = city.desk(city.drafter).get(url("versions", again.pk))
    assert [version.number for version in answer.context["rows"]] == [2, 1]
    for words in ("第 2 稿", "第 1 稿", "王文静", "请补充带班领导。", "与上一稿对照"):
        assert words in body(answer)


def test_the_list_of_versions_leads_back_to_where_one_deals_with_the_draft(city, again, approved):
    for who, page, way in (
        ("drafter", again, "drafts"),
        ("reviewer", again, "decide"),
        ("registrar", approved, "register"),
        ("reviewer", approved, "in_hand"),
    ):
        back = url(way, page.pk) if way in ("decide", "register") else url(way)
        assert f'<a class="small" href="{back}">' in body(city.desk(getattr(city, who)).get(url("versions", page.pk)))


def test_a_marked_copy_shows_the_last_two_versions_with_author_and_time(city, again):
    page = body(city.desk(city.drafter).get(url("marked", again.pk)))
    assert "<ins>" in page
    assert "和领导带班" in page
    assert "（增加：）" in page
    assert "第 1 稿　王文静" in page
    assert "紧急程度" in page
    assert "发文机关标志" not in page


def test_the_marks_can_be_left_out_without_a_script(city, again):
    page = body(city.desk(city.drafter).get(url("marked", again.pk, old=1, new=2, show="new")))
    assert "严格落实值班和领导带班制度" in page
    assert "<ins>" not in page
    assert "<del>" not in page


@pytest.mark.parametrize(
    "asked", [{"old": "9"}, {"new": "0"}, {"old": "一"}, {"new": "unsent"}, {"old": "-1", "new": "2"}]
)
def test_a_version_that_does_not_exist_is_not_found(city, again, asked):
    assert city.desk(city.drafter).get(url("marked", again.pk, **asked)).status_code == 404


def test_the_drafter_alone_sees_what_is_not_handed_over_yet(city, approved):
    city.change(approved, body=f"{SLIP}\n三、尚未送审的一段。")
    desk = city.desk(city.drafter)
    assert "还没有送审" in body(desk.get(url("versions", approved.pk)))
    assert "尚未送审的一段" in body(desk.get(url("marked", approved.pk, old=1, new="unsent")))
    for who in (city.reviewer, city.registrar):
        assert "还没有送审" not in body(city.desk(who).get(url("versions", approved.pk)))
        assert city.desk(who).get(url("marked", approved.pk, old=1, new="unsent")).status_code == 404


def seen_by(city, page):
    """Who of the city may lay the versions side by side."""
    people = ("drafter", "reviewer", "approver", "principal", "registrar", "sender", "secretary", "clerk", "leader",
              "department_head", "stranger", "superuser", "nobody")  # fmt: skip
    return {
        who
        for who in people
        if {city.desk(getattr(city, who)).get(url(name, page.pk)).status_code for name in ("versions", "marked")}
        == {200}
    }


def test_on_its_way_a_text_is_seen_by_its_drafter_and_who_decides_or_has_decided(city):
    page = city.submitted()
    assert seen_by(city, page) == {"drafter", "reviewer"}
    city.reviewed(page)
    assert seen_by(city, page) == {"drafter", "reviewer", "approver", "principal"}


def test_once_approved_the_registrar_sees_it_and_once_registered_who_follows_the_units_circulars(city, approved):
    assert seen_by(city, approved) == {"drafter", "reviewer", "approver", "registrar"}
    city.register(approved)
    assert seen_by(city, approved) == {"drafter", "reviewer", "approver", "principal", "registrar", "sender"}


def numbers(city, who, page):
    """The numbers of the versions that the person reads; none when there is nothing for them."""
    answer = city.desk(getattr(city, who)).get(url("versions", page.pk))
    return {version.number for version in answer.context["rows"]} if answer.status_code == 200 else set()


def handed_over_anew(city, page, **elements):
    """The drafter has taken the paper back, changed it and handed it over again."""
    withdraw(page, by=city.drafter, at=MONDAY)
    page = city.change(page, **elements)
    submit(page, by=city.drafter, at=MONDAY)
    return CircularPage.objects.get(pk=page.pk)


def test_a_reviewer_who_left_the_unit_reads_nothing_any_more_though_he_serves_another(city, again):
    city.reviewed(again)
    assert numbers(city, "reviewer", again) == {1, 2}
    city.reviewer.posts.get().leave(by=None, at=MONDAY)
    take_post(city.reviewer, city.attentive, Role.REVIEWER, by=None, at=MONDAY)
    assert numbers(city, "reviewer", again) == set()
    assert city.desk(city.reviewer).get(url("marked", again.pk, old=1, new=2)).status_code == 404


def test_a_leader_who_countersigned_reads_up_to_the_last_text_on_which_his_unit_was_asked(city):
    page = city.submitted()
    page = handed_over_anew(city, page, countersign_units=[city.attentive])
    city.reviewed(page)
    assert numbers(city, "leader", page) == {1, 2}
    decide(page, "agree", by=city.leader, at=MONDAY)
    page = handed_over_anew(city, page, title="关于另一件事的通知", urgency="urgent", countersign_units=[])
    city.reviewed(page)
    assert numbers(city, "leader", page) == {1, 2}
    assert numbers(city, "reviewer", page) == {1, 2, 3}
    desk = city.desk(city.leader)
    assert desk.get(url("marked", page.pk, old=2, new=3)).status_code == 404
    for name in ("versions", "marked"):
        shown = body(desk.get(url(name, page.pk)))
        assert "关于另一件事的通知" not in shown
        assert "加急" not in shown


def test_who_countersigned_reads_what_the_registrar_mended_in_that_text(city):
    page = city.approved(body=SLIP, countersign_units=[city.attentive])
    correct(page, title=page.title, body=MENDED, reason="“制渡”改为“制度”", by=city.registrar, at=MONDAY)
    assert numbers(city, "leader", page) == {1, 2}


def test_who_stood_in_and_no_longer_does_reads_nothing_and_the_absent_person_does(city, again, week):
    arrange(city.reviewer, city.sender, city.office, Role.REVIEWER, first=MONDAY.date(), last=MONDAY.date(),
            reason="外出开会", by=city.reviewer, at=MONDAY)  # fmt: skip
    keys = [problem.key for problem in warnings_of(again.versions.latest("number"))]
    decide(again, "agree", by=User.objects.get(pk=city.sender.pk), at=MONDAY, answered=keys)
    assert numbers(city, "sender", again) == {1, 2}
    week.move_to(BACK_AT_WORK, tick=False)
    sweep_grants(BACK_AT_WORK)
    assert numbers(city, "sender", again) == set()
    assert numbers(city, "reviewer", again) == {1, 2}


def test_a_draft_that_was_never_handed_over_has_no_versions(city):
    assert city.desk(city.drafter).get(url("versions", city.draft().pk)).status_code == 404


def test_the_way_to_the_versions_is_on_every_page_of_the_draft(city, approved, again):
    link = url("versions", approved.pk)
    assert link in body(city.desk(city.drafter).get(url("drafts")))
    assert link in body(city.desk(city.registrar).get(url("register", approved.pk)))
    assert url("marked", again.pk) in body(city.desk(city.reviewer).get(url("decide", again.pk)))
    circular = city.register(approved)
    for name in ("board", "own_text"):
        assert link in body(city.desk(city.sender).get(url(name, circular.uuid)))


def test_the_registrar_mends_a_slip_and_registers_the_mended_text(city, approved, typed):
    desk = city.desk(city.registrar)
    answer = desk.post(url("correct", approved.pk), typed, follow=True)
    assert "签发仍然有效" in body(answer)
    assert "签发稿经文字校正" in body(answer)
    assert MENDED.split("\n")[0] in body(answer)
    digest = answer.context["form"].initial["digest"]
    desk.post(url("register", approved.pk), {"digest": digest, "originals": "1", "rechecked": "on"})
    assert CircularPage.objects.get(pk=approved.pk).circular.snapshot["body"] == MENDED
    marked = body(city.desk(city.approver).get(url("marked", approved.pk)))
    assert "文字校正" in marked
    assert "“制渡”改为“制度”" in marked


def test_saving_a_correction_twice_makes_one_version(city, approved, typed):
    desk = city.desk(city.registrar)
    desk.post(url("correct", approved.pk), typed)
    answer = desk.post(url("correct", approved.pk), typed)
    assert "打开之后校正过" in body(answer)
    assert approved.versions.count() == 2


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"body": "另写一篇正文，与签发稿毫不相干，字数也远远超过限度。"}, "不是文字校正"),
        ({"reason": ""}, "请写明校正了什么。"),
        ({"title": ""}, "请填写标题。"),
        ({"title": "关于做好国庆假期值班工作的"}, "标题"),
    ],
)
def test_what_was_typed_stays_when_a_correction_is_refused(city, approved, typed, changes, sentence):
    answer = city.desk(city.registrar).post(url("correct", approved.pk), {**typed, "annotation": "此件照办", **changes})
    assert answer.status_code == 200
    assert sentence in body(answer)
    assert "此件照办" in body(answer)
    assert approved.versions.count() == 1


def test_a_mark_of_secrecy_is_turned_away_and_on_record(city, approved, typed):
    city.desk(city.registrar).post(url("correct", approved.pk), {**typed, "annotation": "机密★10年"})
    assert SecrecyHit.objects.get().person == city.registrar
    assert approved.versions.count() == 1


def test_nobody_else_corrects_and_looking_corrects_nothing(city, approved, typed):
    for who in ("drafter", "approver", "sender", "stranger", "department_reviewer", "superuser", "nobody"):
        assert city.desk(getattr(city, who)).post(url("correct", approved.pk), typed).status_code == 404
    city.desk(city.registrar).get(url("correct", approved.pk), typed)
    assert approved.versions.count() == 1


def test_a_draft_without_a_standing_approval_is_not_corrected(city, again):
    answer = city.desk(city.registrar).get(url("correct", again.pk), follow=True)
    assert "不能校正" in body(answer)
    assert approval_of(again) is None
