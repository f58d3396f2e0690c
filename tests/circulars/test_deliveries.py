"""What a unit has been sent: who sees it, how it stands at any moment, and what the database itself refuses."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.people import User, take_post
from accounts.roles import Role
from circulars.access import received, trackable
from circulars.deliveries import Delivery, ReturnCode, with_receipts
from circulars.registration import Circular
from tests.cast import BACK_AT_WORK, EVE_OF_THE_HOLIDAY, MIDNIGHT, MONDAY, NEW_YEARS_EVE
from tests.offices import beijing

READERS = {"clerk", "second_clerk", "leader"}
MAKERS = {"drafter", "reviewer", "approver", "registrar", "sender"}
EVERYBODY = [
    *READERS,
    *MAKERS,
    "late_clerk",
    "county_clerk",
    "secretary",
    "engineer",
    "stranger",
    "superuser",
    "nobody",
]


# Who sees it


def who_finds(city, thing, rows_of):
    return {who for who in EVERYBODY if thing in rows_of(getattr(city, who))}


def test_only_the_units_own_people_find_its_delivery(city, circular):
    assert who_finds(city, city.delivery(circular), received) == READERS


def test_receipts_are_followed_by_the_issuing_unit_and_by_who_inspects(city, circular):
    assert who_finds(city, circular, trackable) == MAKERS | {"secretary"}


def test_a_circular_is_in_nobodys_list_before_it_was_sent(city):
    circular = city.registered()
    assert not received(city.clerk).filter(circular=circular).exists()


def test_what_came_on_paper_is_in_nobodys_list(city, circular):
    take_post(city.nobody, city.paper, Role.CLERK, by=None, at=MONDAY)
    assert not received(city.nobody).exists()
    assert list(circular.deliveries.electronic().values_list("unit_name", flat=True)) == ["市公安局", "市住建局"]


def test_a_person_who_left_finds_nothing_any_more(city, circular):
    assert received(city.clerk).get().circular == circular
    city.clerk.posts.get().leave(by=None, at=MONDAY)
    assert not received(User.objects.get(pk=city.clerk.pk)).exists()


# How it stands


@pytest.mark.parametrize(
    "now, standing",
    [
        ("2026-09-28 09:00", "waiting"),
        ("2026-09-29 14:29", "waiting"),
        ("2026-09-29 14:30", "nearly_due"),
        ("2026-09-29 18:00:00", "nearly_due"),
        ("2026-09-29 18:00:01", "overdue"),
        ("2026-10-03 00:00", "overdue"),
    ],
)
def test_row_and_queryset_give_the_same_answer_at_every_moment(city, circular, now, standing):
    delivery, now = city.delivery(circular), beijing(now)
    assert delivery.standing(now) == standing
    counts = Delivery.objects.filter(pk=delivery.pk).standings(now)
    assert counts == {"waiting": 0, "nearly_due": 0, "overdue": 0, "urged": 0, standing: 1}
    for question in ("waiting", "nearly_due", "overdue"):
        found = getattr(Delivery.objects, question)(now).filter(pk=delivery.pk).exists()
        assert found is (question == standing)


def test_once_closed_it_stands_no_more(city, circular):
    signed = city.sign(city.opened(circular))
    returned = city.delivery(circular, city.late)
    returned.send_back(code=ReturnCode.NOT_OURS, reason="", by=city.late_clerk, at=MONDAY)
    assert (signed.standing(MIDNIGHT), returned.standing(MIDNIGHT)) == (None, None)
    counts = Delivery.objects.electronic().standings(MIDNIGHT)
    assert counts == {"waiting": 0, "nearly_due": 0, "overdue": 0, "urged": 0}


def test_a_return_after_the_due_time_is_late_too(city, circular):
    delivery = city.delivery(circular)
    delivery.send_back(code=ReturnCode.NOT_OURS, reason="", by=city.clerk, at=beijing("2026-09-30 08:00"))
    assert delivery.is_late


@pytest.mark.parametrize(
    "urgency, sent_at, signed_at, minutes",
    [
        ("normal", MONDAY, MONDAY + timedelta(minutes=25), 25),
        ("normal", MONDAY, beijing("2026-09-28 14:40"), 190),
        ("normal", EVE_OF_THE_HOLIDAY, BACK_AT_WORK, 120),
        ("urgent", EVE_OF_THE_HOLIDAY, EVE_OF_THE_HOLIDAY + timedelta(hours=2), 120),
        ("urgent", MIDNIGHT, MIDNIGHT + timedelta(seconds=119), 1),
    ],
)
def test_the_time_taken_counts_office_minutes_for_a_normal_circular_and_the_wall_clock_for_an_urgent_one(
    city, urgency, sent_at, signed_at, minutes
):
    delivery = city.opened(city.sent(urgency=urgency, at=sent_at), at=sent_at)
    assert city.sign(delivery, at=signed_at).taken_minutes == minutes


def test_signing_is_not_refused_when_the_new_years_calendar_is_missing(city):
    delivery = city.opened(city.sent(at=NEW_YEARS_EVE.replace(day=30)), at=NEW_YEARS_EVE)
    city.sign(delivery, at=beijing("2027-01-02 09:00"))
    assert (delivery.state, delivery.taken_minutes) == ("signed_for", None)


def test_a_circular_is_listed_with_how_many_have_signed(city, circular):
    city.sign(city.opened(circular))
    row = with_receipts(Circular.objects.filter(pk=circular.pk)).get()
    assert (row.electronic_count, row.signed_count, row.open_count) == (2, 1, 1)


def test_a_circular_nobody_got_is_listed_with_noughts(city):
    row = with_receipts(Circular.objects.filter(pk=city.registered().pk)).get()
    assert (row.electronic_count, row.signed_count, row.open_count) == (0, 0, 0)


def test_slip_numbers_bear_the_day_of_sending_and_differ(city):
    first, second = city.sent(), city.sent()
    numbers = {city.delivery(circular).slip_number for circular in (first, second)}
    assert len(numbers) == 2
    assert all(number.startswith("QS20260928-") for number in numbers)


# What the database refuses


@pytest.mark.parametrize(
    "wrong",
    [
        {"due_at": None},
        {"state": "signed_for"},
        {"signed_at": MONDAY},
        {"state": "signed_for", "signed_at": MONDAY},
        {"state": "returned"},
        {"state": "returned", "returned_at": MONDAY},
        {"returned_at": MONDAY},
    ],
    ids=str,
)
def test_a_half_told_story_is_refused_by_the_database(city, circular, wrong):
    delivery = city.delivery(circular)
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(**wrong)


def test_a_unit_gets_a_circular_once(city):
    delivery = city.delivery(city.sent())
    other = city.delivery(city.sent())
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.filter(pk=other.pk).update(circular=delivery.circular)
