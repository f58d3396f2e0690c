"""Several circulars beside each other: for each unit, how far it has got with every one of them (Articles 20 and 28)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import groupby

from accounts.units import Unit
from circulars.deliveries import Delivery
from circulars.deliveries.questions import word_of
from circulars.registration import Circular

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

    @cached_property
    def rows(self) -> list[Row]:
        return [row for _, rows in self.groups for row in rows]

    @cached_property
    def open_counts(self) -> list[int]:
        """Of each circular, with how many of the units shown it is still open."""
        columns = zip(*(row.words for row in self.rows), strict=True)
        return [sum(word in OPEN for word in column) for column in columns] or [0] * len(self.circulars)

    @property
    def open_count(self) -> int:
        return sum(self.open_counts)


def receipt_matrix(circulars: Sequence[Circular], now: datetime, *, only_open: bool, category: str = "") -> Matrix:
    """Every unit, of one category where one is named, that was sent one of the circulars, or those that still have one to sign for; two queries."""
    deliveries = Delivery.objects.filter(circular__in=[circular.pk for circular in circulars]).order_by()
    words = deliveries.values_list("unit_id", "circular_id", word_of(now))
    place = {circular.pk: column for column, circular in enumerate(circulars)}
    of_units: dict[int, list[str]] = defaultdict(lambda: [""] * len(circulars))
    for unit_id, circular_id, word in words:
        of_units[unit_id][place[circular_id]] = word
    units = Unit.objects.filter(pk__in=of_units).only("short_name", "category").in_order()
    if category:
        units = units.filter(category=category)
    rows = [Row(unit, of_units[unit.pk]) for unit in units]
    shown = [row for row in rows if row.open_count or not only_open]
    groups = groupby(shown, key=lambda row: row.unit.get_category_display())
    return Matrix(circulars, [(heading, list(members)) for heading, members in groups])
