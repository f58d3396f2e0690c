"""Several circulars beside each other: for each unit, how far it has got with every one of them (Articles 20 and 28)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from accounts.units import Unit
from circulars.deliveries import Channel, Delivery
from circulars.registration import Circular
from circulars.views.receiving import standing_word

OPEN = frozenset({"pending", "soon", "late"})


@dataclass(frozen=True)
class Row:
    """One unit with the word of its delivery of each circular, empty where it was not sent that one."""

    unit: Unit
    words: list[str]

    @property
    def open_count(self) -> int:
        return sum(word in OPEN for word in self.words)


@dataclass(frozen=True)
class Matrix:
    """The circulars as columns, and under the heading of each category the rows of its units."""

    circulars: Sequence[Circular]
    groups: list[tuple[str, list[Row]]]


def receipt_matrix(circulars: Sequence[Circular], now: datetime, *, only_open: bool) -> Matrix:
    """Every unit that was sent one of the circulars, or those that still have one to sign for; one query."""
    deliveries = Delivery.objects.filter(circular__in=[circular.pk for circular in circulars]).select_related("unit")
    rows = _rows(circulars, deliveries.order_by("unit__sort_order", "unit__code"), now)
    shown = [row for row in rows if row.open_count or not only_open]
    groups = groupby(shown, key=lambda row: row.unit.get_category_display())
    return Matrix(circulars, [(heading, list(members)) for heading, members in groups])


def _rows(circulars: Sequence[Circular], deliveries: Iterable[Delivery], now: datetime) -> list[Row]:
    place = {circular.pk: column for column, circular in enumerate(circulars)}
    rows: dict[int, Row] = {}
    for delivery in deliveries:
        row = rows.setdefault(delivery.unit_id, Row(delivery.unit, [""] * len(circulars)))
        word = "paper" if delivery.channel == Channel.PAPER else standing_word(delivery, now)
        row.words[place[delivery.circular_id]] = word
    return list(rows.values())
