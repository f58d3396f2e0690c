"""发送方未通知 and 接收方超时: how many late receipts of a month each side answers for, of each kind (Articles 21, 24 and 28)."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from circulars.liability import Liability
from cms.areas import Area
from reports.lateness import Lateness, late_ones
from reports.months import Month
from reports.receipts import Issuers

SIDES = {
    Liability.SENDER: "发送方未通知",
    Liability.RECIPIENT: "接收方超时",
    Liability.RELIEVED: "免责",
}


@dataclass(frozen=True)
class Side:
    """Who answers, how many there are of each kind of lateness, and of all."""

    liability: Liability
    counts: dict[Lateness, int]

    @property
    def label(self) -> str:
        return SIDES[self.liability]

    @property
    def count(self) -> int:
        return sum(self.counts.values())


def sides_of(month: Month, *, as_of: datetime, issuers: Issuers, area: Area) -> list[Side]:
    """One line for each side, together as many as the list is long; counted by the database in one query beside that of the issuers."""
    receipts, rounds = (
        rows.values("liability", "lateness").annotate(count=Count("*")).order_by()
        for rows in late_ones(month, as_of=as_of, issuers=issuers, area=area)
    )
    counted: Counter[tuple[str, str]] = Counter()
    for row in receipts.union(rounds, all=True):
        counted[row["liability"], row["lateness"]] += row["count"]
    return [Side(side, {kind: counted[side, kind] for kind in Lateness}) for side in SIDES]


def counted_among(sides: list[Side], who: str, what: str) -> int:
    """How many there are of one side and one kind; an empty word asks for any."""
    return sum(
        count
        for side in sides
        for kind, count in side.counts.items()
        if who in ("", side.liability) and what in ("", kind)
    )
