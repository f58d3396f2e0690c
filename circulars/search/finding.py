"""Finding: the newest circulars first that hold every phrase, among those alone that the person may see (Articles 5 and 20).

The newest are compared as they are, which is enough for what is said everywhere. Of the others the index names those that may hold the
phrases, the filters and the person's rights in the same query; only of these is the text compared, some at a time from the newest on, until
a page is full. Of papers of others nothing is read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q

from accounts.overseeing import overseen
from accounts.roles import Right
from circulars.access import known_heads, open_texts
from circulars.registration import Circular, CircularQuerySet
from circulars.search.question import Question
from circulars.searchindex.engines import at_once
from circulars.searchindex.passages import HEADS, Passage, PassageQuerySet

# So many of the newest are compared before the index is asked.
GLANCE = 150
# How many candidates of the index are compared first, and how many times as many next.
FIRST, TIMES = 250, 16
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Mark:
    """The last circular of a page, after which the next begins."""

    registered_at: datetime
    pk: int

    def __str__(self) -> str:
        return f"{(self.registered_at - _EPOCH) // timedelta(microseconds=1)}.{self.pk}"

    @classmethod
    def read(cls, text: str) -> "Mark | None":
        """What an address says; None where it says nothing."""
        moment, _, key = text[:40].partition(".")
        if not all(part.isascii() and part.isdigit() and len(part) < 18 for part in (moment, key)):
            return None
        try:
            return cls(_EPOCH + timedelta(microseconds=int(moment)), int(key))
        except OverflowError:
            return None

    @property
    def beyond(self) -> Q:
        return Q(registered_at__lt=self.registered_at) | Q(registered_at=self.registered_at, pk__lt=self.pk)


@dataclass(frozen=True)
class Found:
    """One page of circulars, and the mark after which the next begins, if there is one."""

    circulars: list[Circular]
    following: Mark | None


def find(user: Any, question: Question, *, after: Mark | None = None, most: int) -> Found:
    """The newest that answer the question, after the mark; of an empty question none."""
    rows: list[Circular] = []
    for circular in _found(user, question, after):
        if len(rows) == most:
            return Found(rows, Mark(rows[-1].registered_at, rows[-1].pk))
        rows.append(circular)
    return Found(rows, None)


def _found(user: Any, question: Question, after: Mark | None) -> Iterator[Circular]:
    if question.is_empty:
        return
    phrases = question.asked.phrases
    rows, size, following = _seen(known_heads(user)), GLANCE, FIRST
    while True:
        ordered = question.narrow(rows, user).order_by("-registered_at", "-pk")
        with at_once():
            batch = list((ordered.filter(after.beyond) if after else ordered)[:size])
            holding = _holding(user, phrases, batch)
        yield from (circular for circular in batch if circular.pk in holding)
        if len(batch) < size:
            return
        after = Mark(batch[-1].registered_at, batch[-1].pk)
        rows, size, following = _candidates(user, phrases), following, following * TIMES


def _candidates(user: Any, phrases: tuple[str, ...]) -> CircularQuerySet:
    """Circulars that the person may see and that may hold every phrase.

    Who inspects sees heads of papers without number, and is offered none for what its text says; of others' recalled papers, which are
    few, the comparison sees to that.
    """
    passages = Passage.objects.all()
    if overseen(user, Right.INSPECT):
        heads = known_heads(user) & _likely(passages.filter(source__in=HEADS), phrases)
        return _seen(heads | (open_texts(user) & _likely(passages, phrases)))
    return _seen(known_heads(user) & _likely(passages, phrases))


def _holding(user: Any, phrases: tuple[str, ...], batch: list[Circular]) -> set[int]:
    """Of these circulars, whose heads the person may see, those in which every phrase stands where the person may read."""
    keys = [circular.pk for circular in batch]
    if not phrases or not keys:
        return set(keys)
    said = _said(Passage.objects.filter(source__in=HEADS), phrases) | (
        open_texts(user) & _said(Passage.objects.all(), phrases)
    )
    return set(Circular.objects.unblocked().filter(said, pk__in=keys).values_list("pk", flat=True))


def _seen(found: Q) -> CircularQuerySet:
    return Circular.objects.unblocked().filter(found)


def _likely(passages: PassageQuerySet, phrases: tuple[str, ...]) -> Q:
    """As one set of circulars: several to choose from would have PostgreSQL ask the index of a phrase anew for every circular."""
    sets = [passages.likely(phrase).values("circular") for phrase in phrases]
    if not sets:
        return Q()
    return Q(pk__in=sets[0].intersection(*sets[1:]) if len(sets) > 1 else sets[0])


def _said(passages: PassageQuerySet, phrases: tuple[str, ...]) -> Q:
    found = Q()
    for phrase in phrases:
        found &= Q(Exists(passages.filter(circular=OuterRef("pk")).saying(phrase)))
    return found
