"""补签: a clerk signs later what was signed for while the certificate was not open (Articles 10 and 20).

The signature bears its own, later time and says so. Only who signed for it can; when that person has gone, the receipt stays 待补签.
"""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.seals import KeyKind, SealKey
from circulars.deeds import Deed
from circulars.receipts.drawing import Signing, signature_by, write_signature
from circulars.receipts.record import Receipt
from circulars.registration import listing_digest
from cms import ledger

AT_ONCE = 300  # receipts that one press signs; some milliseconds each


def sign_outstanding(signing: Signing, *, by: Any, at: datetime) -> int:
    """The person's receipts for the certificate's unit are signed, the oldest first; returns how many. Twice is once.

    Raises ``PermissionDenied`` for another's certificate.
    """
    key = signing[0]
    if key.keeper_id != by.pk or key.kind != KeyKind.CLERK:
        raise PermissionDenied("补签只能用签收人本人的个人证书。")
    with transaction.atomic():
        # A second press of the same person waits here and then finds what the first has left; a key that ended meanwhile signs nothing.
        key = SealKey.objects.select_for_update(no_key=True).get(pk=key.pk)
        waiting = Receipt.objects.to_sign(by).filter(unit=key.unit_id).select_related("delivery__circular")
        done = []
        for receipt in waiting.order_by("place")[:AT_ONCE]:
            if der := signature_by((key, signing[1]), receipt, by=by, at=at):
                number = receipt.delivery.circular.number
                write_signature(receipt, key, der, number=number, by=by, at=at)
                done.append(receipt.digest)
        if done:
            facts = {"count": len(done), "receipts": listing_digest(done), "serial": key.serial}
            ledger.enter(
                Deed.RECEIPTS_SIGNED, subject=ledger.subject_of(key), by=by, at=at, unit=key.unit_id, facts=facts
            )
    return len(done)
