"""发送方未通知和接收方超时: how many late receipts of a month each side answers for, counted from the list that names them (Articles 21, 24 and 28)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from circulars.liability import Liability
from reports.lateness import LateDelivery, Lateness

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


def sides_of(late: Sequence[LateDelivery]) -> list[Side]:
    """One line for each side, together as many as the list is long."""
    counted = Counter((one.liability, one.lateness) for one in late)
    return [Side(side, {kind: counted[side, kind] for kind in Lateness}) for side in SIDES]


def among(late: Sequence[LateDelivery], who: str, what: str) -> list[LateDelivery]:
    """Those of one side and one kind; an empty word asks for any."""
    return [one for one in late if who in ("", one.liability) and what in ("", one.lateness)]
