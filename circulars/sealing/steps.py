"""How far the sealing of a circular has come: each body in its turn, who has sealed for it, and who cannot yet (Articles 4 and 10)."""

from dataclasses import dataclass
from datetime import datetime

from accounts.people import User
from accounts.seals import KeyKind, SealKey
from circulars.registration import Circular
from circulars.sealing.hands import Hand
from circulars.sealing.records import Seal


@dataclass(frozen=True)
class SealingStep:
    """One body's turn. ``lacks`` says, in a sentence, that no key is there which could seal for it; empty where one is or it is done."""

    name: str
    signer: User | None
    done: Seal | None
    lacks: str = ""


def steps_of(circular: Circular, hands: list[Hand], at: datetime) -> list[SealingStep]:
    """The bodies in the order of sealing."""
    names = {line.unit.code: line.name for line in circular.issuers.select_related("unit")}
    done = {row.field: row for row in circular.seals.select_related("sealed_by")}
    keys = SealKey.objects.in_force(at).filter(unit__code__in=names).exclude(kind=KeyKind.CLERK).select_related("unit")
    held = list(keys)
    return [
        SealingStep(
            names.get(hand.unit, hand.unit),
            hand.signer,
            done.get(hand.field),
            "" if hand.field in done or any(hand.takes(key) for key in held) else _lacks(hand),
        )
        for hand in hands
    ]


def _lacks(hand: Hand) -> str:
    if hand.kind != KeyKind.LEADERS_STAMP:
        return "没有在用的电子印章，请联系市网信办制发。"
    if hand.signer is None:
        return "没有签发人的记录，不能加盖签名章，请作废文号后重新送审、登记。"
    return f"{hand.signer}没有在用的签名章，请联系市网信办制发。"
