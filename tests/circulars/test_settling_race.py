"""What became of texts is settled by several runs at once, and while the sender insists; with real commits and real threads (Article 21)."""

import pytest

from accounts.people import User
from circulars.deliveries import Delivery, ReturnCode
from circulars.insisting import insist
from circulars.notices import Notice
from circulars.noticing import settle
from circulars.returns import acknowledge
from cms.ledger import Entry
from cms.textmessages import TextMessage
from tests.cast import City
from tests.circulars.notices import FIVE_PAST, TEN_PAST
from tests.rush import at_once, while_undecided


@pytest.fixture
def city(real_city, week, settings, tmp_path) -> City:
    """The city with a gateway, in a database that keeps what is committed."""
    settings.SMS = {"folder": str(tmp_path)}
    for n, who in enumerate((real_city.clerk, real_city.late_clerk)):
        User.objects.filter(pk=who.pk).update(mobile=f"1380000000{n}")
    return real_city


def delivered(**which):
    TextMessage.objects.filter(**which).update(state="delivered", answered_at=FIVE_PAST)


def test_runs_at_once_notify_each_unit_once(city):
    city.sent(urgency="extra_urgent")
    delivered()
    assert at_once(4, lambda n: settle(TEN_PAST)) == [None] * 4
    assert set(Delivery.objects.electronic().values_list("notified_at", flat=True)) == {FIVE_PAST}
    assert Entry.objects.get(deed="units.texted").facts["count"] == 2


def test_a_text_of_the_round_before_that_arrives_while_the_sender_insists_tells_nobody_of_the_new_one(city):
    circular = city.sent(urgency="extra_urgent", primary_units=[city.attentive])
    delivered()
    delivery = city.opened(circular)
    delivery.send_back(code=ReturnCode.NOT_OURS, reason="", by=city.clerk, at=FIVE_PAST)
    acknowledge(delivery, by=city.sender, at=FIVE_PAST)
    while_undecided(
        lambda: insist(city.delivery(circular), why="应由贵局办理", by=city.sender, at=TEN_PAST),
        lambda: settle(TEN_PAST),
    )
    delivery.refresh_from_db()
    assert (delivery.round, delivery.notified_at) == (2, None)
    assert Notice.objects.get(round=1).result == "reached"
    assert not Entry.objects.filter(deed="units.texted").exists()
