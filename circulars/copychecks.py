"""核验: whether a printed copy is one of a circular that still holds; who asks learns which paper it is, never what it says (Articles 4 and 10).

Each look is in the access log, and the log is what bounds how often one person may ask.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from django.db import transaction

from accounts.people import User
from circulars.amending import amendments_of
from circulars.checkcodes import grouped
from circulars.pages import Relation
from circulars.registration import Circular
from circulars.sealing.verdicts import verdict_of
from cms.accesslog import Access, Look, note

# Our reading: who checks a pile of papers by hand stays below it, and who guesses would need longer than the world stands.
MOST, WITHIN = 30, timedelta(minutes=10)


class TooOften(Exception):
    """The person has asked as often as one may; the sentence says how long to wait."""


class Standing(Enum):
    """What a copy is worth, in the words of the page."""

    HOLDS = "有效"
    RECALLED = "已撤回"
    CORRECTED = "已被更正"
    ANNULLED = "已作废"
    BROKEN = "印章验证没有通过"


@dataclass(frozen=True)
class CheckedCopy:
    """What the copy must say if it is true, and what became of the paper."""

    circular: Circular
    issuers: tuple[str, ...]  # the names that the paper itself bears
    pdf_digest: str
    standing: Standing


def check_copy(code: str, *, by: Any, at: datetime) -> CheckedCopy | None:
    """The circular that bears the code, and the access log knows who asked; None where none went out with it, or nobody may read it.

    Raises ``TooOften``.
    """
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)  # many questions at once are asked in turn
        asked = Access.objects.filter(person=by.pk, look=Look.CHECKED, at__gt=at - WITHIN)
        if asked.count() >= MOST:
            minutes = int(WITHIN.total_seconds() // 60)
            raise TooOften(f"{minutes} 分钟内最多核验 {MOST} 次，请过 {minutes} 分钟再来。")
        known = Circular.objects.unblocked().gone_out().select_related("manifest")
        found = known.filter(check_code__code=code).first()
        note(Look.CHECKED, at=at, person=by, subject=f"核验码 {grouped(code)}", circular=found.uuid if found else None)
    if found is None:
        return None
    names = tuple(found.issuers.values_list("name", flat=True))
    return CheckedCopy(found, names, found.manifest.pdf_digest, _standing(found, at))


def _standing(circular: Circular, at: datetime) -> Standing:
    """The worst that is true of it."""
    if not verdict_of(circular, at).stands:
        return Standing.BROKEN
    if circular.state == Circular.State.RECALLED:
        return Standing.RECALLED
    kinds = {amendment.kind for amendment in amendments_of([circular.pk])}
    if Relation.ANNULS in kinds:
        return Standing.ANNULLED
    return Standing.CORRECTED if Relation.CORRECTS in kinds else Standing.HOLDS
