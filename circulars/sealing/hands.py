"""Whose seal is due on a circular: every issuing body's, the lead body last, since its key closes the whole (GB/T 9704-2012, 7.3.5; Article 4).

An order bears stamps instead of seals, each body's that of the leader who signed it off for that body (7.3.5.3). Minutes and telegrams bear neither: the lead body's seal key signs their manifest alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from accounts.people import User
from accounts.roles import units_where
from accounts.seals import KEEPERS, KeyKind, SealKey
from circulars.paper import paper_of
from circulars.registration import Circular, CircularQuerySet, IssuerLine
from circulars.sealing.records import Rendition, Seal
from circulars.typesetting.copytext import seals_asked
from circulars.typesetting.press import SealPlace

# How the template calls a place where a signer's stamp stands.
STAMPED = "signature"


@dataclass(frozen=True)
class Hand:
    """One key that must be used: in which field (none for the manifest alone), of which body (code), of which kind, and whose a stamp must be."""

    field: str
    unit: str
    kind: str
    signer: User | None = None

    def is_of_kind(self, key: SealKey) -> bool:
        """Whether the key is the body's and of the kind that is due, whoever keeps it."""
        return (self.unit, self.kind) == (key.unit.code, key.kind)

    def takes(self, key: SealKey) -> bool:
        """A seal is its unit's, whoever signed; a stamp stands only under what its own keeper signed off for that body."""
        is_own = self.signer is not None and self.signer.pk == key.keeper_id
        return self.is_of_kind(key) and (self.kind != KeyKind.LEADERS_STAMP or is_own)


def hands_of(circular: Circular, places: list[dict[str, Any]]) -> list[Hand]:
    """All hands in the order in which they may seal: the lead body's is the last."""
    lead = circular.issuer.code
    if not places:
        return [Hand("", lead, KeyKind.UNIT_SEAL)]
    signers = signers_of(circular) if any(place["kind"] == STAMPED for place in places) else {}
    hands = [_hand(place, place["issuer"] or lead, signers) for place in places]
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


def places_of(circular: Circular) -> list[dict[str, Any]]:
    """Whose seals stand or are to stand, each with the name of its field: as the rendition keeps them, before it as the paper asks for them."""
    if rendition := Rendition.objects.filter(circular=circular.pk).first():
        places: list[dict[str, Any]] = rendition.places
        return places
    asked = seals_asked(paper_of(circular.snapshot, number=circular.number))
    return [{"field": f"seal-{number}", "issuer": code, "kind": kind} for number, (code, kind) in enumerate(asked, 1)]


def keys_for(person: Any) -> Any:
    """The seals and stamps that the person keeps and may use at all."""
    return SealKey.objects.kept_by(person).filter(
        state=SealKey.State.IN_FORCE, kind__in=(KeyKind.UNIT_SEAL, KeyKind.LEADERS_STAMP)
    )


def signers_of(circular: Circular) -> dict[str, User]:
    """Who signed the circular off for each issuing body, by the bodies' codes."""
    lines = circular.issuers.filter(approver__isnull=False).select_related("unit", "approver")
    return {line.unit.code: line.approver for line in lines if line.approver}


def foreign_stamps(seals: Iterable[Seal], signers: Mapping[int, int | None]) -> list[Seal]:
    """The stamps among these seals of one circular that are not those of who signed it off: ``signers`` are primary keys of unit and person."""
    stamps = (seal for seal in seals if seal.key.kind == KeyKind.LEADERS_STAMP)
    return [stamp for stamp in stamps if signers.get(stamp.unit_id) != stamp.key.keeper_id]


def under_seal_of(person: Any) -> CircularQuerySet:
    """Circulars, sealed or not, of the units for which the person keeps seals or stamps; of what is shut, none."""
    rights = KEEPERS[KeyKind.UNIT_SEAL] | KEEPERS[KeyKind.LEADERS_STAMP]
    units = {unit for right in rights for unit in units_where(person, right)}
    mine = IssuerLine.objects.filter(circular=OuterRef("pk"), unit__in=units)
    return Circular.objects.unblocked().filter(Exists(mine))


def to_seal(person: Any) -> CircularQuerySet:
    """Those of them that are registered and wait for a seal, whether it is the person's turn yet or not."""
    return under_seal_of(person).filter(state=Circular.State.REGISTERED)


def _hand(place: dict[str, Any], unit: str, signers: dict[str, User]) -> Hand:
    if place["kind"] == STAMPED:
        return Hand(place["field"], unit, KeyKind.LEADERS_STAMP, signers.get(unit))
    return Hand(place["field"], unit, KeyKind.UNIT_SEAL)
