"""Presence as the secretariat and leaders read it: a month of look-ins, its workbook, and what is not counted."""

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.dissolving import dissolve
from accounts.faults import report_fault
from accounts.lookins import LookIn
from accounts.outages import Outage
from accounts.people import Post, take_post
from accounts.reorganising import have_served
from accounts.roles import Role
from accounts.units import Unit
from cms.accesslog import Access, Look
from cms.areas import Area
from cms.rulebook import YANAN
from cms.ruleversions import RuleVersion
from cms.together import alone
from cms.workdays import CalendarYear
from reports.months import Month
from reports.presence import presence
from reports.presencemonth import presence_report
from reports.presencetoday import asking_day
from tests.cast import MONDAY
from tests.counties import county
from tests.offices import beijing
from tests.reports.spreadsheet import value

MONTH, WORKBOOK, TODAY = (reverse(f"reports:{name}") for name in ("presence", "presence_workbook", "presence_today"))
OCTOBER = Month(2026, 10)
# Of the week after the holiday the 8th, 9th and 10th are worked, in winter hours: 08:00 to 12:00 and 14:00 to 18:00.
FRIDAY_EVENING = beijing("2026-10-09 20:00")
KEPT_RULE = "08:30 10:00 12:00 16:00"


def looked(unit, person, clocks, day="2026-10-08"):
    LookIn.objects.bulk_create(
        LookIn(at=beijing(f"{day} {clock}"), unit=unit, person=person) for clock in clocks.split()
    )


@pytest.fixture
def october(city, week):
    """Thursday the 8th: the attentive keep the rule, the late have one gap of 121 minutes and come no more on Friday."""
    LookIn.objects.create(at=beijing("2026-09-01 10:00"), unit=city.office, person=city.office_clerk)
    for day in ("2026-10-08", "2026-10-09"):
        looked(city.attentive, city.clerk, KEPT_RULE, day)
    looked(city.late, city.late_clerk, "08:30 10:00 12:00 16:01")
    week.move_to(FRIDAY_EVENING, tick=False)
    return city


def of(units, unit):
    return next(each for each in units if each.unit == unit)


def text_of(page):
    assert page.status_code == 200
    return " ".join(page.content.decode().split())


def test_a_month_says_days_breaches_the_longest_gap_and_the_days_of_silence(october):
    units = presence_report(OCTOBER, as_of=FRIDAY_EVENING).units
    attentive, late = of(units, october.attentive), of(units, october.late)
    assert (attentive.owed, attentive.kept, attentive.breaches, attentive.longest, attentive.rate) == (2, 2, 0, 120, 1)
    assert (late.owed, late.kept, late.breaches, late.longest, late.silent) == (2, 0, 2, 480, 1)
    assert [gap.minutes for day in late.days for gap in day.gaps_too_long] == [121, 480]
    assert october.government not in [each.unit for each in units], "its office is there for it"
    assert october.paper not in [each.unit for each in units], "it is not connected"


def test_what_an_old_month_says_is_what_it_said(october, week):
    before = presence_report(OCTOBER, as_of=beijing("2026-11-02 09:00")).units
    looked(october.late, october.late_clerk, "09:00", "2026-11-02")
    Unit.objects.filter(pk=october.attentive.pk).update(connected=False)
    after = presence_report(OCTOBER, as_of=beijing("2027-03-01 09:00")).units
    last_seen = date(2026, 10, 9)
    for each, was in zip(after, before, strict=True):
        days = [day for day in was.days if was.unit != october.attentive or day.day <= last_seen]
        assert (each.unit, list(each.days)) == (was.unit, days)


def test_a_unit_stays_in_the_days_before_it_was_dissolved_though_another_succeeds_it(october, week):
    facts = {"on_day": date(2026, 10, 9), "ground": "延编发〔2026〕8号", "by": october.engineer}
    dissolve(october.attentive, october.late, at=FRIDAY_EVENING, **facts)
    week.move_to(beijing("2026-10-10 19:00"), tick=False)
    looked(october.attentive, october.late_clerk, "09:00", "2026-10-10")
    report = presence_report(OCTOBER, as_of=beijing("2026-10-10 19:00"))
    assert [day.day for day in of(report.units, october.attentive).days] == [date(2026, 10, 8), date(2026, 10, 9)]
    page = october.desk(october.secretary).get(reverse("reports:presence_unit", args=[october.attentive.code]))
    assert page.status_code == 200


def test_a_unit_whose_desk_another_runs_now_keeps_the_days_before(october, week):
    facts = {"on_day": date(2026, 10, 9), "ground": "延编发〔2026〕8号", "by": october.engineer, "at": FRIDAY_EVENING}
    have_served(october.late, october.attentive, **facts)
    at = beijing("2026-11-02 19:00")
    week.move_to(at, tick=False)
    looked(october.late, october.clerk, "09:00", "2026-10-12")  # the server's people look in for both from now on
    for only in (None, {october.late.pk}):
        units = presence_report(OCTOBER, as_of=at, only=only).units
        assert [(day.day, day.breaches) for day in of(units, october.late).days] == [(date(2026, 10, 8), 1)]
    assert october.late not in [each.unit for each in presence_report(Month(2026, 11), as_of=at).units]
    path = reverse("reports:presence_unit", args=[october.late.code])
    assert "10月8日" in text_of(october.desk(october.secretary).get(path, {"month": "2026-10"}))
    have_served(october.late, None, **facts | {"on_day": date(2026, 10, 30), "at": at})
    again = of(presence_report(OCTOBER, as_of=at).units, october.late)
    assert [day.day for day in again.days] == [date(2026, 10, 8), date(2026, 10, 30)]


def test_the_page_of_a_unit_says_from_which_day_it_is_counted(october):
    Post.objects.filter(unit=october.late).update(held_from=date(2026, 10, 9))
    path = reverse("reports:presence_unit", args=[october.late.code])
    page = text_of(october.desk(october.secretary).get(path, {"month": "2026-10"}))
    assert "2026年10月9日至10月31日" in page
    assert "10月8日" not in page


def test_days_before_the_first_row_or_before_anybody_received_there_are_not_counted(october):
    september = presence_report(Month(2026, 9), as_of=FRIDAY_EVENING)
    assert september.counted_from == date(2026, 9, 2)
    assert of(september.units, october.attentive).days[0].day == MONDAY.date()
    assert not presence_report(Month(2026, 8), as_of=FRIDAY_EVENING).units
    october.department.posts.filter(role=Role.CLERK).delete()
    nobody = of(presence_report(OCTOBER, as_of=FRIDAY_EVENING).units, october.department)
    assert (nobody.owed, nobody.rate, nobody.remark) == (0, None, "没有收发员")


def test_each_day_is_judged_by_the_rule_of_that_day_and_looks_are_counted_where_it_counts_looks(october):
    area = october.office.area
    stricter = replace(YANAN, login_gap_minutes=90)
    by_session = replace(YANAN, looks_per_session=2)
    for rules, starts in ((stricter, "2026-10-09 00:00"), (by_session, "2026-10-10 00:00")):
        RuleVersion.objects.add(area, rules, in_force_from=beijing(starts), by=None, at=MONDAY, reason="试行")
    looked(october.attentive, october.clerk, "08:30 10:00 16:00", "2026-10-10")
    days = presence(date(2026, 10, 8), date(2026, 10, 10), as_of=beijing("2026-10-11 09:00"), area=area)
    breaches = {day.day.day: day.breaches for day in of(days, october.attentive).days}
    assert breaches == {8: 0, 9: 3, 10: 1}


def test_an_open_fault_relieves_until_it_is_confirmed_and_a_late_report_does_not(october):
    report_fault(
        october.late, "network", "断网", detected_at=beijing("2026-10-09 07:00"), by=october.late_clerk,
        at=beijing("2026-10-09 08:00"),
    )  # fmt: skip
    late = of(presence_report(OCTOBER, as_of=FRIDAY_EVENING).units, october.late)
    assert (late.owed, late.breaches, late.remark) == (1, 1, "免责 1 天")
    report_fault(
        october.department, "network", "断网", detected_at=beijing("2026-10-08 07:00"), by=october.department_head,
        at=beijing("2026-10-09 19:00"),
    )  # fmt: skip
    assert of(presence_report(OCTOBER, as_of=FRIDAY_EVENING).units, october.department).breaches == 2


def test_a_leaders_home_judges_today_as_the_month_does(october):
    """In the middle of a morning, at the end of a day and on a day off; with a fault, without anybody who receives, and after a change of desks."""
    report_fault(
        october.late,
        "network",
        "断网",
        detected_at=beijing("2026-10-09 08:10"),
        by=october.late_clerk,
        at=beijing("2026-10-09 08:20"),
    )
    Post.objects.filter(unit=october.county, role=Role.CLERK).delete()
    for server, first in ((october.attentive, 8), (None, 9)):
        facts = {"on_day": date(2026, 10, first), "ground": "延编发〔2026〕8号", "by": october.engineer}
        have_served(october.department, server, at=FRIDAY_EVENING, **facts)
    units = (october.attentive, october.late, october.county, october.department)
    for clock in ("07 10:00", "08 10:31", "09 07:30", "09 10:31", "09 20:00", "10 09:00", "11 09:00"):
        now = beijing(f"2026-10-{clock}")
        day = now.date()
        at_work = alone(asking_day([unit.pk for unit in units], now))
        assert len(at_work.units) == 4
        for unit in at_work.units:
            judged = [each for each in (at_work.of(unit),) if each is not None]
            assert judged == presence(day, day, as_of=now, area=unit.area, only=[unit.pk]), (unit, clock)


def test_a_stop_of_one_area_relieves_no_unit_of_another_on_the_same_home(october):
    baota = county(october, october.county, "baota", "宝塔区", "宝政办发")
    now, units = beijing("2026-10-09 12:00"), [october.late, baota.town]
    Outage.objects.create(
        area=baota.area, kind=Outage.Kind.OUTAGE, text="区里停电", starts_at=beijing("2026-10-09 08:00"),
        announced_at=now, announced_by=october.engineer,
    )  # fmt: skip
    at_work = alone(asking_day([unit.pk for unit in units], now))
    for unit in at_work.units:
        judged = at_work.of(unit)
        assert [judged] == presence(now.date(), now.date(), as_of=now, area=unit.area, only=[unit.pk]), unit
    assert not at_work.of(october.late).days[0].exempt
    Outage.objects.update(area=october.late.area)
    after = alone(asking_day([unit.pk for unit in units], now))
    assert all(after.of(unit).days[0].exempt for unit in after.units if after.of(unit).days)


def test_the_page_of_a_month_leads_to_the_days_of_a_unit_with_names_and_times(october):
    desk = october.desk(october.secretary)
    page = text_of(desk.get(MONTH, {"month": "2026-10"}))
    worst = desk.get(MONTH, {"month": "2026-10", "show": "late"}).context["units"]
    assert october.late in [each.unit for each in worst]
    assert october.attentive not in [each.unit for each in worst]
    unit = reverse("reports:presence_unit", args=[october.late.code])
    assert f'href="{unit}?month=2026-10"' in page
    days = text_of(desk.get(unit, {"month": "2026-10"}))
    for said in ("08:30 何迟", "12:00—16:01（121 办公分钟）", "08:00—18:00（480 办公分钟）"):
        assert said in days
    assert "没有登录" in days


def test_the_workbook_has_the_months_units_and_every_gap_that_was_too_long(october):
    desk = october.desk(october.secretary)
    answer = desk.get(WORKBOOK, {"month": "2026-10"})
    book = load_workbook(BytesIO(answer.content))
    figures, details = book["登录情况统计表"], book["登录间隔超时明细表"]
    rows = {figures.cell(row, 2).value: row for row in range(6, figures.max_row)}
    row = rows[october.late.short_name]
    assert [figures.cell(row, column).value for column in (4, 5, 6, 8, 9)] == [2, 0, 1, 2, 480]
    assert value(figures, f"G{rows[october.attentive.short_name]}") == 1
    found = [[cell.value for cell in row] for row in details.iter_rows(min_row=6, max_col=8)]
    assert [line[4:8] for line in found if line[1] == october.late.short_name] == [
        ["12:00", "16:01", 121, 4],
        ["08:00", "18:00", 480, 0],
    ]
    assert Access.objects.filter(look=Look.EXPORTED, person=october.secretary).exists()


def test_who_sees_whose_look_ins(october):
    own, other = (reverse("reports:presence_unit", args=[unit.code]) for unit in (october.attentive, october.late))
    seen = {
        "secretary": (200, 200, 200, 200, 200),
        "engineer": (200, 200, 200, 200, 200),
        "leader": (404, 404, 404, 200, 404),
        "clerk": (404, 404, 404, 404, 404),
        "stranger": (404, 404, 404, 404, 404),
        "nobody": (404, 404, 404, 404, 404),
    }
    for who, answers in seen.items():
        desk = october.desk(getattr(october, who))
        assert tuple(desk.get(path).status_code for path in (MONTH, WORKBOOK, TODAY, own, other)) == answers, who
    desk = october.desk(october.secretary)
    assert {desk.post(path).status_code for path in (MONTH, WORKBOOK, TODAY, own)} == {405}
    assert desk.get(reverse("reports:presence_unit", args=[october.government.code])).status_code == 404


def test_months_that_cannot_be_reckoned_say_why(october, week):
    desk = october.desk(october.secretary)
    assert "看不懂月份" in text_of(desk.get(MONTH, {"month": "十月"}))
    assert "还没有到" in text_of(desk.get(WORKBOOK, {"month": "2027-01"}))
    assert "本月没有可以统计的登录记录" in text_of(desk.get(MONTH, {"month": "2026-08"}))
    CalendarYear.objects.filter(area=Area.objects.home(), year=2026).delete()
    unit = reverse("reports:presence_unit", args=[october.late.code])
    for page in (MONTH, TODAY, unit, reverse("network_home")):
        who = october.engineer if page == reverse("network_home") else october.secretary
        assert "2026年的工作日历还没有载入" in text_of(october.desk(who).get(page)), page


def test_what_the_pages_ask_does_not_grow_with_units_and_days(october):
    def asked(page, who):
        desk = october.desk(who)
        desk.get(page)
        with CaptureQueriesContext(connection) as seen:
            assert desk.get(page).status_code == 200
        return len(seen)

    pages = [
        (f"{MONTH}?month=2026-10", october.secretary),
        (TODAY, october.secretary),
        (reverse("network_home"), october.engineer),
    ]
    before = [asked(*page) for page in pages]
    for unit in (october.county, october.elsewhere, october.network_office):
        take_post(october.second_clerk, unit, Role.CLERK, by=None, at=MONDAY)
        looked(unit, october.second_clerk, KEPT_RULE, "2026-10-09")
    assert [asked(*page) for page in pages] == before


def test_two_people_in_one_minute_are_one_look_in_and_any_clerk_of_the_unit_counts(october):
    looked(october.attentive, october.second_clerk, KEPT_RULE)
    looked(october.attentive, october.second_clerk, "17:00")
    thursday = of(presence_report(OCTOBER, as_of=FRIDAY_EVENING).units, october.attentive).days[0]
    assert len(thursday.look_ins) == 5
    assert thursday.look_ins[-1] - thursday.look_ins[-2] == timedelta(hours=1)
