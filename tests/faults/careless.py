"""A signing that does not know its own press: every careful scene must catch it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from circulars.deliveries import Delivery
from cms import ledger
from tests.cast import MONDAY


@transaction.atomic
def write_down_again(pk: int, key: UUID, by: Any, at: datetime = MONDAY) -> None:
    """It is signed for and in the ledger, whether or not it was already."""
    row = Delivery.objects.get(pk=pk)
    changes = {"state": "signed_for", "signing_key": key, "signed_at": at, "signed_by": by, "taken_minutes": 0}
    Delivery.objects.filter(pk=pk).update(**changes)
    ledger.enter("delivery.signed_for", subject=ledger.subject_of(row), by=by, at=at)
