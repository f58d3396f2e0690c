"""Making a receipt within the act of signing for (Article 20).

The unit's row is held from the moment the receipt before is read until the act is over, so that two clerks of one unit never name the same
one before theirs; clerks of different units wait for nothing. Want of a certificate refuses nothing: the receipt is then 待补签.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied

from accounts.people import User
from accounts.sealpins import hold_for_use
from accounts.seals import KeyKind, SealKey
from accounts.sealuses import log_use
from accounts.units import Unit
from circulars.receipts.record import FORMAT, Receipt, ReceiptSignature
from circulars.sealing.records import Manifest
from cms.ledger import canonical
from cms.revocations import the_authority
from cms.signing.detached import sign_detached
from cms.signing.keys import KeyRefused, SigningKey

if TYPE_CHECKING:
    from circulars.deliveries.record import Delivery

# A clerk's certificate with its key open, as ``accounts.unlockedkey.unlocked`` gives them.
Signing = tuple[SealKey, SigningKey]


@dataclass(frozen=True)
class Drawn:
    """A receipt that is not written down yet."""

    receipt: Receipt
    number: str  # of the circular, for the register of uses


def draw_up(delivery: "Delivery", *, by: Any, at: datetime, in_place_of: int | None) -> Drawn:
    """The unit's next receipt, not written down yet; nobody else draws one up for this unit until the transaction ends."""
    unit = Unit.objects.select_for_update(no_key=True).get(pk=delivery.unit_id)
    last = Receipt.objects.filter(unit=unit.pk).order_by("-place").values_list("place", "digest").first()
    place, previous = (last[0] + 1, last[1]) if last else (1, "")
    manifest = Manifest.objects.filter(circular=delivery.circular_id).values_list("pdf_digest", "digest").first()
    pdf, clauses = manifest or (None, None)
    facts = {
        "format": FORMAT,
        "document": str(delivery.circular.uuid),
        "number": delivery.circular.number,
        "pdf_sha256": pdf,
        "manifest_sha256": clauses,
        "unit": {"code": unit.code, "name": delivery.unit_name},
        "person": _named(by),
        "round": delivery.round,
        "signed_at": at,
        "due_at": delivery.due_at,
        "stand_in": _named(User.objects.get(pk=in_place_of)) if in_place_of else None,
        "previous": previous or None,
    }
    content = canonical(facts)
    receipt = Receipt(
        delivery=delivery,
        round=delivery.round,
        unit=unit,
        place=place,
        content=content,
        digest=hashlib.sha256(content.encode()).hexdigest(),
        previous=previous,
        signed_at=at,
        signed_by=by,
    )
    return Drawn(receipt, delivery.circular.number)


def issue(drawn: Drawn, signing: Signing | None, *, by: Any, at: datetime) -> Receipt:
    """The receipt is on record, signed where the clerk's certificate is open and of this unit; without it, it waits (待补签)."""
    receipt = drawn.receipt
    der = signature_by(signing, receipt, by=by, at=at)
    receipt.is_signed_at_once = der is not None
    receipt.save(force_insert=True)
    if signing and der:
        write_signature(receipt, signing[0], der, number=drawn.number, by=by, at=at)
    return receipt


def signature_by(signing: Signing | None, receipt: Receipt, *, by: Any, at: datetime) -> bytes | None:
    """The signature of the clerk's own certificate for the unit, time-stamped; None where there is none, or it cannot sign now.

    Call it inside the transaction of the act.
    """
    if signing is None or not _fits(signing[0], receipt, at):
        return None
    try:
        hold_for_use(*signing, by=by, at=at)
        return sign_detached(receipt.content.encode(), signing[1], at, stamping=the_authority().stamping)
    except (KeyRefused, PermissionDenied):
        return None


def write_signature(receipt: Receipt, key: SealKey, der: bytes, *, number: str, by: Any, at: datetime) -> None:
    """The signature is on record and the use of the key in its register; call it inside the transaction of the act."""
    ReceiptSignature.objects.create(receipt=receipt, key=key, serial=key.serial, der=der, signed_at=at)
    log_use(key, purpose=f"签收回执 {number}", digest=receipt.digest, by=by, at=at)


def _fits(key: SealKey, receipt: Receipt, at: datetime) -> bool:
    """Whether the certificate is one for this unit's receipts and had begun."""
    is_for_it = (key.kind, key.unit_id) == (KeyKind.CLERK, receipt.unit_id)
    return is_for_it and key.in_force_at is not None and key.in_force_at <= at


def _named(person: Any) -> dict[str, str]:
    return {"username": person.username, "name": person.name}
