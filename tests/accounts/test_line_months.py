"""The sums of lines by month: split at midnight, exactly at the limit, still open, and 500 lines in one pass (Article 16)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.linemonths import month_tallies
from accounts.lineoutages import LineOutage
from accounts.lineregister import Line
from cms.rulebook import YANAN
from cms.ruleversions import RuleVersion
from tests import lines
from tests.offices import beijing

SEPTEMBER, OCTOBER, NOVEMBER = date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)
LATER = beijing("2026-11-10 09:00")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def line(city):
    lines.carrier(city)
    return lines.line(city)


def tally(line, first, as_of=LATER):
    ((one,),) = month_tallies([line], [first], as_of=as_of).values()
    return one


def test_an_open_interruption_counts_until_now_in_every_month_it_touches(city, line):
    lines.down(line, beijing("2026-10-31 20:00"), by=city.engineer, at=LATER)
    as_of = beijing("2026-11-01 09:00")
    october, november = tally(line, OCTOBER, as_of), tally(line, NOVEMBER, as_of)
    assert [(one.month.down, one.outages, one.is_open) for one in (october, november)] == [
        (4 * HOUR, 1, True),
        (9 * HOUR, 1, True),
    ]
    assert (october.breaches, november.breaches) == (0, 1)  # the twelve hours ran out on the first
    assert tally(line, NOVEMBER, as_of + 39 * HOUR).deducted == 0
    assert tally(line, NOVEMBER, as_of + 39 * HOUR + MINUTE).deducted == Decimal("1200.50")


def test_what_was_struck_out_counts_for_nothing(city, line):
    outage = lines.down(line, beijing("2026-10-05 00:00"), beijing("2026-10-08 00:00"), by=city.engineer)
    assert tally(line, OCTOBER).is_over
    outage.strike_out(reason="误报", by=city.engineer, at=LATER)
    assert tally(line, OCTOBER) == tally(line, OCTOBER).__class__(line, tally(line, OCTOBER).month, 0, 0, False)
    assert tally(line, OCTOBER).month.down == timedelta()


def test_a_correction_changes_a_month_that_is_over(city, line):
    outage = lines.down(line, beijing("2026-10-05 00:00"), beijing("2026-10-07 00:00"), by=city.engineer)
    assert not tally(line, OCTOBER).is_over
    longer = {"down_at": outage.down_at, "up_at": beijing("2026-10-07 00:01")}
    outage.correct(**longer, reason="以网管记录为准", by=city.engineer, at=LATER)
    assert tally(line, OCTOBER).is_over


def test_a_month_goes_by_the_hours_of_the_rule_as_it_begins(city, line):
    stricter = YANAN.__class__("strict", "试行", line_month_hours=24)
    moment = beijing("2026-10-15 00:00")
    RuleVersion.objects.add(city.office.area, stricter, in_force_from=moment, by=None, at=moment, reason="试行")
    for first in (OCTOBER, NOVEMBER):
        lines.down(line, lines.midnight(first), lines.midnight(first) + 30 * HOUR, by=city.engineer)
    assert (tally(line, OCTOBER).is_over, tally(line, NOVEMBER).is_over) == (False, True)


def test_a_line_has_a_tally_for_each_month_in_which_it_was_let(city, line):
    line.end(until=date(2026, 9, 27), by=city.engineer, at=LATER)
    tallies = month_tallies([line], [SEPTEMBER, OCTOBER, date(2025, 12, 1)], as_of=LATER)
    assert {first: len(found) for first, found in tallies.items()} == {SEPTEMBER: 1, OCTOBER: 0, date(2025, 12, 1): 0}
    assert month_tallies([], [SEPTEMBER], as_of=LATER) == {SEPTEMBER: []}


def test_five_hundred_lines_in_twelve_months_are_one_pass(city, line):
    one = lines.down(line, beijing("2026-01-31 12:00"), beijing("2026-02-03 13:00"), by=city.engineer, at=LATER)
    carrier = line.carrier
    Line.objects.bulk_create(
        Line(unit=city.attentive, carrier=carrier, circuit=f"C-{number}", rent=100, since=lines.SINCE)
        for number in range(499)
    )
    LineOutage.objects.bulk_create(
        LineOutage(
            line=each,
            state="restored",
            down_at=one.down_at + timedelta(days=30 * month),
            up_at=one.up_at + timedelta(days=30 * month),
            due_at=one.due_at + timedelta(days=30 * month),
            rules=one.rules,
            cause="演示",
            reported_at=LATER,
            reported_by=city.engineer,
            up_entered_at=LATER,
        )
        for each in Line.objects.exclude(pk=line.pk)
        for month in range(10)
    )
    months = [date(2026, month, 1) for month in range(1, 13)]
    everything = Line.objects.select_related("unit").in_order()
    with CaptureQueriesContext(connection) as asked:
        tallies = month_tallies(everything, months, as_of=beijing("2026-12-31 00:00"))
    assert len(asked) == 4  # the lines themselves, the area, the versions of its rule, the interruptions
    assert [len(found) for found in tallies.values()] == [500] * 12
    assert sum(one.is_over for one in tallies[date(2026, 2, 1)]) == 500
    down = (one.month.down for first in months for one in tallies[first])
    assert sum(down, timedelta()) == 73 * HOUR * (499 * 10 + 1)
