"""第九条: a unit handles its own circulars, each step in its own people's hands, and goes on when one of them is away.

使用单位职责：（一）负责本单位网络、系统终端和计算机、打印机等设备的管理和维护工作；（二）负责本单位电子公文传输办理工作。
"""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.equipment import Device
from accounts.grants import sweep_grants
from accounts.people import User, take_post
from accounts.roles import Role
from accounts.standins import arrange
from circulars.decisions import Decision
from circulars.moderation import decide, submit, withdraw
from circulars.turns import Turn
from tests.cast import MONDAY, attached
from tests.offices import beijing

WEDNESDAY = beijing("2026-09-30 10:00")
OPINION = "第三条请与财政局再核一次"


def again(person):
    return User.objects.get(pk=person.pk)


def in_hand(person):
    return [turn.page.title for turn in Turn.objects.in_hand(again(person))]


def board(city, person=None):
    """What the drafter reads of each draft."""
    rows = city.desk(person or city.drafter).get(reverse("circulars:drafts")).context["rows"]
    return {page.title: progress for page, progress in rows}


def shown(city, person, name, *args):
    return city.desk(person).get(reverse(f"circulars:{name}", args=args), follow=True).content.decode()


@pytest.fixture
def away(city, week):
    """The reviewer is away from Tuesday to Thursday, and the registrar acts in that place."""
    week.move_to(MONDAY, tick=False)
    return arrange(
        city.reviewer,
        city.registrar,
        city.office,
        Role.REVIEWER,
        first=MONDAY.date(),
        last=WEDNESDAY.date(),
        reason="外出学习",
        by=city.reviewer,
        at=MONDAY,
    )


# A unit looks after its own kit


def test_a_unit_registers_its_kit_keeps_it_and_retires_it_and_the_offices_above_read_it(city, week):
    week.move_to(MONDAY, tick=False)
    desk, register = city.desk(city.clerk), reverse("accounts:kit_register")
    typed = {"unit": city.attentive.pk, "kind": "printer", "model": "奔图 P3301", "serial": "P-77"}
    desk.post(
        reverse("accounts:new_device"),
        typed | {"keeper": city.second_clerk.pk, "conforms": "yes", "in_use_since": "2026-03-01"},
    )
    printer = Device.objects.get()
    for person in (city.secretary, city.engineer):
        assert "P-77" in city.desk(person).get(register).content.decode()
    with pytest.raises(PermissionDenied):
        printer.retire("报废", by=city.engineer, at=MONDAY)
    desk.post(reverse("accounts:retire_device", args=[printer.pk]), {"reason": "报废"})
    assert "P-77" not in city.desk(city.engineer).get(register).content.decode()
    assert "报废" in city.desk(city.engineer).get(register, {"show": "retired"}).content.decode()


# Each step in the unit's own hands


def test_a_circular_of_a_unit_passes_through_that_units_hands_alone(city):
    page = city.approved(by=city.department_drafter, issuer=city.department, title="关于开展安全检查的通知")
    seats = Turn.objects.filter(page=page.pk).order_by("pk")
    assert [(turn.step, turn.unit) for turn in seats] == [("review", city.department), ("approve", city.department)]
    hands = set(page.decisions.values_list("by__name", flat=True))
    assert hands == {"冯玉洁", "谢明远"}


@pytest.mark.parametrize("who", ["reviewer", "approver", "principal", "secretary", "engineer", "stranger", "superuser"])
def test_nobody_of_another_unit_has_a_hand_in_it_not_the_office_above_either(city, who):
    page = city.submitted(by=city.department_drafter, issuer=city.department)
    person = getattr(city, who)
    assert in_hand(person) == []
    with pytest.raises(PermissionDenied):
        decide(page, "agree", by=person, at=MONDAY)
    assert city.desk(person).get(reverse("circulars:decide", args=[page.pk])).status_code == 404
    assert not Decision.objects.exists()


# Whose turn it is, and since when


def test_the_drafter_reads_whose_turn_it_is_since_when_and_until_when(city):
    page = city.submitted(countersign_units=[city.attentive, city.department])
    assert board(city)[page.title].sentence == ("今日 09:00 起等待市政府办核稿，期限 9月30日 18:00。")
    later = MONDAY + timedelta(hours=2)
    city.reviewed(page, at=later)
    assert "今日 11:00 起等待市公安局、市应急局会签" in board(city)[page.title].sentence
    decide(page, "agree", by=city.leader, at=later)
    assert "等待市应急局会签" in board(city)[page.title].sentence


def test_a_step_past_its_limit_is_marked_by_word_and_shape(city, week):
    page = city.submitted()
    week.move_to(beijing("2026-10-08 09:00"), tick=False)
    answer = city.desk(city.drafter).get(reverse("circulars:drafts")).content.decode()
    assert board(city)[page.title].is_late
    assert 'class="row--late"' in answer
    assert "status--late" in answer
    assert "已超期" in answer
    assert "已超过期限" in answer


# A unit goes on when one of its people is away


def test_a_unit_whose_reviewer_is_away_goes_on_by_a_stand_in(city, away):
    page = city.submitted()
    assert in_hand(city.registrar) == [page.title]
    desk = city.desk(city.registrar)
    assert "您代 李正明 办理" in desk.get(reverse("circulars:decide", args=[page.pk])).content.decode()
    turn = page.turns.get()
    read = {"action": "agree", "digest": turn.version.digest, "seat": turn.pk}
    desk.post(reverse("circulars:decide", args=[page.pk]), read)
    decision = Decision.objects.get()
    assert (decision.by, decision.in_place_of) == (city.registrar, city.reviewer)
    assert "签发中" in board(city)[page.title].label


def test_after_the_last_day_it_is_the_reviewers_turn_alone(city, away, week):
    page = city.submitted()
    week.move_to(MONDAY + timedelta(days=3), tick=False)
    sweep_grants(MONDAY + timedelta(days=3))
    assert in_hand(city.registrar) == []
    assert in_hand(city.reviewer) == [page.title]


def test_without_a_stand_in_the_paper_waits_for_nobody_elses_hand(city):
    page = city.submitted()
    for person in (city.registrar, city.sender, city.approver, city.department_reviewer):
        assert in_hand(person) == []
    assert "等待市政府办核稿" in board(city)[page.title].sentence


# What is of one unit's handling stays there


def test_who_receives_it_learns_nothing_of_how_it_was_made(city):
    page = city.submitted(attachments=attached())
    version = page.versions.get()
    decide(page, "agree", by=city.reviewer, at=MONDAY, opinion=OPINION)
    decide(page, "agree", by=city.approver, at=MONDAY, opinion="同意。")
    circular = city.register(page)
    city.dispatch(circular)
    delivery = city.delivery(circular)
    for person in (city.clerk, city.leader):
        text = shown(city, person, "reading", delivery.pk)
        assert circular.title in text
        assert not [word for word in (OPINION, "李正明", "审签经过", version.digest) if word in text]


def test_a_unit_that_was_asked_keeps_nothing_of_the_draft_once_it_has_spoken(city):
    take_post(city.second_clerk, city.attentive, Role.LEADER, by=None, at=MONDAY)
    page = city.reviewed(city.submitted(countersign_units=[city.attentive], attachments=attached()))
    assert "国庆假期值班" in shown(city, city.leader, "decide", page.pk)
    decide(page, "agree", by=city.leader, at=MONDAY)
    for person in (city.leader, city.second_clerk):  # both were told that it waits: the link leads to a sentence
        led_to = shown(city, person, "decide", page.pk)
        assert "这一环节已经办完" in led_to
        assert "一、严格落实值班制度" not in led_to
        assert page.title not in led_to
        assert city.desk(person).get(reverse("circulars:draft_attachment", args=[page.pk, 1])).status_code == 404
        assert page.title not in shown(city, person, "in_hand")


def test_a_unit_that_is_asked_reads_what_was_handed_over_and_not_what_was_put_away_before(city):
    page = city.change(city.draft(body="一、还没想好的话。"), body="一、严格落实值班制度。")
    page = city.change(page, countersign_units=[city.department])
    submit(page, by=city.drafter, at=MONDAY)
    page = city.reviewed(page)
    desk = city.desk(city.department_head)
    assert desk.get(reverse("circulars:decide", args=[page.pk])).status_code == 200
    first = page.revisions.earliest("pk")
    for path in (
        reverse("wagtailadmin_pages:history", args=[page.pk]),
        reverse("wagtailadmin_pages:revisions_view", args=[page.pk, first.pk]),
        reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, first.pk, page.latest_revision_id]),
    ):
        assert desk.get(path).status_code == 404, path
        assert city.desk(city.drafter).get(path).status_code == 200, path


def test_who_drafts_for_another_unit_now_leaves_the_drafts_behind(city):
    page = city.submitted(attachments=attached())
    city.drafter.posts.get().leave(by=None, at=MONDAY)
    take_post(city.drafter, city.elsewhere, Role.DRAFTER, by=None, at=MONDAY)
    desk = city.desk(city.drafter)
    assert page.title not in desk.get(reverse("circulars:drafts")).content.decode()
    assert desk.get(reverse("circulars:draft_attachment", args=[page.pk, 1])).status_code == 404
    assert desk.get(reverse("circulars:versions", args=[page.pk])).status_code == 404
    assert desk.post(reverse("circulars:withdraw", args=[page.pk])).status_code == 404
    with pytest.raises(PermissionDenied):
        withdraw(page, by=again(city.drafter), at=MONDAY)
