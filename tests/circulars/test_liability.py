"""Rule L: who answers for a late receipt, case by case (Article 21)."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from circulars.deadlines import Urgency
from circulars.deliveries import Delivery, Relief, ReturnCode
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


def test_a_call_at_the_due_second_comes_too_late_to_be_in_time():
    assert who("2026-10-03 02:00", notified="2026-10-03 01:09:59") is Liability.RECIPIENT
    assert who("2026-10-03 02:00", notified="2026-10-03 01:10") is Liability.SENDER


def test_a_unit_without_a_working_number_on_file_counts_as_told_in_time_and_no_later_call_takes_it_back():
    night = {"unreachable_at": beijing("2026-10-02 23:20")}
    assert who("2026-10-03 07:30", **night) is Liability.RECIPIENT
    assert who("2026-10-03 02:00", notified="2026-10-03 01:30", **night) is Liability.RECIPIENT
    assert who("2026-10-03 00:40", **night) is Liability.NOBODY
    assert who("2026-10-03 07:30", relieved=True, **night) is Liability.RELIEVED
    assert who("2026-10-03 07:30", unreachable_at=DUE) is Liability.SENDER


def test_before_it_is_due_nobody_answers():
    assert who(as_of="2026-10-03 01:09") is Liability.NOBODY


def test_a_call_is_owed_for_every_extra_urgent_circular_and_for_an_urgent_one_off_duty():
    assert notification_required(Urgency.EXTRA_URGENT, after_hours=False)
    assert notification_required(Urgency.URGENT, after_hours=True)
    assert not notification_required(Urgency.URGENT, after_hours=False)
    assert not notification_required(Urgency.NORMAL, after_hours=True)


def test_while_the_due_time_is_pending_nobody_answers():
    nothing = dict.fromkeys(("due_at", "closed_at", "notified_at"))
    facts = nothing | {"as_of": DUE, "window": timedelta(0), "notification_required": True}
    assert liability(**facts) is Liability.NOBODY


# The database knows the same rule

# Few instants, so that they often coincide, and some a microsecond beside.
instants = st.builds(
    lambda minutes, beside: DUE + timedelta(minutes=minutes, microseconds=beside),
    st.sampled_from([-1441, -120, -1, 0, 1, 29, 30, 31, 119, 120, 121, 240, 1500]),
    st.sampled_from([-1, 0, 0, 0, 1, 500_000]),
)


@given(
    due_at=st.none() | instants,
    signed_at=st.none() | instants,
    returned_at=st.none() | instants,
    notified_at=st.none() | instants,
    as_of=instants,
    window=st.sampled_from([None, 0, 30, 120, 540]),
    unreachable_at=st.none() | instants,
    must_notify=st.booleans(),
    relief=st.sampled_from(Relief.values),
    fault_unreported=st.booleans(),
)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_database_gives_the_same_answer_as_the_plain_function(
    city,
    circular,
    due_at,
    signed_at,
    returned_at,
    notified_at,
    as_of,
    window,
    unreachable_at,
    must_notify,
    relief,
    fault_unreported,
):
    rows = Delivery.objects.filter(pk=city.delivery(circular).pk)
    rows.update(
        due_at=due_at,
        due_pending=due_at is None,
        signed_at=signed_at,
        signed_by=signed_at and city.clerk,
        returned_at=returned_at,
        return_code=ReturnCode.NOT_OURS if returned_at else "",
        state="returned" if returned_at else "signed_for" if signed_at else "sent",
        notified_at=notified_at,
        unreachable_at=unreachable_at,
        window_minutes=window,
        must_notify=must_notify,
        relief=relief,
        fault_unreported=fault_unreported,
    )

    def known(at):
        return at if at and at <= as_of else None

    assert rows.with_liability(as_of).get().liability == liability(
        due_at=due_at,
        closed_at=known(signed_at) or known(returned_at),
        as_of=as_of,
        window=timedelta(minutes=window or 0),
        notified_at=known(notified_at),
        notification_required=must_notify,
        unreachable_at=known(unreachable_at),
        relieved=relief != Relief.NONE,
        fault_unreported=fault_unreported,
    )


def test_for_what_was_recalled_nobody_answers(city, circular):
    Delivery.objects.update(recalled_at=DUE, state="recalled")
    assert set(Delivery.objects.with_liability(DUE).values_list("liability", flat=True)) == {Liability.NOBODY}
