"""Rule L: who answers for a late receipt, case by case (Article 21)."""

from datetime import timedelta

import pytest

from circulars.deadlines import Urgency
from circulars.liability import Liability, liability, notification_required
from tests.offices import beijing

DUE = beijing("2026-10-03 01:10")  # 特急, sent off duty on 2026-10-02 at 23:10


def who(signed=None, notified=None, *, as_of="2026-10-05 09:00", required=True, **facts):
    return liability(
        due_at=DUE,
        closed_at=beijing(signed) if signed else None,
        as_of=beijing(as_of),
        window=timedelta(minutes=120),
        notified_at=beijing(notified) if notified else None,
        notification_required=required,
        **facts,
    )


# The handbook's six cases, by its own letters. A call that nobody answered (f) has never succeeded.
@pytest.mark.parametrize(
    "notified, signed, answers",
    [
        pytest.param("2026-10-02 23:15", "2026-10-03 00:40", Liability.NOBODY, id="a"),
        pytest.param("2026-10-02 23:15", "2026-10-03 02:00", Liability.RECIPIENT, id="b"),
        pytest.param(None, "2026-10-03 07:30", Liability.SENDER, id="c"),
        pytest.param("2026-10-03 01:30", "2026-10-03 03:00", Liability.SENDER, id="d"),
        pytest.param("2026-10-03 01:30", "2026-10-03 04:10", Liability.RECIPIENT, id="e"),
        pytest.param(None, "2026-10-03 02:00", Liability.SENDER, id="f"),
    ],
)
def test_the_six_cases_of_the_handbook(notified, signed, answers):
    assert who(signed, notified) is answers


def test_signing_at_the_due_second_leaves_nobody_to_answer():
    assert who("2026-10-03 01:10") is Liability.NOBODY
    assert who("2026-10-03 01:10:01") is Liability.SENDER


def test_a_circular_that_needs_no_call_is_the_units_own_affair():
    assert who("2026-10-03 07:30", required=False) is Liability.RECIPIENT


def test_a_fault_reported_in_time_relieves_whoever_else_would_answer():
    assert who("2026-10-03 07:30", relieved=True) is Liability.RELIEVED
    assert who(relieved=True, required=False) is Liability.RELIEVED


def test_a_fault_not_reported_in_time_is_the_units_even_when_nobody_called():
    assert who("2026-10-03 07:30", fault_unreported=True) is Liability.RECIPIENT


def test_an_unsigned_circular_is_the_senders_until_a_late_calls_window_has_run_out():
    assert who(notified="2026-10-03 01:30", as_of="2026-10-03 03:30") is Liability.SENDER
    assert who(notified="2026-10-03 01:30", as_of="2026-10-03 03:31") is Liability.RECIPIENT
    assert who(as_of="2026-10-05 09:00") is Liability.SENDER


def test_before_it_is_due_nobody_answers():
    assert who(as_of="2026-10-03 01:09") is Liability.NOBODY


def test_a_call_is_owed_for_every_extra_urgent_circular_and_for_an_urgent_one_off_duty():
    assert notification_required(Urgency.EXTRA_URGENT, after_hours=False)
    assert notification_required(Urgency.URGENT, after_hours=True)
    assert not notification_required(Urgency.URGENT, after_hours=False)
    assert not notification_required(Urgency.NORMAL, after_hours=True)
