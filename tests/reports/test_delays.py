"""Who answers for what came late and who takes longest: every figure is as long as the list behind it."""

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import product

import pytest
from django.db import connection
from django.db.models.signals import post_init
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from circulars.deadlines import Urgency
from circulars.deliveries import Delivery, DeliveryRound, Relief, ReturnCode
from circulars.liability import Liability, liability, liability_of_round
from reports.answering import SIDES, sides_of
from reports.lateness import Lateness, late_rows
from reports.receipts import Issuers, month_figures, rounds_of
from reports.slowest import paces, slowest, taken_by
from tests.offices import beijing
from tests.reports.november import FIRST_OF_DECEMBER, NOVEMBER

DELAYS = reverse("reports:delays")


@pytest.fixture(autouse=True)
def _morning(time_machine):
    time_machine.move_to("2026-12-01T09:00:00+08:00", tick=False)


@pytest.fixture
def desk(november, client):
    client.force_login(november.person("secretary", Role.SECRETARIAT, at=beijing("2026-10-01 09:00")))
    return client


def asked(records):
    return {"as_of": FIRST_OF_DECEMBER, "issuers": Issuers.GOVERNMENT, "area": records.area}


def test_every_figure_of_who_answers_leads_to_a_list_as_long(desk, november):
    november.deliver(
        november.issue("2026-11-12 09:00", Urgency.EXTRA_URGENT), "QX01", signed="2026-11-12 15:00"
    )  # nobody called
    shown = desk.get(DELAYS, {"month": "2026-11", "who": ""}).context
    late = late_rows(NOVEMBER, **asked(november))
    assert shown["late_count"] == shown["listed_count"] == len(late) == sum(side.count for side in shown["sides"]) == 5
    found = {}
    for side in shown["sides"]:
        for kind, count in side.counts.items():
            listed = desk.get(DELAYS, {"month": "2026-11", "who": side.liability, "what": kind}).context["listed"]
            assert len(listed) == count
            assert {(one.liability, one.lateness) for one in listed} <= {(side.liability, kind)}
            found[side.liability, kind] = count
    assert found[Liability.SENDER, Lateness.LATE] == 1
    assert found[Liability.RECIPIENT, Lateness.LATE] == 2
    page = desk.get(DELAYS, {"month": "2026-11"}).content.decode()
    for said in ("发送方未通知", "接收方超时", "免责"):
        assert said in page
    for odd in ("x", "'", "sender\x00"):
        assert len(desk.get(DELAYS, {"month": "2026-11", "who": odd, "what": odd}).context["listed"]) == 5


def test_the_average_and_the_worst_of_a_unit_are_those_of_its_list(november, desk):
    november.deliver(
        november.issue("2026-11-19 09:00"), "BM08", signed="2026-11-26 10:00", relief=Relief.FAULT
    )  # does not count
    found = paces(NOVEMBER, **asked(november))
    assert [pace.figures for pace in found] == month_figures(NOVEMBER, as_of=FIRST_OF_DECEMBER, area=november.area)
    for pace in found:
        for urgent, mean, worst in (
            (False, pace.normal_mean, pace.normal_worst),
            (True, pace.urgent_mean, pace.urgent_worst),
        ):
            each = [one.minutes for one in taken_by(pace.figures.unit_id, NOVEMBER, urgent=urgent, **asked(november))]
            assert worst == max(each, default=None)
            assert (
                mean == (Decimal(sum(each)) / len(each)).quantize(Decimal(1), ROUND_HALF_UP) if each else mean is None
            )
    assert [pace.figures.name for pace in slowest(found, urgent=False, most=1)] == ["市气象局"]
    means = [pace.urgent_mean for pace in slowest(found, urgent=True, most=9)]
    assert (means, len(means)) == (sorted(means, reverse=True), 3)
    unit = november.units["BM08"].pk
    shown = desk.get(DELAYS, {"month": "2026-11", "unit": unit})
    assert [one.minutes for one in shown.context["taken"]] == sorted(
        (one.minutes for one in shown.context["taken"]), reverse=True
    )
    assert len(shown.context["taken"]) == 3
    assert len(desk.get(DELAYS, {"month": "2026-11", "unit": unit, "kind": "urgent"}).context["taken"]) == 1


def test_a_wrong_month_is_told_and_an_empty_one_says_what_will_stand_there(desk):
    page = desk.get(DELAYS, {"month": "2027-01", "unit": "1"}).content.decode()
    for said in ("还没有到", "没有签收的普通件", "没有签收的紧急件"):
        assert said in page


def test_it_asks_the_same_few_questions_however_much_there_is(desk, november):
    def questions():
        with CaptureQueriesContext(connection) as seen:
            desk.get(DELAYS, {"month": "2026-11", "who": "", "unit": november.units["BM08"].pk})
        return len(seen)

    few = questions()
    for sent_at in ("2026-11-19 09:00", "2026-11-20 09:00", "2026-11-21 08:40"):
        another = november.issue(sent_at)
        for to in ("QX01", "BM08", "ZX05"):
            november.deliver(another, to)
    assert questions() == few


def test_a_year_of_late_papers_is_counted_without_making_a_row_of_one(desk, november):
    """However many are late, no record of one is made for the figures, and for the list only those that are shown."""
    for number in range(40):
        november.deliver(november.issue(f"2026-11-{2 + number % 20:02} 09:{number:02}"), "QX01")
    made = []

    def hear(sender, **signal):
        made.append(sender)

    post_init.connect(hear, sender=Delivery)
    try:
        shown = desk.get(DELAYS, {"month": "2026-11"}).context
        assert shown["late_count"] > 40
        assert not made
        listed = desk.get(DELAYS, {"month": "2026-11", "who": "recipient", "what": "unsigned"}).context
    finally:
        post_init.disconnect(hear, sender=Delivery)
    assert listed["listed_count"] == len(made) == len(listed["listed"]) >= 40


def test_the_first_of_a_list_are_the_first_of_all(november):
    for number in range(6):
        november.deliver(november.issue(f"2026-11-1{number} 09:00"), "BM08", must_notify=number % 2 == 1)
    every = late_rows(NOVEMBER, **asked(november))
    for most in (1, 3, 7, 50):
        assert late_rows(NOVEMBER, **asked(november), most=most) == every[:most]
    for who in SIDES:
        for what in Lateness:
            narrowed = [row for row in every if (row.liability, row.lateness) == (who, what)]
            assert late_rows(NOVEMBER, **asked(november), who=who, what=what) == narrowed


def test_of_closed_rounds_the_database_says_who_answers_as_the_plain_rule_does(november):
    """The last round of one delivery was closed by insisting, in every way in which it may have been told of, relieved or faulty."""
    delivery = november.deliver(november.issue("2026-11-10 10:00", Urgency.URGENT), "QX01")
    due_at = delivery.due_at
    times = [None, due_at - timedelta(minutes=5), due_at, due_at + timedelta(minutes=30)]
    facts = list(product(times, times[:3], (True, False), ("", Relief.FAULT), (True, False)))
    for number, (notified_at, unreachable_at, must_notify, relief, fault_unreported) in enumerate(facts, 2):
        DeliveryRound.objects.create(
            delivery=delivery, round=number, sent_at=delivery.sent_at, due_at=due_at, window_minutes=30,
            rules=delivery.rules, must_notify=must_notify, by_proxy=False, notified_at=notified_at,
            unreachable_at=unreachable_at, returned_at=due_at + timedelta(minutes=59 + number % 3),
            returned_by=november.clerk, return_code=ReturnCode.NOT_OURS, acknowledged_at=FIRST_OF_DECEMBER,
            acknowledged_by=november.clerk, relief=relief, fault_unreported=fault_unreported, urges=0,
            insisted_at=FIRST_OF_DECEMBER, insisted_by=november.clerk, insisted_why="应由贵单位办理",
        )  # fmt: skip
    judged = rounds_of(NOVEMBER, as_of=FIRST_OF_DECEMBER, area=november.area)
    rows = list(judged.annotate(liability=liability_of_round(FIRST_OF_DECEMBER)))
    assert len(rows) == len(facts)
    for row in rows:
        assert row.liability == liability(
            due_at=due_at, closed_at=row.returned_at, as_of=FIRST_OF_DECEMBER, window=timedelta(minutes=30),
            notified_at=row.notified_at, notification_required=row.must_notify, unreachable_at=row.unreachable_at,
            relieved=row.relief != Relief.NONE, fault_unreported=row.fault_unreported,
        )  # fmt: skip
    counted = sides_of(NOVEMBER, **asked(november))
    late = late_rows(NOVEMBER, **asked(november))
    assert {side.liability: side.count for side in counted} == {
        side: sum(row.liability == side for row in late) for side in SIDES
    }


def test_who_inspects_gets_in_and_clerk_and_sender_do_not(november, client):
    for name, role, unit, status in (
        ("duty", Role.DUTY_OFFICER, "YA-ZFB", 200),
        ("clerk", Role.CLERK, "QX01", 404),
        ("sender", Role.SENDER, "YA-ZFB", 404),
    ):
        client.force_login(november.person(name, role, at=beijing("2026-11-01 09:00"), unit=unit))
        assert client.get(DELAYS).status_code == status, name
    assert client.post(DELAYS).status_code in (404, 405)
