"""Oversight at a county: it is called what the county calls it, offers its own, and a secretariat of two comes through a bulletin (Articles 6, 28 and 29)."""

from html import unescape
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.acknowledgements import Office
from accounts.people import User
from accounts.reachability import enter_check
from accounts.roles import Right, Role
from circulars.deliveries import Delivery
from reports.accountability.acts import open_case
from reports.approving import approve
from reports.asking import ask_units
from reports.bulletins import Bulletin, open_bulletin
from reports.guidance import Visit, log_visit
from reports.months import Month
from reports.rail import rail
from reports.snapshots import publish
from reports.spotchecks.acts import call_off, draw, plan
from reports.walls import open_wall
from tests.cast import MONDAY
from tests.counties import appointed, county
from tests.offices import beijing

OCTOBER = beijing("2026-10-09 10:00")
UNTIL = beijing("2026-10-14 18:00")
OFFICE = "宝塔区政府办公室"


@pytest.fixture
def baota(city):
    return county(city, city.county, "baota", "宝塔区", "宝政办发")


def as_now(person):
    return User.objects.get(pk=person.pk)


def lines_of(person):
    return {item.label: item.url for group in rail(as_now(person), "/") for item in group.items}


def test_a_refusal_names_the_countys_own_office(city, baota, week):
    sent = baota.sent(city)
    delivery, clerk = Delivery.objects.get(circular=sent, unit=baota.town), as_now(baota.town_clerk)
    by = {"by": clerk, "at": MONDAY}
    check = plan(
        1, area=baota.area, purpose="检查", planned_for=OCTOBER, key=uuid4(), by=as_now(baota.secretary), at=MONDAY
    )
    month = Month.parse("2026-09")
    acts = (
        lambda: open_bulletin(month, area=baota.area, **by),
        lambda: publish(month, area=baota.area, **by),
        lambda: draw(check, **by),
        lambda: call_off(check, "改期", **by),
        lambda: log_visit(Visit(baota.town, MONDAY.date(), "二人", "一切正常"), key=uuid4(), **by),
        lambda: open_wall("值班室", OCTOBER.date(), area=baota.area, **by),
        lambda: open_case(delivery, "逾期", state_until=OCTOBER.date(), **by),
        lambda: enter_check(clerk, baota.town, "answered", key=uuid4(), **by),
    )
    for act in acts:
        with pytest.raises(PermissionDenied, match=OFFICE):
            act()
    with pytest.raises(PermissionDenied, match="抽查由宝塔区"):
        draw(check, by=as_now(city.secretary), at=MONDAY)


def test_a_fault_is_reported_to_the_countys_own_office(city, baota, week):
    page = unescape(city.desk(baota.town_clerk).get(reverse("accounts:report_fault")).content.decode())
    assert f"同时报告{OFFICE}和市网信办" in page
    assert Office.SECRETARIAT.said_in(baota.area) == OFFICE
    assert Office.NETWORK_OFFICE.said_in(baota.area) == "市网信办"


def test_the_rail_says_what_the_pages_say_and_a_county_has_no_empty_line(city, baota, week):
    here, there = lines_of(city.secretary), lines_of(baota.secretary)
    assert "保障单位考核" in here
    assert "保障单位考核" not in there
    assert Right.INSPECT.label == "检查本辖区签收情况"
    for label in ("签收情况通报", "逐件签收清单", "签收矩阵"):
        assert here[label] == there[label]
        page = unescape(city.desk(city.secretary).get(here[label]).content.decode())
        assert f"<h1>{label}</h1>" in page


def test_a_county_may_ask_its_matrix_for_what_its_seat_sent(city, baota, week):
    sent = baota.sent(city)
    page = city.desk(baota.secretary).get(reverse("reports:matrix"), {"issuer": baota.seat.pk})
    assert baota.seat in page.context["issuers"]
    assert city.office not in page.context["issuers"]
    assert [circular.pk for circular in page.context["matrix"].circulars] == [sent.pk]
    assert city.office in city.desk(city.secretary).get(reverse("reports:matrix")).context["issuers"]


def test_a_secretariat_of_two_comes_through_a_bulletin(city, baota, week):
    baota.sent(city)
    other = appointed("baota-other", "宝塔另一人", baota.seat, Role.SECRETARIAT)
    first, second = as_now(baota.secretary), as_now(other)
    week.move_to(OCTOBER, tick=False)
    bulletin = open_bulletin(Month.parse("2026-09"), area=baota.area, by=first, at=OCTOBER)
    assert ask_units(bulletin, until=UNTIL, by=first, at=OCTOBER) == 2
    bulletin = Bulletin.objects.get()
    asked = bulletin.asked.get(unit=baota.bureau)
    given = asked.explain(text="网络中断", by=as_now(baota.bureau_clerk), at=OCTOBER)
    given.rule(is_accepted=True, reason="故障属实", by=first, at=OCTOBER)
    approve(bulletin, by=second, at=UNTIL)
    assert [one.unit for one in bulletin.named.select_related("unit")] == [baota.town]
