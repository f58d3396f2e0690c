"""What one person saw and did in a span of days, as the access log and the ledger have it (Articles 18 and 28).

Which of it is shown to whom ``reviewed`` says. It says which paper only where the one who looks may know of that paper, and shows no word of any. Nothing is counted: pages follow one
another by the keys of the rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Q

from accounts.people import User
from accounts.units import Unit
from circulars.access import known_heads
from circulars.registration import Circular
from circulars.titles import quoted
from cms.accesslog import Access
from cms.ledger import Entry
from cms.rowkeys import is_key
from cms.workdays import ONE_DAY, ZONE
from reports.reviewed import entries_shown, looks_shown

PAGE = 50
HIDDEN = "一件公文（您无权查看是哪一件）"


@dataclass(frozen=True)
class Span:
    """Days from the first to the last, both inclusive."""

    first: date
    last: date

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.first, time(), ZONE)

    @property
    def ends(self) -> datetime:
        return datetime.combine(self.last + ONE_DAY, time(), ZONE)

    @property
    def label(self) -> str:
        return f"{self.first:%Y-%m-%d} 至 {self.last:%Y-%m-%d}"


@dataclass(frozen=True)
class Line:
    """One look or deed in words; ``mark`` is where the page after it begins."""

    at: datetime
    what: str
    about: str
    unit: str
    address: str
    mark: str


def looks(person: User, span: Span, looker: Any, *, after: str = "", most: int = PAGE) -> list[Line]:
    """What the person looked at, took away or was refused, the newest first, one line more than ``most`` where there are more; two queries, and two besides for who does not audit."""
    rows = Access.objects.filter(looks_shown(person, looker), person=person, at__gte=span.begins, at__lt=span.ends)
    rows = rows.order_by("-at", "-pk")
    if mark := _moment_and_key(after):
        at, key = mark
        rows = rows.filter(Q(at__lt=at) | Q(at=at, pk__lt=key), at__lte=at)
    found = list(rows[: most + 1])
    heads = _heads((row.circular for row in found), looker)
    return [
        Line(
            at=row.at,
            what=row.get_look_display(),
            about=_seen(row, heads),
            unit="",
            address=row.address,
            mark=f"{row.at.astimezone(UTC):%Y%m%d%H%M%S%f}-{row.pk}",
        )
        for row in found
    ]


def deeds(person: User, span: Span, looker: Any, *, after: str = "", most: int = PAGE) -> list[Line]:
    """What the ledger says that the person did, the newest entry first, one line more than ``most`` where there are more; three queries, and two besides for who does not audit."""
    rows = Entry.objects.filter(
        entries_shown(person, looker), person=person, happened_at__gte=span.begins, happened_at__lt=span.ends
    ).order_by("-pk")
    if is_key(after):
        rows = rows.filter(pk__lt=int(after))
    found = list(rows[: most + 1])
    heads = _heads((row.circular for row in found), looker)
    names = dict(Unit.objects.filter(pk__in={row.unit for row in found}).values_list("pk", "short_name"))
    return [
        Line(
            at=row.happened_at,
            what=row.label,
            about=heads.get(row.circular, HIDDEN) if row.circular else _thing(row.subject),
            unit=names.get(row.unit, ""),
            address=row.address,
            mark=str(row.pk),
        )
        for row in found
    ]


def _moment_and_key(mark: str) -> tuple[datetime, int] | None:
    """Where the page before ended; None for what no page of ours hands out."""
    at, _, key = mark.partition("-")
    if not is_key(key) or not (at.isascii() and at.isdigit() and len(at) == 20):
        return None
    try:
        return datetime.strptime(at, "%Y%m%d%H%M%S%f").replace(tzinfo=UTC), int(key)
    except ValueError:
        return None


def _heads(uuids: Iterable[UUID | None], looker: Any) -> dict[UUID, str]:
    """Number and title of those papers of which the looker may know, in one query."""
    asked = {uuid for uuid in uuids if uuid}
    rows = Circular.objects.filter(known_heads(looker), uuid__in=asked).values_list("uuid", "number", "title")
    return {uuid: f"{number}{quoted(title)}" for uuid, number, title in rows}


def _seen(row: Access, heads: dict[UUID, str]) -> str:
    """What it was: a paper by its head where that may be known; of drafts and of questions that were typed nothing but the kind."""
    if row.circular:
        return heads.get(row.circular, HIDDEN)
    kind = row.subject.partition("（")[0]
    if kind.startswith("文稿"):
        return "一份文稿"
    return kind


def _thing(subject: str) -> str:
    """The kind and key of a record, as its model is called."""
    label, _, key = subject.partition(":")
    try:
        name = str(apps.get_model(label)._meta.verbose_name)
    except (LookupError, ValueError):
        return ""
    return f"{name} {key}".strip()
