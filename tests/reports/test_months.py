"""A month is written one way, and begins and ends at midnight in Beijing."""

from datetime import UTC, datetime

import pytest

from reports.months import Month, NotAMonth, month_asked
from tests.offices import beijing


def test_a_month_runs_from_its_first_midnight_to_that_of_the_next():
    november, december = Month(2026, 11), Month(2026, 12)
    assert (november.starts_at, november.ends_at) == (beijing("2026-11-01 00:00"), beijing("2026-12-01 00:00"))
    assert (december.starts_at, december.ends_at) == (beijing("2026-12-01 00:00"), beijing("2027-01-01 00:00"))


def test_a_month_is_written_as_year_and_month():
    assert Month.parse("2026-02") == Month(2026, 2)
    assert str(Month(2026, 2)) == "2026-02"
    assert Month(2026, 2).label == "2026年2月"
    assert Month(2028, 2).period == "2028年2月1日至2月29日"


@pytest.mark.parametrize(
    "text",
    [
        "2026-13",
        "2026-00",
        "1999-12",
        "3000-01",
        "2026-1",
        "202611",
        "十一月",
        "",
        "2026-11-01",
        "２０２６-11",
        "0000-01",
    ],
)
def test_anything_else_is_refused_with_a_sentence(text):
    with pytest.raises(NotAMonth, match="请写成 2026-11"):
        Month.parse(text)


def test_what_is_refused_is_not_repeated_at_length():
    with pytest.raises(NotAMonth) as refusal:
        Month.parse("9" * 5000)
    assert len(str(refusal.value)) < 60


def test_the_month_of_an_instant_is_that_of_the_wall_clock_here():
    assert Month.of(datetime(2026, 10, 31, 16, tzinfo=UTC)) == Month(2026, 11)


def test_a_month_that_has_not_begun_is_refused():
    assert month_asked("2026-12", now=beijing("2026-12-01 00:00")) == Month(2026, 12)
    with pytest.raises(NotAMonth, match="2026年12月还没有到"):
        month_asked("2026-12", now=beijing("2026-11-30 23:59"))


def test_months_follow_each_other_within_what_is_counted():
    assert Month(2026, 1).previous == Month(2025, 12)
    assert Month(2025, 12).next == Month(2026, 1)
    assert Month(2000, 1).previous is None
    assert Month(2999, 12).next is None
