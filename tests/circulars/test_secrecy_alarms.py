"""涉密标志: a reviewer finds an alarm false and lifts it for the unit, or finds it right (Article 5)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.people import User, take_post
from accounts.roles import Role
from circulars import moderation
from circulars.pages import CircularPage
from circulars.secrecygate import lift, uphold
from circulars.secrecyhits import SecrecyHit, SecrecyLift
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from tests.cast import MONDAY
from tests.draftform import add_address, filled
from tests.traces import traces

# A line that stands nowhere else, and a word of it that is no mark.
WORD = "zq7secret"
LINE = f"{WORD}机密★10年"


def url(name, *args):
    return reverse(f"circulars:{name}", args=args)


@pytest.fixture(autouse=True)
def _own_store(settings, tmp_path):
    """Files of earlier scenes lie elsewhere."""
    settings.ATTACHMENTS_ROOT = tmp_path


@pytest.fixture
def desk(city):
    return city.desk(city.drafter)


@pytest.fixture
def second_reviewer(city):
    person = User.objects.create(username="second-reviewer", name="核稿乙")
    take_post(person, city.office, Role.REVIEWER, by=None, at=MONDAY)
    return person


# --- a false alarm ---


def test_a_reviewer_lifts_a_false_alarm_and_the_line_passes_for_the_unit(city, desk):
    path = add_address(city)
    desk.post(path, filled(city, body=LINE))
    hit = SecrecyHit.objects.get()
    reviewer = city.desk(city.reviewer)
    listed = reviewer.get(url("secrecy_hits")).content.decode()
    assert "正文" in listed
    assert "王文静" in listed
    assert WORD not in listed
    form = {"reason": "产品名称里的用词，已核看。", "seen": "on"}
    answer = reviewer.post(url("secrecy_lift", hit.pk), form, follow=True)
    assert "可以保存文稿了" in answer.content.decode()
    desk.post(path, filled(city, body=LINE))
    assert LINE in CircularPage.objects.get().get_latest_revision_as_object().body
    assert Entry.objects.filter(deed="secrecy.lifted", person=city.reviewer).exists()
    assert Message.objects.filter(person=city.drafter, key__startswith="secrecy-lifted").exists()
    moderation.submit(CircularPage.objects.get(), by=city.drafter, at=MONDAY)


def test_who_decides_reads_who_lifted_the_alarm_when_and_why(city, desk):
    desk.post(add_address(city), filled(city, body=LINE))
    lift(SecrecyHit.objects.get(), reason="产品名称里的用词，已核看。", by=city.reviewer, at=MONDAY)
    desk.post(add_address(city), filled(city, body=LINE))
    page = CircularPage.objects.get()
    moderation.submit(page, by=city.drafter, at=MONDAY)
    city.reviewed(page)
    read = city.desk(city.approver).get(url("decide", page.pk)).content.decode()
    for said in ("涉密误报已解除", "正文（", city.reviewer.name, "今日 09:00", "产品名称里的用词，已核看。"):
        assert said in read
    plain = city.reviewed(city.submitted())
    assert "涉密误报已解除" not in city.desk(city.approver).get(url("decide", plain.pk)).content.decode()


def test_a_lifted_line_passes_for_no_other_unit_and_no_other_line(city, desk):
    desk.post(add_address(city), filled(city, body=LINE))
    lift(SecrecyHit.objects.get(), reason="用词碰巧相同。", by=city.reviewer, at=MONDAY)
    desk.post(add_address(city), filled(city, body=f"再{LINE}"))
    assert SecrecyHit.objects.count() == 2
    with pytest.raises(moderation.NotReady):
        city.submitted(by=city.department_drafter, issuer=city.department, body=LINE)


def test_nobody_lifts_an_alarm_of_ones_own(city):
    take_post(city.drafter, city.office, Role.REVIEWER, by=None, at=MONDAY)
    city.desk(city.drafter).post(add_address(city), filled(city, body=LINE))
    hit = SecrecyHit.objects.get()
    person = User.objects.get(pk=city.drafter.pk)
    with pytest.raises(PermissionDenied, match="另一名核稿人"):
        lift(hit, reason="是误报。", by=person, at=MONDAY)
    assert not SecrecyLift.objects.exists()


def test_lifting_needs_a_reason_and_counts_once(city, desk, second_reviewer):
    desk.post(add_address(city), filled(city, body=LINE))
    hit = SecrecyHit.objects.get()
    answer = city.desk(city.reviewer).post(url("secrecy_lift", hit.pk), {"reason": " ", "seen": "on"})
    assert "请写明为什么是误报" in answer.content.decode()
    lift(hit, reason="用词碰巧相同。", by=city.reviewer, at=MONDAY)
    with pytest.raises(OutOfOrder, match="李正明"):
        lift(hit, reason="用词碰巧相同。", by=second_reviewer, at=MONDAY)
    assert Entry.objects.filter(deed="secrecy.lifted").count() == 1


@pytest.mark.parametrize("who", ["stranger", "department_reviewer", "drafter", "approver", "superuser", "nobody"])
def test_a_stranger_neither_sees_nor_lifts_it(city, desk, who):
    desk.post(add_address(city), filled(city, body=LINE))
    path = url("secrecy_lift", SecrecyHit.objects.get().pk)
    other = city.desk(getattr(city, who))
    assert other.get(path).status_code == 404
    assert other.post(path, {"reason": "误报。", "seen": "on"}).status_code == 404
    assert not SecrecyLift.objects.exists()
    assert "王文静" not in other.get(url("secrecy_hits")).content.decode()


def test_looking_lifts_nothing(city, desk):
    desk.post(add_address(city), filled(city, body=LINE))
    assert city.desk(city.reviewer).get(url("secrecy_lift", SecrecyHit.objects.get().pk)).status_code == 200
    assert not SecrecyLift.objects.exists()


# --- a true alarm ---


def test_a_reviewer_finds_the_alarm_right_and_it_is_off_the_list(city, desk, second_reviewer):
    desk.post(add_address(city), filled(city, body=LINE))
    hit = SecrecyHit.objects.get()
    reviewer = city.desk(city.reviewer)
    assert "已改走机要渠道" in reviewer.get(url("secrecy_lift", hit.pk)).content.decode()
    answer = reviewer.post(url("secrecy_uphold", hit.pk), follow=True)
    assert "已记下" in answer.content.decode()
    hit.refresh_from_db()
    assert not SecrecyHit.objects.standing().exists()
    assert "没有要核看的拦截" in answer.content.decode()
    assert "已认定的涉密标志" in answer.content.decode()
    entry = Entry.objects.get(deed="secrecy.upheld")
    assert entry.person == city.reviewer
    assert (hit.upheld_by, hit.upheld_at) == (city.reviewer, MONDAY)
    again = city.desk(second_reviewer).post(url("secrecy_uphold", hit.pk), follow=True)
    assert "不必再办" in again.content.decode()
    assert Entry.objects.filter(deed="secrecy.upheld").count() == 1
    with pytest.raises(OutOfOrder, match="已认定为涉密标志"):
        lift(hit, reason="是误报。", by=second_reviewer, at=MONDAY)
    assert traces(WORD) == []


def test_what_was_found_right_is_turned_away_again_and_stands_anew(city, desk, week):
    desk.post(add_address(city), filled(city, body=LINE))
    hit = SecrecyHit.objects.get()
    uphold(hit, by=city.reviewer, at=MONDAY)
    later = MONDAY + timedelta(minutes=30)
    week.move_to(later, tick=False)
    assert "请改走机要渠道" in desk.post(add_address(city), filled(city, body=LINE)).content.decode()
    assert SecrecyHit.objects.standing().get().at == later
    assert Message.objects.filter(person=city.reviewer, key__startswith=f"secrecy:{hit.pk}").count() == 2
    lift(hit, reason="认定有误，用词碰巧相同。", by=city.reviewer, at=later)
    assert not SecrecyHit.objects.standing().exists()


@pytest.mark.parametrize("who", ["stranger", "department_reviewer", "drafter", "approver", "superuser", "nobody"])
def test_a_stranger_finds_nothing_right(city, desk, who):
    desk.post(add_address(city), filled(city, body=LINE))
    path = url("secrecy_uphold", SecrecyHit.objects.get().pk)
    assert city.desk(getattr(city, who)).post(path).status_code == 404
    assert city.desk(city.reviewer).get(path).status_code == 405
    assert SecrecyHit.objects.standing().exists()
