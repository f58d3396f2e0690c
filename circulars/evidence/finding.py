"""Which circulars somebody may mean who has a number, a part of one or some words of the title (Articles 3 and 19)."""

import re
import unicodedata
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from accounts.units import Unit, UnitQuerySet
from circulars.numbering import NO_YEAR, normalised
from circulars.registration import Circular, CircularQuerySet

SHOWN = 20
# 23, 23号, 第23号, 延政办发23号: the year is left out and means this one.
_BARE = re.compile(r"(?P<prefix>[\u4e00-\u9fff]*?)第?0*(?P<sequence>[1-9][0-9]{0,8})号?")


@dataclass(frozen=True)
class Candidates:
    """What may be meant, the newest first; ``is_more`` when there are others that are not listed."""

    rows: list[Circular]
    is_more: bool


def candidates(words: str, among: CircularQuerySet, *, issuer: str = "", year: int) -> Candidates:
    """Who bears the number, however it was typed; without a year it is one of ``year``, or of a series that runs on. If nobody, whose title has these words or whose number begins with them.

    ``issuer`` is a part of the name of the issuing unit, or its code.
    """
    found = by_issuer(among, issuer).select_related("issuer").order_by("-registered_at", "-pk")
    for meant in (_by_number(words, year), Q(title__icontains=words) | Q(number__startswith=words)):
        rows = list(found.filter(meant)[: SHOWN + 1])
        if rows:
            return Candidates(rows[:SHOWN], len(rows) > SHOWN)
    return Candidates([], is_more=False)


def issuers_of(among: CircularQuerySet) -> UnitQuerySet:
    """The units that issued one of these, in the register's order."""
    return Unit.objects.filter(Exists(among.filter(issuer=OuterRef("pk")))).in_order()


def by_issuer(among: CircularQuerySet, issuer: str) -> CircularQuerySet:
    """Of these circulars the ones whose issuing unit has this code, or these words in its name of then or now."""
    if not issuer:
        return among
    named = Q(issuer__name__icontains=issuer) | Q(issuer__short_name__icontains=issuer)
    return among.filter(Q(issuer__code=issuer) | Q(issuer_name__icontains=issuer) | named)


def _by_number(words: str, year: int) -> Q:
    whole = Q(number=normalised(words).text)
    bare = _BARE.fullmatch("".join(unicodedata.normalize("NFKC", words).split()))
    if bare is None:
        return whole
    return whole | Q(year__in=[year, NO_YEAR], sequence=int(bare["sequence"]), number__startswith=bare["prefix"])
