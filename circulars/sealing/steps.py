"""How far the sealing of a circular has come: each body in its turn, who has sealed for it, and what stands in the way (Articles 4 and 10)."""

from dataclasses import dataclass
from datetime import datetime

from accounts.people import User
from accounts.seals import KeyKind, SealKey
from circulars.registration import Circular
from circulars.sealing.hands import Hand
from circulars.sealing.records import Seal
from cms.quotes import cited


@dataclass(frozen=True)
class SealingStep:
    """One body's turn. ``notes`` say, in sentences, what its people should know before it is sealed; none once it is."""

    name: str
    signer: User | None
    done: Seal | None
    notes: tuple[str, ...] = ()


def steps_of(circular: Circular, hands: list[Hand], at: datetime) -> list[SealingStep]:
    """The bodies in the order of sealing."""
    names = {line.unit.code: line.name for line in circular.issuers.select_related("unit")}
    done = {row.field: row for row in circular.seals.select_related("sealed_by")}
    keys = list(SealKey.objects.in_force(at).filter(unit__code__in=names).select_related("unit"))
    snapshot = circular.snapshot
    signed = dict(zip(snapshot["issuers"], snapshot["signatures"], strict=False))
    found = []
    for hand in hands:
        notes = [_lacks(hand, keys), _differs(hand, signed.get(hand.unit, ""))]
        said = () if hand.field in done else tuple(filter(None, notes))
        found.append(SealingStep(names.get(hand.unit, hand.unit), hand.signer, done.get(hand.field), said))
    return found


def _lacks(hand: Hand, keys: list[SealKey]) -> str:
    """That there is no key which could seal here."""
    if any(hand.takes(key) for key in keys):
        return ""
    if hand.kind != KeyKind.LEADERS_STAMP:
        return "没有在用的电子印章，请联系市网信办制发。"
    if hand.signer is None:
        return "没有签发人的记录，不能加盖签名章，请作废文号后重新送审、登记。"
    return f"{hand.signer}没有在用的签名章，请联系市网信办制发。"


def _differs(hand: Hand, signature: str) -> str:
    """That the text names another person than the one whose stamp will stand there."""
    name = signature.split()[-1] if signature.strip() else ""
    if hand.signer is None or not name or name == hand.signer.name:
        return ""
    return f"文稿署名是{cited(name)}，签发人是{hand.signer}，盖的是签发人的签名章，请核对。"
