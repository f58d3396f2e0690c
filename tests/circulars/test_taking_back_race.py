"""Taking back and signing, handing over, sending after, insisting at once: exactly one wins, with real commits and real threads."""

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from circulars.deliveries import Delivery, DeliveryRound, ReturnCode
from circulars.insisting import insist
from circulars.papercopies import PaperCopy
from circulars.recalling import recall
from circulars.registration import Circular
from circulars.returns import ReturnOutcome, acknowledge, leave
from circulars.supplementing import supplement
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from tests.cast import MONDAY, City
from tests.rush import at_once

EIGHT = 8


@pytest.fixture
def city(real_city, week) -> City:
    """The city in a database that keeps what is committed."""
    return real_city


@pytest.mark.parametrize("again", range(3))
def test_of_a_recall_and_signatures_at_once_the_recall_or_the_signature_stands_never_both(city, again):
    circular = city.sent()
    theirs = [city.opened(circular), city.delivery(circular, city.late)]
    theirs[1].open(by=city.late_clerk, at=MONDAY)
    clerks = [city.clerk, city.late_clerk]

    def act(n):
        if n == 0:
            return recall(Circular.objects.get(pk=circular.pk), reason="发错", by=city.sender, at=MONDAY)
        mine = Delivery.objects.get(pk=theirs[n % 2].pk)
        return mine.sign_for(checked=set(mine.checks()), key=uuid4(), by=clerks[n % 2], at=MONDAY)

    outcomes = at_once(4, act)
    circular.refresh_from_db()
    states = {row.state for row in circular.deliveries.all()}
    if circular.state == "recalled":
        assert (outcomes[0], states) == (3, {"recalled"})
        assert not Entry.objects.filter(deed="delivery.signed_for").exists()
    else:
        assert isinstance(outcomes[0], OutOfOrder)
        assert "recalled" not in states
        assert "signed_for" in states


def test_of_a_recall_and_a_hand_over_at_once_one_happens(city):
    circular = city.sent()
    copy = PaperCopy.objects.get()

    def act(n):
        if n % 2:
            recall(Circular.objects.get(pk=circular.pk), reason="发错", by=city.sender, at=MONDAY)
        else:
            PaperCopy.objects.get(pk=copy.pk).deliver(MONDAY, "钱门卫", by=city.registrar, at=MONDAY)

    outcomes = at_once(EIGHT, act)
    assert outcomes.count(None) == 1
    circular.refresh_from_db()
    copy.refresh_from_db()
    assert (circular.state == "recalled") != (copy.delivered_at is not None)


def test_of_a_recall_and_a_supplement_at_once_no_unit_is_left_with_a_recalled_paper(city):
    circular = city.sent()

    def act(n):
        mine = Circular.objects.get(pk=circular.pk)
        if n:
            said = {"reason": "漏发", "consent": "张志远同意"}
            return supplement(mine, [city.county], **said, by=city.sender, at=MONDAY).electronic
        return recall(mine, reason="发错", by=city.sender, at=MONDAY)

    recalled, added = at_once(2, act)
    assert recalled == circular.deliveries.filter(state="recalled").count() == circular.deliveries.count()
    assert added == 1 or isinstance(added, OutOfOrder)


def test_of_eight_supplements_to_the_same_unit_one_is_made(city):
    circular = city.sent()

    def act(n):
        said = {"reason": "漏发", "consent": "张志远同意"}
        try:
            supplement(Circular.objects.get(pk=circular.pk), [city.county], **said, by=city.sender, at=MONDAY)
        except ValidationError as refused:
            raise OutOfOrder(str(refused)) from refused

    assert at_once(EIGHT, act).count(None) == 1
    assert circular.deliveries.count() == 4
    assert Entry.objects.filter(deed="circular.supplemented").count() == 1


def test_of_insisting_and_leaving_at_once_one_happens(city):
    delivery = city.opened(city.sent())
    delivery.send_back(code=ReturnCode.NOT_OURS, reason="", by=city.clerk, at=MONDAY)
    acknowledge(delivery, by=city.sender, at=MONDAY)

    def act(n):
        mine = Delivery.objects.get(pk=delivery.pk)
        if n % 2:
            insist(mine, why="应由贵局办理", by=city.sender, at=MONDAY)
        else:
            leave(mine, why="改由住建局办理", by=city.sender, at=MONDAY)

    assert at_once(EIGHT, act).count(None) == 1
    assert DeliveryRound.objects.count() + ReturnOutcome.objects.count() == 1


def test_of_eight_presses_on_a_return_one_signs_for_it(city):
    delivery = city.opened(city.sent())
    delivery.send_back(code=ReturnCode.NOT_OURS, reason="", by=city.clerk, at=MONDAY)

    def act(n):
        acknowledge(Delivery.objects.get(pk=delivery.pk), by=city.sender, at=MONDAY)

    assert at_once(EIGHT, act) == [None] * EIGHT
    assert Entry.objects.filter(deed="return.acknowledged").count() == 1
