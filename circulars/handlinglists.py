"""待办, 待批 and 待阅 as lists: which papers stand in each, in which order, and what a line says of them (Article 19)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Min, OuterRef, Subquery

from circulars.circulation.record import Reader
from circulars.handling.record import Assignment
from circulars.handling.seen import to_do, to_instruct, to_read
from circulars.incoming import Incoming, IncomingQuerySet, Kind


@dataclass(frozen=True)
class Listed:
    """One of the lists: its name, what it is for, and whose papers stand in it."""

    title: str
    note: str
    empty: str
    papers: Callable[[Any], IncomingQuerySet]


LISTS = {
    "to_handle": Listed(
        "待办",
        "有时限的在前，先到期的最前",
        "登记后等您拟办、分办、传阅、办结的收文，和交给您承办的收文，列在这里。",
        to_do,
    ),
    "to_instruct": Listed("待批", "先登记的最前", "收发员拟办以后，等您批示的收文列在这里。", to_instruct),
    "to_read": Listed("待阅", "先登记的最前", "传到您这里、您还没有阅的收文列在这里。", to_read),
}


@dataclass(frozen=True)
class Line:
    """What a list says of one paper: where it is, with whom, and by when."""

    incoming: Incoming
    word: str
    whose: str
    due_at: datetime | None
    tone: str


def listed(name: str, user: Any) -> IncomingQuerySet:
    """The papers of the list, those with a limit first, each with ``first_due`` of its open work."""
    open_work = Assignment.objects.open().filter(handling=OuterRef("pk")).order_by().values("handling")
    due = Subquery(open_work.annotate(first=Min("due_at")).values("first"))
    rows = LISTS[name].papers(user).annotate(first_due=due).select_related("circular", "unit", "handling")
    return rows.order_by(F("first_due").asc(nulls_last=True), "registered_at", "pk")


def lines(papers: Iterable[Any], now: datetime) -> list[Line]:
    """A line for each; two questions for all of them."""
    papers = list(papers)
    keys = [paper.pk for paper in papers]
    working: dict[int, list[Assignment]] = {}
    rows = Assignment.objects.open().filter(handling__in=keys).select_related("unit", "person")
    for row in rows:
        working.setdefault(row.handling_id, []).append(row)
    reading: dict[int, list[Reader]] = {}
    readers = Reader.objects.waiting().reached().filter(circulation__incoming__in=keys)
    for reader in readers.select_related("circulation", "person").order_by("place"):
        reading.setdefault(reader.circulation.incoming_id, []).append(reader)
    return [_line(paper, working.get(paper.pk, []), reading.get(paper.pk, []), now) for paper in papers]


def _line(paper: Any, working: list[Assignment], reading: list[Reader], now: datetime) -> Line:
    whose = [str(row) for row in working] + [f"传阅人{reader.person}" for reader in reading]
    late = any(row.is_late(now) for row in working)
    soon = any(row.is_soon(now) for row in working)
    return Line(
        paper,
        _word(paper, is_read=bool(reading)),
        "、".join(whose),
        paper.first_due,
        "late" if late else "soon" if soon else "",
    )


def _word(paper: Any, *, is_read: bool) -> str:
    """The step at which the paper is."""
    handling = getattr(paper, "handling", None)
    if handling and handling.finished_at is None:
        return str(handling.get_state_display())
    if is_read:
        return "传阅中"
    return "待传阅" if paper.kind == Kind.INFORMATION else "待拟办"
