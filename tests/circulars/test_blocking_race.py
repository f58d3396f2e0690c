"""Blocking while something else is under way: whoever comes second waits, and finds the paper shut (Article 5); with real commits and threads."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from circulars.deliveries import ReturnCode
from circulars.moderation import submit
from circulars.pages import CircularPage
from circulars.purging import block
from circulars.receipts import Receipt
from circulars.registration import Circular
from circulars.turns import Turn
from cms.lifecycles import OutOfOrder
from tests.cast import MONDAY, City


@pytest.fixture
def city(real_city, week) -> City:
    """The city in a database that keeps what is committed."""
    return real_city


def while_it_is_blocked(city, page, deed):
    """What became of a deed that began when the block was not committed yet."""

    def attempt():
        try:
            return deed()
        except (OutOfOrder, PermissionDenied) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            block(page, reason="市保密局来函要求封存。", by=city.secretary, at=MONDAY)
            begun = other.submit(attempt)
            with pytest.raises(TimeoutError):
                begun.result(timeout=0.5)
        return begun.result(timeout=60)


def test_what_is_being_blocked_is_not_sent(city):
    circular = city.sealed()
    mine = Circular.objects.get(pk=circular.pk)
    refused = while_it_is_blocked(city, circular.page, lambda: city.dispatch(mine))
    assert "封存" in str(refused)
    assert Circular.objects.get().state == "sealed"
    assert not circular.deliveries.exists()


def test_what_is_being_blocked_is_not_handed_over(city):
    draft = city.draft()
    mine = CircularPage.objects.get(pk=draft.pk)
    refused = while_it_is_blocked(city, draft, lambda: submit(mine, by=city.drafter, at=MONDAY))
    assert isinstance(refused, Exception)
    assert not Turn.objects.exists()


@pytest.mark.parametrize("deed", ["sign", "send_back"])
def test_what_is_being_blocked_is_neither_signed_for_nor_sent_back(city, deed):
    circular = city.sent()
    mine = city.opened(circular)
    deeds = {
        "sign": lambda: city.sign(mine),
        "send_back": lambda: mine.send_back(code=ReturnCode.NOT_OURS, reason="", by=city.clerk, at=MONDAY),
    }
    refused = while_it_is_blocked(city, circular.page, deeds[deed])
    assert "停止办理" in str(refused)
    now = city.delivery(circular)
    assert (now.state, now.signed_at, now.returned_at) == ("opened", None, None)
    assert not Receipt.objects.exists()
