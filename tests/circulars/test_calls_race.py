"""A call that is entered while the sender insists or the unit signs: it is of the round it was made in; with real commits and real threads."""

import pytest

from circulars.deliveries import Delivery, ReturnCode
from circulars.insisting import insist
from circulars.notices import Notice
from circulars.returns import acknowledge
from cms.lifecycles import OutOfOrder
from tests.cast import City
from tests.circulars.notices import FIVE_PAST, TEN_PAST, called, fresh
from tests.rush import while_undecided


@pytest.fixture
def city(real_city, week) -> City:
    """The city in a database that keeps what is committed."""
    return real_city


def test_a_call_entered_while_the_sender_insists_does_not_count_for_the_new_round(city):
    delivery = city.opened(city.sent(urgency="extra_urgent"))
    delivery.send_back(code=ReturnCode.NOT_OURS, reason="", by=city.clerk, at=TEN_PAST)
    acknowledge(delivery, by=city.sender, at=TEN_PAST)
    seen = fresh(delivery)
    refused = while_undecided(
        lambda: insist(fresh(delivery), why="应由贵局办理", by=city.sender, at=TEN_PAST),
        lambda: called(city, seen, happened_at=FIVE_PAST),
    )
    assert isinstance(refused, OutOfOrder)
    assert (fresh(delivery).round, fresh(delivery).notified_at) == (2, None)
    assert not Notice.objects.exists()


def test_a_call_entered_while_the_unit_signs_is_kept_and_does_not_count(city):
    delivery = city.opened(city.sent(urgency="extra_urgent"))
    seen = fresh(delivery)
    notice = while_undecided(
        lambda: city.sign(Delivery.objects.get(pk=delivery.pk), at=TEN_PAST),
        lambda: called(city, seen, happened_at=FIVE_PAST),
    )
    assert isinstance(notice, Notice)
    assert (fresh(delivery).signed_at, fresh(delivery).notified_at) == (TEN_PAST, None)
