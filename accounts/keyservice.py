"""密钥服务情况: which keys were made anew for damage and whether in time, and what is in nobody's hands (Articles 10, 12, 14 and 15)."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.keyclocks import days_late
from accounts.keyletters import KeyLetter
from accounts.seals import SealKey, SealKeyQuerySet


@dataclass(frozen=True)
class Reissue:
    """One damaged key and its successor, as the report of a year prints it."""

    key: int
    unit: str
    category: str
    kind: str
    keeper: str
    letter: str
    has_scan: bool
    accepted_at: datetime
    due_at: datetime | None
    issued_at: datetime | None
    in_force_at: datetime | None
    state: str
    days_late: int

    @property
    def is_late(self) -> bool:
        return self.days_late > 0


def reissued() -> SealKeyQuerySet:
    """Keys made, or to be made, because the one before was damaged; refused requests are none."""
    return SealKey.objects.filter(occasion=SealKey.Occasion.DAMAGED).exclude(state=SealKey.State.REFUSED)


def overdue(at: datetime) -> SealKeyQuerySet:
    """Those that were not made within five working days of the letter, still or at last."""
    return reissued().alias(until=Coalesce("issued_at", Value(at))).filter(due_at__lt=F("until"))


def reissues(year: int, *, as_of: datetime) -> list[Reissue]:
    """Every damage that was accepted in the year, the earliest first; two queries."""
    begins, ends = (
        datetime.combine(date(y, 1, 1), time.min, timezone.get_current_timezone()) for y in (year, year + 1)
    )
    found = reissued().filter(requested_at__gte=begins, requested_at__lt=ends)
    found = found.annotate(
        scanned=Exists(KeyLetter.objects.filter(key=OuterRef("replaces"), scan__isnull=False))
    ).select_related("unit", "keeper")
    numbers = dict(KeyLetter.objects.filter(key__successor__in=found).values_list("key", "number"))
    return [_row(key, numbers, as_of) for key in found.order_by("requested_at", "pk")]


def standing(at: datetime) -> dict[str, int]:
    """How many keys need somebody's hand today; three queries."""
    ended = (SealKey.State.EXPIRED, SealKey.State.DAMAGED, SealKey.State.REVOKED)
    return {
        "unkept": SealKey.objects.without_keeper(timezone.localdate(at)).count(),
        "ending": SealKey.objects.ending(at).count(),
        "not_returned": SealKey.objects.filter(Q(state__in=ended)).exclude(serial="").count(),
    }


def _row(key: Any, numbers: dict[int, str], as_of: datetime) -> Reissue:
    return Reissue(
        key=key.pk,
        unit=key.unit.name,
        category=key.unit.get_category_display(),
        kind=key.get_kind_display(),
        keeper=key.keeper.name,
        letter=numbers.get(key.replaces_id) or key.reason.removeprefix("介绍信："),
        has_scan=key.scanned,
        accepted_at=key.requested_at,
        due_at=key.due_at,
        issued_at=key.issued_at,
        in_force_at=key.in_force_at,
        state=key.get_state_display(),
        days_late=days_late(key.due_at, key.issued_at or as_of),
    )
