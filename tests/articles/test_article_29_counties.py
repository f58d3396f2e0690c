"""第二十九条: a county runs the rule over its own units, in the same installation as the city, and neither sees into the other's papers."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.establishing import establish_area
from accounts.faults import report_fault
from accounts.grants import NOTICE_GROUP
from accounts.holders import holders
from accounts.overseeing import area_overseen, overseen, overseers
from accounts.people import User, take_post
from accounts.reorganising import move_under
from accounts.roles import OF_THE_PLATFORM, Right, Role, may
from accounts.roster import arrange
from circulars import moderation
from circulars.access import trackable
from circulars.moderation import NotReady
from circulars.pages import about_paper
from circulars.reminders import sweep_urges
from cms.calendars import Standing, correct_day
from cms.messages import Message
from cms.rulesetting import set_rules
from cms.ruleversions import RuleVersion
from reports.months import Month
from reports.receipts import Issuers, month_figures
from reports.snapshots import publish
from tests.articles.test_article_22 import dues
from tests.cast import MONDAY
from tests.counties import appointed, county
from tests.offices import beijing


@pytest.fixture
def baota(city):
    return county(city, city.county, "baota", "宝塔区", "宝政办发")


def fresh(person):
    return User.objects.get(pk=person.pk)


def test_a_county_issues_to_its_own_units_by_its_own_numbers_calendar_and_rule(city, baota):
    """The holiday of the county is nobody else's, and a change of its rule touches nothing of the city's."""
    holiday = beijing("2026-09-29 00:00").date()
    correct_day(baota.area, holiday, Standing.OFF, name="区庆日", reason="区政府通知", by=baota.secretary, at=MONDAY)
    rules = RuleVersion.objects.in_force(baota.area, MONDAY).rule_set
    assert rules.numbers() == RuleVersion.objects.in_force(city.office.area, MONDAY).rule_set.numbers()
    ours, theirs = city.sent(), baota.sent(city)
    assert theirs.number == "宝政办发〔2026〕1号"
    assert dues(theirs) == {beijing("2026-09-30 18:00")}
    assert dues(ours) == {beijing("2026-09-29 18:00")}
    longer, secretary = replace(rules, working_days=2), baota.secretary
    set_rules(baota.area, longer, against=1, in_force_from=None, reason="试行", by=secretary, at=MONDAY)
    assert dues(baota.sent(city)) == {beijing("2026-10-08 18:00")}
    assert dues(city.sent()) == dues(ours)
    up = city.registered(issuer=baota.seat, by=baota.drafter, primary_units=[city.office], series=baota.upward)
    assert up.area == city.office.area  # a report to the city goes by the city's rule


def test_the_figures_of_city_and_county_are_each_ones_own(city, baota, week):
    """A month counts, is published and is seen for one's own area alone."""
    ours, theirs = city.sent(), baota.sent(city)
    over, month = beijing("2026-10-09 10:00"), Month.parse("2026-09")
    week.move_to(over, tick=False)
    figures = {
        area.code: {one.unit_id for one in month_figures(month, as_of=over, issuers=Issuers.ALL, area=area)}
        for area in (city.office.area, baota.area)
    }
    assert figures == {"yanan": {city.attentive.pk, city.late.pk}, "baota": {baota.town.pk, baota.bureau.pk}}
    for secretary, area in ((city.secretary, baota.area), (baota.secretary, city.office.area)):
        with pytest.raises(PermissionDenied):
            publish(month, area=area, by=fresh(secretary), at=over)
    snapshot = publish(month, area=baota.area, by=fresh(baota.secretary), at=over)
    assert set(snapshot.rows.values_list("unit", flat=True)) == figures["baota"]
    for person, own, foreign in ((city.secretary, ours, theirs), (baota.secretary, theirs, ours)):
        desk = city.desk(person)
        assert list(trackable(fresh(person))) == [own]
        assert desk.get(reverse("circulars:board", args=[own.uuid])).status_code == 200
        assert desk.get(reverse("circulars:board", args=[foreign.uuid])).status_code == 404
        page = desk.get(reverse("reports:overview")).content.decode()
        assert (own.number in page, foreign.number in page) == (True, False)
        page = desk.get(reverse("reports:month"), {"month": "2026-09", "issuers": "all"}).content.decode()
        towns = baota.town.short_name in page, city.attentive.short_name in page
        assert towns == ((person is baota.secretary), (person is city.secretary))


def test_who_is_told_of_what_is_late_is_the_secretariat_of_the_area(city, baota):
    """The county's own duty officer is told of the county's papers, and of the day that the county's roster names."""
    theirs, ours = baota.sent(city), city.sent()
    late = beijing("2026-10-08 10:00")
    arrange({late.date(): baota.secretary}, by=fresh(baota.secretary), at=MONDAY)
    arrange({late.date(): city.secretary}, by=fresh(city.secretary), at=MONDAY)
    sweep_urges(late)
    told = Message.objects.filter(key__contains="duty-")
    assert {(m.person, m.about) for m in told} == {
        (baota.secretary, about_paper(theirs.page_id)),
        (city.secretary, about_paper(ours.page_id)),
    }
    report_fault(baota.town, "network", "断网", detected_at=MONDAY, by=baota.town_clerk, at=MONDAY)
    fault = Message.objects.filter(key__startswith="fault:").values_list("person", flat=True)
    assert set(fault) == {baota.secretary.pk, city.engineer.pk}


def test_an_area_is_overseen_from_its_seat_and_the_platform_from_the_home_area(city, baota):
    """A right of the platform held at a county is none; the network office sees to every area."""
    secretary = fresh(baota.secretary)
    assert area_overseen(secretary) == baota.area
    assert area_overseen(fresh(city.secretary)) == area_overseen(fresh(city.engineer)) == city.office.area
    assert area_overseen(fresh(baota.town_clerk)) == baota.area
    assert overseen(secretary, Right.INSPECT).areas == {baota.area.pk}
    assert overseen(fresh(city.engineer), Right.CONFIRM_STAFF).every
    assert not any(may(secretary, right) for right in OF_THE_PLATFORM)
    take_post(baota.secretary, baota.seat, Role.NETWORK_OFFICE, by=None, at=MONDAY)
    assert not any(may(fresh(baota.secretary), right) for right in OF_THE_PLATFORM)
    assert overseers(Right.PURGE, baota.area.pk) == {baota.secretary.pk, city.engineer.pk}
    assert overseers(Right.PURGE, city.office.area_id) == {city.secretary.pk, city.engineer.pk}
    assert baota.secretary.pk not in holders(Right.OPERATE).values_list("user_id", flat=True)
    assert not fresh(baota.secretary).groups.exists()
    assert fresh(city.secretary).groups.filter(name=NOTICE_GROUP).exists()


def test_a_unit_below_the_seat_belongs_to_its_area_and_a_paper_of_the_area_goes_no_further(city, baota):
    """Established once; what is entered or moved below the seat follows."""
    assert (baota.town.area, baota.bureau.area, baota.seat.area) == (baota.area, baota.area, city.office.area)
    for series, units in ((baota.series, [baota.town, city.late]), (baota.upward, [baota.town])):
        page = city.draft(by=baota.drafter, issuer=baota.seat, series=series, primary_units=units)
        with pytest.raises(NotReady) as refused:
            moderation.submit(page, by=baota.drafter, at=MONDAY)
        assert [problem.code for problem in refused.value.problems] == ["E-AREA"]
    with pytest.raises(ValidationError, match="已经主管"):
        establish_area(baota.seat, code="again", name="又一次", by=None, at=MONDAY)
    with pytest.raises(ValidationError, match="已经使用"):
        establish_area(city.late, code="baota", name="宝塔", by=None, at=MONDAY)
    early = appointed("early", "先到", city.late, Role.SECRETARIAT)
    assert fresh(early).groups.filter(name=NOTICE_GROUP).exists()
    establish_area(city.late, code="zhujian", name="住建系统", by=None, at=MONDAY)
    assert not fresh(early).groups.exists()
    move_under(baota.town, city.government, on_day=MONDAY.date(), ground="区划调整", by=fresh(city.engineer), at=MONDAY)
    assert type(baota.town).objects.get(pk=baota.town.pk).area == city.office.area
