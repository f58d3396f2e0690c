"""Whose seal is due on a circular: every issuing body's, the lead body last, since its key closes the whole (GB/T 9704-2012, 7.3.5; Article 4).

An order bears its signer's stamp instead of a seal. Minutes and telegrams bear neither: the lead body's seal key signs their manifest alone.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from accounts.roles import units_where
from accounts.seals import KEEPERS, KeyKind, SealKey
from circulars.registration import Circular, CircularQuerySet, IssuerLine
from circulars.sealing.records import Seal
from circulars.typesetting.press import SealPlace


@dataclass(frozen=True)
class Hand:
    """One key that must be used: in which field (none for the manifest alone), of which body (code), of which kind."""

    field: str
    unit: str
    kind: str


def hands_of(circular: Circular, places: list[dict[str, Any]]) -> list[Hand]:
    """All hands in the order in which they may seal: the lead body's is the last."""
    lead = circular.issuer.code
    hands = [Hand(place["field"], place["issuer"] or lead, _kind(place["kind"])) for place in places]
    if not hands:
        return [Hand("", lead, KeyKind.UNIT_SEAL)]
    return [hand for hand in hands if hand.unit != lead] + [hand for hand in hands if hand.unit == lead]


def next_hands(circular: Circular, places: list[dict[str, Any]]) -> list[Hand]:
    """Those that may seal now; empty when all have."""
    done = set(Seal.objects.filter(circular=circular.pk).values_list("field", flat=True))
    left = [hand for hand in hands_of(circular, places) if hand.field not in done]
    others = [hand for hand in left if hand.unit != circular.issuer.code]
    return others or left[:1]


def as_places(seals: tuple[SealPlace, ...]) -> list[dict[str, Any]]:
    """The places as the rendition keeps them, each with the name of its field."""
    return [{"field": f"seal-{number}", **vars(place)} for number, place in enumerate(seals, 1)]


def keys_for(person: Any) -> Any:
    """The seals and stamps that the person keeps and may use at all."""
    return SealKey.objects.kept_by(person).filter(
        state=SealKey.State.IN_FORCE, kind__in=(KeyKind.UNIT_SEAL, KeyKind.LEADERS_STAMP)
    )


def is_signers_own(key: SealKey, circular: Circular) -> bool:
    """A stamp stands only under what its own keeper signed; a seal is its unit's, whoever signed."""
    return key.kind != KeyKind.LEADERS_STAMP or key.keeper_id == circular.approver_id


def under_seal_of(person: Any) -> CircularQuerySet:
    """Circulars, sealed or not, of the units for which the person keeps seals or stamps; of what is shut, none."""
    rights = KEEPERS[KeyKind.UNIT_SEAL] | KEEPERS[KeyKind.LEADERS_STAMP]
    units = {unit for right in rights for unit in units_where(person, right)}
    mine = IssuerLine.objects.filter(circular=OuterRef("pk"), unit__in=units)
    return Circular.objects.unblocked().filter(Exists(mine))


def to_seal(person: Any) -> CircularQuerySet:
    """Those of them that are registered and wait for a seal, whether it is the person's turn yet or not."""
    return under_seal_of(person).filter(state=Circular.State.REGISTERED)


def _kind(kind: str) -> str:
    return KeyKind.LEADERS_STAMP if kind == "signature" else KeyKind.UNIT_SEAL
