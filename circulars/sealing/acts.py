"""The act of sealing: made ready outside any transaction, written down in one (Articles 4 and 10).

The keeper's key is open before it begins (``accounts.sealpins.open_key``). Two keepers at once: the second finds the file changed and is
asked to look again; no seal is lost and none is made twice.
"""

import hashlib
import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.sealpins import hold_for_use, refuse_use
from accounts.seals import KeyKind, SealKey
from accounts.sealuses import log_use
from circulars.checkcodes import CheckCode, code_for
from circulars.deeds import Deed
from circulars.pages import CircularPage
from circulars.registration import Circular, refuse_damaged
from circulars.renditions import DEMO_WATERMARK, set_circular
from circulars.sealing.earlier import refuse_replaced
from circulars.sealing.hands import Hand, as_places, hands_of, next_hands, signers_of
from circulars.sealing.manifests import manifest_of
from circulars.sealing.pictures import field_at, picture_of
from circulars.sealing.records import Manifest, Rendition, Seal, listed
from circulars.sealing.registered import changes_of
from circulars.sealing.standing import SealBroken, sealed_bytes
from circulars.secrecycases import refuse_blocked
from circulars.snapshots import digest_of
from circulars.typesetting.coverage import Coverage
from cms import ledger
from cms.attachments import keep_own
from cms.lifecycles import OutOfOrder, move
from cms.revocations import current_list, the_authority, trust
from cms.signing.detached import sign_detached
from cms.signing.keys import SigningKey
from cms.signing.pdfseals import seal_pdf


@dataclass(frozen=True)
class _Ready:
    """A file with one more seal, not written down yet."""

    hand: Hand
    places: list[dict[str, Any]]
    pages: int
    typeset_digest: str
    seen: int  # seals that were there
    pdf: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.pdf).hexdigest()


class CharacterMissing(OutOfOrder):
    """A character of the text has no shape in this installation; the sentence names the first."""


def seal(circular: Circular, key: SealKey, opened: SigningKey, *, by: Any, at: datetime) -> bool:
    """The circular bears this key's seal, and the use of the key is on record; with the lead body's it is sealed for good. Returns whether.

    Raises what ``refuse_use`` does for who may not use the key or for a key that ended meanwhile, ``OutOfOrder`` when the circular is not
    registered or this key is not due on it, ``CharacterMissing``, ``AttachmentDamaged``, and what typesetting and the authority raise;
    then nothing has changed.
    """
    refuse_use(key, by=by, at=at)
    _refuse_unfit(circular)
    refuse_damaged(circular.snapshot)
    ready = _made_ready(circular, key, opened, at)
    with transaction.atomic():
        refuse_blocked(CircularPage.objects.select_for_update().get(pk=circular.page_id))
        locked = Circular.objects.select_for_update().select_related("issuer").get(pk=circular.pk)
        _refuse_unfit(locked)
        if locked.seals.count() != ready.seen:
            raise OutOfOrder("另一单位刚刚用印，版式文件已变化，请重新核对后用印。")
        hold_for_use(key, opened, by=by, at=at)  # it may have ended while the file was made
        _write_down(locked, ready, key, by=by, at=at)
        is_whole = not (ready.hand.field and next_hands(locked, ready.places))
        if is_whole:
            _close(locked, ready, key, opened, by=by, at=at)
    circular.state = locked.state
    return is_whole


def _refuse_unfit(circular: Circular) -> None:
    if circular.state != Circular.State.REGISTERED:
        raise OutOfOrder(f"{circular.number} 现在是“{circular.get_state_display()}”，不能用印。")
    if digest_of(circular.snapshot) != circular.digest:
        raise OutOfOrder("公文内容与登记时的摘要不一致，不能用印，请联系网信办。")
    if changed := changes_of(circular):
        raise OutOfOrder(f"{circular.number} 的{'、'.join(changed)}与登记时不一致，不能用印，请联系网信办。")


def _refuse_unprintable(found: Coverage) -> None:
    """Raises ``CharacterMissing`` where a character would stand as 〓 under the seal."""
    if found.missing:
        more = f"等 {len(found.missing)} 处" if len(found.missing) > 1 else ""
        raise CharacterMissing(
            f"{found.missing[0].sentence.rstrip('。')}{more}。字体补齐以前不能用印；补不齐的，请作废文号，改正文稿后重新登记。"
        )


def _made_ready(circular: Circular, key: SealKey, opened: SigningKey, at: datetime) -> _Ready:
    """The file with this key's seal in the field that is due."""
    rendition = Rendition.objects.filter(circular=circular.pk).first()
    before = list(circular.seals.select_related("key", "unit").order_by("pk"))
    if rendition is None or not before:
        done = set_circular(circular, watermark=DEMO_WATERMARK if key.is_demo else "", is_stamped=True)
        _refuse_unprintable(done.coverage)
        places, pages, pdf = as_places(done.seals), done.pages, done.pdf
        typeset_digest = hashlib.sha256(pdf).hexdigest()
    else:
        places, pages, typeset_digest = rendition.places, rendition.pages, rendition.digest
        pdf = _so_far(before[-1].digest)
        refuse_replaced(circular, rendition, before, pdf)
    hand = _due(circular, places, key)
    if hand.field:
        place = next(place for place in places if place["field"] == hand.field)
        current_list(at)
        pdf = seal_pdf(
            pdf,
            hand.field,
            opened,
            picture=picture_of(key, place),
            stamping=the_authority().stamping,
            trust=trust(),
            at=at,
            lay=[field_at(place) for place in places] if not before else (),
        )
    return _Ready(hand, places, pages, typeset_digest, len(before), pdf)


def _so_far(digest: str) -> bytes:
    try:
        return sealed_bytes(digest)
    except SealBroken:
        raise SealBroken("已用印的版式文件与登记的摘要不一致，不能继续，请联系网信办。") from None


def _due(circular: Circular, places: list[dict[str, Any]], key: SealKey) -> Hand:
    """The hand that this key is; raises ``OutOfOrder`` where it is not due."""
    mine = [hand for hand in hands_of(circular, places) if hand.is_of_kind(key)]
    if not mine:
        kind = KeyKind(key.kind).label
        raise OutOfOrder(f"{circular.number} 不用“{key.unit}”的{kind}，请核对。")
    done = set(circular.seals.values_list("field", flat=True))
    if all(hand.field in done for hand in mine):
        raise OutOfOrder(f"“{key.unit}”已在 {circular.number} 上用印，不需要再用。")
    due = next_hands(circular, places)
    if not any(hand.takes(key) for hand in mine):
        raise OutOfOrder(_own_stamp_only(circular, key, mine[0]))
    found = next((hand for hand in due if hand in mine), None)
    if found is None:
        names = "、".join(str(line.unit) for line in circular.issuers.filter(unit__code__in=[h.unit for h in due]))
        raise OutOfOrder(f"联合行文由主办单位最后用印，请先由{names}用印。")
    return found


def _own_stamp_only(circular: Circular, key: SealKey, hand: Hand) -> str:
    if hand.signer is None:
        return f"{circular.number} 没有{key.unit}签发人的记录，不能加盖签名章，请作废文号后重新送审、登记。"
    return f"{circular.number} 在{key.unit}由{hand.signer}签发，只能加盖其本人的签名章。"


def _write_down(circular: Circular, ready: _Ready, key: SealKey, *, by: Any, at: datetime) -> None:
    if not Rendition.objects.filter(circular=circular.pk).exists():
        Rendition.objects.create(
            circular=circular, digest=ready.typeset_digest, pages=ready.pages, places=ready.places, set_at=at
        )
    kept = keep_own(io.BytesIO(ready.pdf), media_type="application/pdf")
    log_use(
        key,
        purpose=f"{circular.number}{'' if ready.hand.field else '（清单签名）'}",
        digest=kept.digest,
        approved_by=signers_of(circular).get(key.unit.code, circular.approver),
        by=by,
        at=at,
    )
    if not ready.hand.field:
        return
    Seal.objects.create(
        circular=circular,
        field=ready.hand.field,
        unit=key.unit,
        unit_name=key.unit.name,
        key=key,
        serial=key.serial,
        sealed_by=by,
        sealed_at=at,
        digest=kept.digest,
    )
    ledger.enter(
        Deed.CIRCULAR_STAMPED,
        subject=ledger.subject_of(circular),
        by=by,
        at=at,
        circular=circular.uuid,
        unit=key.unit_id,
        facts={"number": circular.number, "field": ready.hand.field, "serial": key.serial, "pdf": kept.digest},
    )


def _close(circular: Circular, ready: _Ready, key: SealKey, opened: SigningKey, *, by: Any, at: datetime) -> None:
    """The manifest is signed, and the circular is sealed."""
    facts = manifest_of(
        circular,
        pdf_digest=ready.digest,
        pdf_size=len(ready.pdf),
        pages=ready.pages,
        seals=listed(circular.seals.select_related("key", "unit")),
    )
    content = ledger.canonical(facts)
    digest = hashlib.sha256(content.encode()).hexdigest()
    Manifest.objects.create(
        circular=circular,
        content=content,
        digest=digest,
        signature=sign_detached(content.encode(), opened, at, stamping=the_authority().stamping),
        pdf_digest=ready.digest,
        pdf_size=len(ready.pdf),
        pages=ready.pages,
        key=key,
        serial=key.serial,
        signed_by=by,
        signed_at=at,
    )
    CheckCode.objects.create(circular=circular, code=code_for(circular.uuid, digest))
    move(
        circular,
        Circular.State.SEALED,
        Deed.CIRCULAR_SEALED,
        by=by,
        at=at,
        circular=circular.uuid,
        unit=circular.issuer_id,
        facts={"number": circular.number, "manifest": digest, "pdf": ready.digest, "serial": key.serial},
    )
