"""Cases of delay: opened, stated, decided by another, appealed once and looked at by a third (Articles 21, 22 and 28)."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.people import User, take_post
from accounts.roles import Role
from circulars.deliveries import Delivery, Relief
from circulars.liability import Liability
from circulars.purging import block, confirm
from cms.areas import Area
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from cms.unmarked import Marked
from cms.verifying import faults
from reports.accountability.acts import decide, open_case, settle
from reports.accountability.answering import appeal, make_statement
from reports.accountability.judging import answerable, digest_of_facts
from reports.accountability.record import CaseStep, DelayCase
from reports.months import Month
from tests.cast import BACK_AT_WORK, MONDAY
from tests.dbowner import as_its_owner
from tests.offices import beijing
from tests.traces import traces

DAY = timedelta(days=1)
LATE = beijing("2026-09-30 10:00")  # due at the end of the 29th
SAID = "zq7迟收的经过"


@pytest.fixture
def city(city):
    """Three persons at the secretariat, and a circular that the attentive unit signed for too late."""
    for name in ("second", "third"):
        person = User.objects.create(username=name, name={"second": "二科员", "third": "三科员"}[name])
        take_post(person, city.office, Role.SECRETARIAT, by=None, at=MONDAY)
        setattr(city, name, User.objects.get(pk=person.pk))
    city.paper_sent = city.sent(at=MONDAY)
    city.late_delivery = city.sign(city.opened(city.paper_sent), at=LATE)
    return city


def opened(city, delivery=None, at=LATE, by=None):
    until = (at + DAY).date()
    return open_case(delivery or city.late_delivery, "会议无人参加", state_until=until, by=by or city.secretary, at=at)


def decided(city, at=LATE):
    case = opened(city)
    make_statement(case, SAID, by=city.leader, at=at)
    decide(case, "criticised", "属实", by=city.second, at=at)
    return case


def test_a_case_freezes_whose_delay_it_is_and_goes_through_three_hands(city):
    case = opened(city)
    assert (case.facts["liability"], case.facts["late_minutes"]) == (Liability.RECIPIENT, 16 * 60)
    assert Entry.objects.get(deed="case.opened").said["facts"] == case.digest == digest_of_facts(case.facts)
    assert Message.objects.filter(person=city.leader, link=case.link).count() == 1
    make_statement(case, SAID, by=city.leader, at=LATE)
    with pytest.raises(OutOfOrder, match="由另一人作出决定"):
        decide(case, "none", "无", by=city.secretary, at=LATE)
    decide(case, "criticised", "属实", by=city.second, at=LATE)
    assert case.appeal_until == beijing("2026-10-13 18:00"), (
        "five working days after the holiday, Saturday the 10th among them"
    )
    appeal(case, "当时停电", by=city.leader, at=BACK_AT_WORK)
    for hand in (city.secretary, city.second):
        with pytest.raises(OutOfOrder, match="另一人复核"):
            settle(case, "upheld", "无", by=hand, at=BACK_AT_WORK)
    settle(case, "revoked", "停电属实", by=city.third, at=BACK_AT_WORK)
    assert [step.kind for step in case.steps.all()] == ["opened", "stated", "decided", "appealed", "settled"]
    assert Entry.objects.filter(deed__startswith="case.", circular=city.paper_sent.uuid).count() == 5
    Delivery.objects.filter(pk=city.late_delivery.pk).update(relief=Relief.FAULT)
    case.refresh_from_db()
    assert case.facts["relief"] == "", "what was judged stays as it was judged"
    with pytest.raises(DatabaseError), transaction.atomic():
        CaseStep.objects.update(outcome="none")
    with pytest.raises(OutOfOrder):
        appeal(case, "再诉", by=city.leader, at=BACK_AT_WORK)


def test_who_serves_the_unit_itself_neither_decides_nor_looks_again_at_its_case(city):
    case = opened(city)
    make_statement(case, SAID, by=city.leader, at=LATE)
    take_post(city.second, case.unit, Role.LEADER, by=None, at=MONDAY)
    second = User.objects.get(pk=city.second.pk)
    with pytest.raises(PermissionDenied, match="本单位的案件不能自己决定"):
        decide(case, "none", "无", by=second, at=LATE)
    page = city.desk(second).get(case.link).content.decode()
    assert "本单位的案件不能自己决定" in page
    assert reverse("reports:decide_case", args=[case.pk]) not in page
    decide(case, "criticised", "属实", by=city.third, at=LATE)
    appeal(case, "当时停电", by=city.leader, at=BACK_AT_WORK)
    with pytest.raises(PermissionDenied, match="本单位的案件不能自己决定"):
        settle(case, "revoked", "无", by=second, at=BACK_AT_WORK)
    case.refresh_from_db()
    assert case.state == DelayCase.State.APPEALED


def test_of_a_delay_for_which_the_unit_does_not_answer_there_is_no_case(city):
    in_time = city.sign(city.opened(city.sent(at=MONDAY)), at=MONDAY)
    untold = city.delivery(city.sent(at=MONDAY, urgency="extra_urgent"))
    relieved = city.delivery(city.sent(at=MONDAY))
    Delivery.objects.filter(pk=relieved.pk).update(relief=Relief.FAULT)
    for delivery in (in_time, untold, relieved, city.delivery(city.paper_sent, city.paper)):
        with pytest.raises(OutOfOrder, match="不由接收单位负责"):
            opened(city, Delivery.objects.get(pk=delivery.pk), at=BACK_AT_WORK)
    opened(city)
    with pytest.raises(OutOfOrder, match="已经立案"):
        opened(city)
    assert DelayCase.objects.count() == 1


def test_the_list_of_a_month_names_what_a_case_may_be_opened_of(city):
    area, month = Area.objects.home(), Month(2026, 9)
    listed = list(answerable(month, area=area, as_of=LATE))
    assert {each.unit for each in listed} == {city.attentive, city.late}
    opened(city)
    assert {each.unit for each in answerable(month, area=area, as_of=LATE)} == {city.late}


@pytest.mark.parametrize("wrong", [{"state_until": (LATE - DAY).date()}, {"state_until": (LATE + 99 * DAY).date()}])
def test_a_case_says_why_and_gives_the_unit_time(city, wrong):
    right = {"state_until": LATE.date(), "by": city.secretary, "at": LATE}
    with pytest.raises(ValidationError):
        open_case(city.late_delivery, " ", **right)
    with pytest.raises(Marked):
        open_case(city.late_delivery, "机密★一年的会议无人参加", **right)
    with pytest.raises(ValidationError):
        open_case(city.late_delivery, "事由", **(right | wrong))
    for person in (city.leader, city.engineer, city.superuser):
        with pytest.raises(PermissionDenied):
            opened(city, by=person)
    assert not DelayCase.objects.exists()


def test_who_says_nothing_in_time_is_decided_on_and_who_is_late_appeals_no_more(city):
    case = opened(city)
    with pytest.raises(OutOfOrder, match="还没有陈述"):
        decide(case, "reminded", "属实", by=city.second, at=LATE + DAY)
    with pytest.raises(ValidationError):
        decide(case, "hanged", "属实", by=city.second, at=LATE + 2 * DAY)
    decide(case, "reminded", "属实", by=city.second, at=LATE + 2 * DAY)
    with pytest.raises(OutOfOrder):
        make_statement(case, SAID, by=city.leader, at=LATE + 2 * DAY)
    with pytest.raises(OutOfOrder, match="已经过了"):
        appeal(case, "不服", by=city.leader, at=LATE + 30 * DAY)
    with pytest.raises(PermissionDenied):
        appeal(case, "不服", by=city.clerk, at=LATE + 2 * DAY)


def test_facts_that_were_changed_are_told_by_verify(city):
    case = opened(city)
    assert not [fault for fault in faults(since=None, now=LATE) if "问责" in str(fault)]
    with pytest.raises(DatabaseError), transaction.atomic():
        DelayCase.objects.filter(pk=case.pk).update(facts=case.facts | {"late_minutes": 5})
    facts = json.dumps(case.facts | {"late_minutes": 5})
    as_its_owner(f"UPDATE reports_delaycase SET facts = '{facts}' WHERE id = {case.pk}")
    assert [fault for fault in faults(since=None, now=LATE) if "问责" in str(fault)]


def test_of_a_paper_that_is_shut_no_case_is_shown_and_its_words_go_with_it(city):
    case = decided(city)
    shut = block(city.paper_sent.page, reason="来函", by=city.secretary, at=LATE)
    assert not DelayCase.objects.for_person(city.leader).exists()
    case = DelayCase.objects.select_related("delivery__circular__page").get(pk=case.pk)
    with pytest.raises(OutOfOrder, match="封存"):
        appeal(case, "不服", by=city.leader, at=LATE)
    for person in (city.secretary, city.engineer):
        confirm(shut, by=person, at=LATE)
    assert SAID not in {step.text for step in CaseStep.objects.all()}
    assert traces("zq7迟收") == []


def test_the_pages_show_a_case_to_its_hands_and_to_the_units_leader_alone(city, week, django_assert_max_num_queries):
    week.move_to(LATE)
    desk, second, leader = (city.desk(person) for person in (city.secretary, city.second, city.leader))
    late = desk.get(reverse("reports:answerable_delays")).content.decode()
    path = reverse("reports:open_delay_case", args=[city.late_delivery.pk])
    assert path in late
    posted = {"text": "会议无人参加", "state_until": f"{LATE + DAY:%Y-%m-%d}"}
    for person in (city.leader, city.clerk, city.engineer):
        assert city.desk(person).post(path, posted).status_code == 404
    desk.get(path)
    assert not DelayCase.objects.exists()
    desk.post(path, posted, follow=True)
    assert "已经立案" in desk.post(path, posted).content.decode()
    case = DelayCase.objects.get()
    with django_assert_max_num_queries(40):
        shown = desk.get(case.link).content.decode()
    assert "接收单位" in shown
    assert "导出证据包" in shown
    assert "作出决定" not in shown
    own = leader.get(case.link).content.decode()
    assert "证据包" not in own
    assert case.facts["unit_name"] in leader.get(reverse("reports:delay_cases")).content.decode()
    for person in (city.clerk, city.late_clerk, city.department_head, city.engineer, city.stranger):
        assert city.desk(person).get(case.link).status_code == 404
    act = {
        name: reverse(f"reports:{name}", args=[case.pk])
        for name in ("state_in_case", "decide_case", "appeal_case", "settle_case")
    }
    leader.post(act["state_in_case"], {"text": SAID})
    assert "由另一人" in desk.post(act["decide_case"], {"outcome": "criticised", "text": "属实"}).content.decode()
    second.post(act["decide_case"], {"outcome": "criticised", "text": "属实"})
    leader.post(act["appeal_case"], {"text": "不服"})
    assert city.desk(city.department_head).post(act["appeal_case"], {"text": "冒名"}).status_code == 404
    third = city.desk(city.third)
    third.get(act["settle_case"])
    third.post(act["settle_case"], {"outcome": "upheld", "text": "维持"})
    again = third.post(act["settle_case"], {"outcome": "revoked", "text": "又一次"})
    assert again.status_code == 200
    case.refresh_from_db()
    assert (case.state, case.steps.get(kind="settled").outcome) == ("settled", "upheld")
    assert "通报批评" in leader.get(case.link).content.decode()


def test_the_evidence_of_a_case_is_taken_with_one_press(city, week):
    week.move_to(LATE)
    case = opened(city)
    desk = city.desk(city.second)
    action = reverse("circulars:evidence", args=[city.paper_sent.uuid])
    assert f'action="{action}"' in desk.get(case.link).content.decode()
    answer = desk.post(action)
    assert answer.headers["Content-Type"] == "application/zip"
    assert Entry.objects.filter(deed="evidence.exported", person=city.second).exists()
