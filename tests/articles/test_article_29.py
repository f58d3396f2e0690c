"""第二十九条: counties, departments and enterprises do likewise in their own area, by numbers and a calendar of their own.

各县区人民政府，市政府各工作部门、各直属机构，中省驻延有关单位和市直有关企业在本地区、本系统开展电子公文传输工作，参照本办法执行。
"""

import json
from datetime import date, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from circulars.deadlines import receipt_due
from cms.areas import Area
from cms.calendars import load_calendar
from cms.officehours import lines_of, set_office_hours
from cms.offices import office_of
from cms.rulebook import RULE_SETS
from cms.rulesetting import set_rules
from cms.ruleversions import RuleVersion
from cms.workdays import CalendarDay, CalendarMissing
from tests.articles.test_article_22 import dues
from tests.cast import EVE_OF_THE_HOLIDAY, MONDAY
from tests.offices import SUMMER, WINTER, beijing

with (Path(__file__).parents[1] / "data" / "circulars.json").open(encoding="utf-8") as file:
    CIRCULARS = {sample["identifier"]: sample for sample in json.load(file)["circulars"]}

# When each of the twelve is due under the rules of Yan'an, under the example with a cut-off at 17:00, and under the graded example.
EXPECTED = {
    "YA-2026-0021": ("2026-02-14 18:00", "2026-02-14 18:00", "2026-03-02 18:00"),
    "YA-2026-0181": ("2026-09-28 18:00", "2026-09-29 18:00", "2026-10-12 18:00"),
    "YA-2026-0188": ("2026-09-30 18:10", "2026-09-30 18:10", "2026-10-09 18:00"),
    "YA-2026-0190": ("2026-10-03 01:10", "2026-10-03 00:10", "2026-10-03 01:10"),
    "BM20-2026-0066": ("2026-10-10 18:00", "2026-10-10 18:00", "2026-10-19 18:00"),
    "YA-2026-0199": ("2026-10-12 18:00", "2026-10-12 18:00", "2026-10-20 18:00"),
    "YA-2026-0203": ("2026-10-15 18:00", "2026-10-15 18:00", "2026-10-23 18:00"),
    "YA-2026-0231": ("2026-11-12 18:00", "2026-11-12 18:00", "2026-11-20 18:00"),
    "BM08-2026-0088": ("2026-11-16 18:00", "2026-11-17 18:00", "2026-11-24 18:00"),
    "QX01-2026-0041": ("2026-11-18 09:40", "2026-11-18 09:40", "2026-11-20 18:00"),
    "YA-2026-0237": ("2026-11-19 18:00", "2026-11-20 18:00", "2026-11-27 18:00"),
    "YA-2026-0240": ("2026-11-23 18:00", "2026-11-23 18:00", "2026-12-01 18:00"),
}
SETS = ("yanan", "example-cutoff", "example-graded")


def answered(identifier, *more):
    sample, out = CIRCULARS[identifier], StringIO()
    words = ["receipt", sample["sent_at"], "--urgency", sample["urgency"], *more]
    call_command("deadline", *words, stdout=out)
    return datetime.fromisoformat(out.getvalue().splitlines()[0])


@pytest.mark.django_db
@pytest.mark.parametrize("identifier", CIRCULARS)
def test_the_same_twelve_circulars_have_other_due_times_under_other_rules(identifier):
    due_at = [answered(identifier, "--rule-set", name) for name in SETS]
    assert due_at == [beijing(text) for text in EXPECTED[identifier]]
    assert due_at[0] == datetime.fromisoformat(CIRCULARS[identifier]["expected_due_at"]) == answered(identifier)


def test_each_example_differs_from_yanan_for_some_and_from_the_other_example():
    by_rules = list(zip(*EXPECTED.values(), strict=True))
    assert len(CIRCULARS) == len(EXPECTED) == 12
    assert len(set(by_rules)) == 3


@pytest.mark.parametrize("name", SETS[1:])
def test_a_city_that_sets_an_example_counts_by_it_from_then_on(city, name):
    """The secretariat enters the example: what was sent keeps its due time, what is sent then has the example's."""
    before = city.sent(urgency="extra_urgent")
    rules = RULE_SETS[name]
    set_rules(city.office.area, rules, against=1, in_force_from=None, reason="试行", by=city.secretary, at=MONDAY)
    after = city.sent(urgency="extra_urgent", at=MONDAY)
    assert dues(before) == {beijing("2026-09-28 09:30")}
    assert dues(after) == {receipt_due("extra_urgent", MONDAY, office_of(city.office.area), rules).at}
    assert dues(after) != dues(before)


def test_an_area_has_rules_calendar_and_hours_of_its_own(city):
    """A county that follows the graded example and whose notice names one day off, its own."""
    county, at = Area.objects.create(code="baota", name="宝塔区"), MONDAY
    off = [CalendarDay(date=date(2026, 10, 8), is_working=False, name="区庆日")]
    load_calendar(county, 2026, off, source="区政府通知", by=None, at=at)
    set_office_hours(county, [SUMMER, WINTER], against=lines_of(county), reason="建立辖区", by=None, at=at)
    rules = RULE_SETS["example-graded"]
    set_rules(county, rules, against=0, in_force_from=None, reason="建立辖区", by=None, at=at)
    sent_at = EVE_OF_THE_HOLIDAY
    ours, theirs = city.office.area, office_of(county)
    assert RuleVersion.objects.in_force(county, at).working_days == 7
    assert RuleVersion.objects.in_force(ours, at).working_days == 1
    assert (office_of(ours).is_working_day(date(2026, 10, 8)), theirs.is_working_day(date(2026, 10, 8))) == (
        True,
        False,
    )
    assert receipt_due("normal", sent_at, office_of(ours)).at == beijing("2026-10-08 18:00")
    assert receipt_due("urgent", sent_at, theirs, rules).at == beijing(
        "2026-10-02 18:00"
    )  # its calendar names no other day off
    with pytest.raises(CalendarMissing):
        theirs.is_working_day(date(2025, 1, 2))
