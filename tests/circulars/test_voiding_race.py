"""Drawing and voiding at once: no number is both in use and void, and none is lost; with real commits and real threads."""

import pytest

from circulars.numbering import Series, parse
from circulars.pages import CircularPage
from circulars.registration import Circular
from circulars.voiding import VoidedNumber, declare_void, void
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from tests.cast import MONDAY, City
from tests.rush import at_once


@pytest.fixture
def city(real_city, week) -> City:
    """The city in a database that keeps what is committed."""
    return real_city


def test_numbers_drawn_and_declared_void_at_once_never_meet_and_leave_no_gap(city):
    pages = [city.approved() for _ in range(4)]
    series = Series.objects.get(prefix="延政办发")

    def draw_or_void(n):
        if n % 2:
            declare_void(series, parse(f"延政办发〔2026〕{23 + n}号"), reason="纸上用过", by=city.registrar, at=MONDAY)
        else:
            city.register(CircularPage.objects.get(pk=pages[n // 2].pk))

    outcomes = at_once(8, draw_or_void)
    drawn = set(Circular.objects.values_list("sequence", flat=True))
    voided = set(VoidedNumber.objects.values_list("sequence", flat=True))
    assert len(drawn) == 4
    assert not drawn & voided
    assert len(voided) + sum(isinstance(refused, OutOfOrder) for refused in outcomes) == 4
    assert set(range(23, max(drawn) + 1)) <= drawn | voided


def test_of_sending_and_voiding_at_once_one_happens(city):
    circular = city.sealed()

    def end(n):
        mine = Circular.objects.get(pk=circular.pk)
        if n % 2:
            void(mine, reason="停止印发", by=city.registrar, at=MONDAY)
        else:
            city.dispatch(mine)

    assert sum(not isinstance(outcome, OutOfOrder) for outcome in at_once(8, end)) == 1
    assert Entry.objects.filter(deed__in=["circular.sent", "circular.voided"]).count() == 1
    ended = Circular.objects.get()
    assert ended.deliveries.exists() is (ended.state == "sent")
    assert VoidedNumber.objects.exists() is (ended.state == "voided")
