"""Who answers for what came late and who takes longest: every figure is as long as the list behind it."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from circulars.deadlines import Urgency
from circulars.deliveries import Relief
from circulars.liability import Liability
from reports.lateness import Lateness, late_rows
from reports.receipts import Issuers, month_figures
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


def test_who_inspects_gets_in_and_clerk_and_sender_do_not(november, client):
    for name, role, unit, status in (
        ("duty", Role.DUTY_OFFICER, "YA-ZFB", 200),
        ("clerk", Role.CLERK, "QX01", 404),
        ("sender", Role.SENDER, "YA-ZFB", 404),
    ):
        client.force_login(november.person(name, role, at=beijing("2026-11-01 09:00"), unit=unit))
        assert client.get(DELAYS).status_code == status, name
    assert client.post(DELAYS).status_code in (404, 405)
