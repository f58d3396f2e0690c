"""Two sweeps at once, and a sweep against a person: a scheduled circular goes out once; with real commits and real threads."""

import pytest

from circulars.deliveries import Delivery
from circulars.registration import Circular
from circulars.scheduling import schedule, sweep_scheduled, unschedule
from cms.ledger import Entry
from cms.messages import Message
from tests.cast import MONDAY, City
from tests.offices import beijing
from tests.rush import at_once

TUESDAY_OPENING = beijing("2026-09-29 08:00")


@pytest.fixture
def city(real_city, week) -> City:
    """The city in a database that keeps what is committed."""
    return real_city


@pytest.fixture
def scheduled(city) -> Circular:
    circular = city.sealed()
    schedule(circular, TUESDAY_OPENING, by=city.sender, at=MONDAY)
    return circular


def test_sweeps_at_once_send_once_and_nobody_is_told_of_a_failure(city, scheduled):
    at_once(6, lambda n: sweep_scheduled(TUESDAY_OPENING))
    assert Delivery.objects.count() == 3
    assert Entry.objects.filter(deed="circular.sent").count() == 1
    assert not Entry.objects.filter(deed="circular.schedule_lapsed").exists()
    assert not Message.objects.filter(key__startswith="schedule-lapsed").exists()


def test_of_a_sweep_and_a_person_who_takes_the_time_back_one_wins(city, scheduled):
    def end(n):
        if n % 2:
            unschedule(Circular.objects.get(pk=scheduled.pk), by=city.sender, at=TUESDAY_OPENING)
        else:
            sweep_scheduled(TUESDAY_OPENING)

    at_once(6, end)
    assert Entry.objects.filter(deed__in=["circular.sent", "circular.unscheduled"]).count() == 1
    ended = Circular.objects.get()
    assert ended.deliveries.exists() is (ended.state == "sent")
