"""Interruptions of lines: split at the first of the month, and what cannot be added up."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.lines import Outage, OutageBroken, line_months
from tests.offices import beijing


def test_an_interruption_over_a_whole_month_counts_in_three():
    months = line_months([Outage(beijing("2026-01-31 12:00"), beijing("2026-03-01 06:00"))])
    assert [month.down / timedelta(hours=1) for month in months] == [12, 28 * 24, 6]


def test_the_year_changes_like_a_month():
    months = line_months([Outage(beijing("2026-12-31 23:00"), beijing("2027-01-01 01:00"))])
    assert [(str(month.first), month.down) for month in months] == [
        ("2026-12-01", timedelta(hours=1)),
        ("2027-01-01", timedelta(hours=1)),
    ]


def test_an_interruption_that_ends_with_the_month_leaves_the_next_alone():
    (october,) = line_months([Outage(beijing("2026-10-31 20:00"), beijing("2026-11-01 00:00"))])
    assert october.down == timedelta(hours=4)


def test_two_interruptions_of_one_line_may_touch_and_not_overlap():
    first = Outage(beijing("2026-10-01 08:00"), beijing("2026-10-01 10:00"))
    assert line_months([first, Outage(beijing("2026-10-01 10:00"), beijing("2026-10-01 11:00"))])
    with pytest.raises(OutageBroken, match="重叠"):
        line_months([first, Outage(beijing("2026-10-01 09:59"), beijing("2026-10-01 11:00"))])


def test_a_line_is_not_back_before_it_was_gone():
    with pytest.raises(OutageBroken, match="不能早于"):
        Outage(beijing("2026-10-01 08:00"), beijing("2026-10-01 07:59"))


@given(st.timedeltas(timedelta(), timedelta(days=90)), st.timedeltas(timedelta(), timedelta(days=90)))
def test_the_months_add_up_to_the_interruption(later, lasted):
    down_at = beijing("2026-01-01 00:00") + later
    months = line_months([Outage(down_at, down_at + lasted)])
    assert sum((month.down for month in months), timedelta()) == lasted
