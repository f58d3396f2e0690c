"""Quarters, and by when the report of a quarter's inspections is due (Article 16)."""

from dataclasses import replace
from datetime import date

import pytest

from cms.limits import line_report_due
from cms.quarters import NotAQuarter, Quarter
from cms.rulebook import YANAN
from cms.workdays import CalendarMissing
from tests.offices import OFFICE, beijing


def test_a_quarter_runs_from_its_first_midnight_to_the_next():
    third = Quarter.parse("2026-Q3")
    assert (str(third), third.label) == ("2026-Q3", "2026年第三季度")
    assert (str(third.first), str(third.last)) == ("2026-07-01", "2026-09-30")
    assert third.starts_at == beijing("2026-07-01 00:00")
    assert Quarter.of(beijing("2026-09-30 23:59:59")) == third
    assert Quarter.of(beijing("2026-10-01 00:00")) == third.next == Quarter(2026, 4)
    assert (Quarter(2026, 4).next, Quarter(2027, 1).previous) == (Quarter(2027, 1), Quarter(2026, 4))
    assert str(Quarter(2026, 4).last) == "2026-12-31"
    assert (Quarter(2000, 1).previous, Quarter(2099, 4).next) == (None, None)


@pytest.mark.parametrize("text", ["", "2026", "2026-Q5", "2026-q3", "1999-Q1", "2026-Q3\n", "20２6-Q3"])
def test_what_is_no_quarter_is_refused_with_an_example(text):
    with pytest.raises(NotAQuarter, match="2026-Q3"):
        Quarter.parse(text)


@pytest.mark.parametrize(
    "quarter, grace, due_at",
    [
        ("2026-Q3", 0, "2026-09-30 18:00"),  # a Wednesday, the eve of the holiday
        ("2026-Q1", 0, "2026-03-31 18:00"),
        ("2025-Q4", 0, "2025-12-31 18:00"),
        ("2025-Q2", 0, "2025-06-30 18:00"),
        ("2026-Q3", 1, "2026-10-08 18:00"),  # the holiday is no grace
        ("2026-Q3", 10, "2026-10-20 18:00"),  # the make-up Saturday counts
    ],
)
def test_a_report_is_due_when_the_last_working_day_of_the_quarter_closes(quarter, grace, due_at):
    rules = replace(YANAN, line_report_grace_days=grace)
    assert line_report_due(Quarter.parse(quarter), OFFICE, rules).at == beijing(due_at)


def test_a_quarter_whose_last_days_are_off_is_due_before_them():
    days = {date(2026, 9, 30): False, date(2026, 9, 29): False}
    assert line_report_due(Quarter(2026, 3), replace(OFFICE, days=days)).at == beijing("2026-09-28 18:00")


def test_without_the_calendar_of_the_year_nothing_is_guessed():
    with pytest.raises(CalendarMissing):
        line_report_due(Quarter(2027, 1), OFFICE)


def test_the_sentence_names_quarter_moment_and_article():
    sentence = line_report_due(Quarter(2026, 3), OFFICE).sentence
    assert sentence == "运营商应当报送2026年第三季度的线路巡检报告，至2026年9月30日18:00截止。依据：第十六条。"
