"""The answer as it is shown: where the paper stands for this person, the hit in its title, and the words around the first one in its text."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Min, Q, Value
from django.db.models.functions import StrIndex
from django.urls import reverse

from circulars.access import open_texts, readable
from circulars.deliveries import Delivery
from circulars.registration import Circular, CircularText
from circulars.searchindex.passages import HEADS, Passage, Source
from circulars.views.receiving import standing_word
from cms.snippets import Piece, marked, snippet


@dataclass(frozen=True)
class Result:
    """One line of the results; ``where`` names the attachment that the words stand in, if they do not stand in the paper."""

    circular: Circular
    url: str
    standing: str
    at: datetime
    title: tuple[Piece, ...]
    number: tuple[Piece, ...]
    sender: tuple[Piece, ...]
    words: tuple[Piece, ...]
    where: str


def results(user: Any, circulars: list[Circular], phrases: tuple[str, ...], now: datetime) -> list[Result]:
    """A line for each of the circulars that were found for this person, in four queries."""
    came = _deliveries(user, circulars)
    here = {row.circular_id: row for row in came}
    hits = _hits(open_texts(user, [row.pk for row in came]), circulars, phrases)
    files = _file_titles(hits.values())
    return [
        Result(
            circular=circular,
            url=_url(circular, here.get(circular.pk)),
            standing=_standing(circular, here.get(circular.pk), now),
            at=circular.sent_at or circular.registered_at,
            title=marked(circular.title, phrases),
            number=marked(circular.number, phrases),
            sender=marked(circular.issuer_name, phrases),
            words=snippet(hit.words, phrases) if (hit := hits.get(circular.pk)) else (),
            where=files.get((hit.circular_id, hit.file), "") if hit else "",
        )
        for circular in circulars
    ]


def _deliveries(user: Any, circulars: list[Circular]) -> list[Delivery]:
    """What the person may read of these where it came in; of several deliveries of one circular the first counts."""
    keys = [circular.pk for circular in circulars]
    # Sorted here: asked for in this order, SQLite would read through all that the units ever received.
    rows = readable(user).filter(circular__in=keys).prefetch_related("rules")
    return sorted(rows, key=lambda row: -row.pk)


def _url(circular: Circular, delivery: Delivery | None) -> str:
    """Where the person reads it: what came is on the reading page, what was sent on its board."""
    return (
        reverse("circulars:reading", args=[delivery.pk])
        if delivery
        else reverse("circulars:board", args=[circular.uuid])
    )


def _standing(circular: Circular, delivery: Delivery | None, now: datetime) -> str:
    is_out = circular.state == Circular.State.SENT
    return standing_word(delivery, now) if delivery and is_out else str(circular.state)


def _hits(is_open: Q, circulars: list[Circular], phrases: tuple[str, ...]) -> dict[int, Passage]:
    """The first passage of each in which a phrase stands, where its text is open."""
    if not phrases:
        return {}
    places = {f"place_{number}": StrIndex("folded", Value(phrase)) for number, phrase in enumerate(phrases)}
    said = Q()
    for name in places:
        said |= Q(**{f"{name}__gt": 0})
    legible = Circular.objects.filter(is_open, pk__in=[circular.pk for circular in circulars])
    first = Passage.objects.exclude(source__in=HEADS).filter(circular__in=legible).alias(**places).filter(said)
    keys = first.values("circular").annotate(first=Min("pk")).values_list("first", flat=True)
    return {passage.circular_id: passage for passage in Passage.objects.filter(pk__in=list(keys))}


def _file_titles(hits: Iterable[Passage]) -> dict[tuple[int, int], str]:
    """What the attachments are called in which there was a hit."""
    numbers = {hit.circular_id: hit.file for hit in hits if hit.source == Source.FILE}
    texts = CircularText.objects.filter(circular__in=numbers) if numbers else ()
    return {
        (text.circular_id, numbers[text.circular_id]): json.loads(text.content)["attachments"][
            numbers[text.circular_id] - 1
        ]["title"]
        for text in texts
    }
