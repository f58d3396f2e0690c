"""What the board of receipts shows: one line for each unit, narrowed, counted and grouped, from rows already fetched (Articles 20 and 21)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from accounts.units import Category
from circulars.answering import Answer, answer
from circulars.deliveries import Channel, Delivery
from circulars.notices import Notice
from circulars.views.receiving import standing_word

SHOWS = {
    "all": "全部",
    "open": "未签收",
    "soon": "将超时",
    "late": "已超时",
    "untold": "未通知",
    "signed": "已签收",
    "returned": "已退回",
    "paper": "纸质",
}


@dataclass(frozen=True)
class Line:
    """One unit's delivery with its word, and who answers for it now."""

    row: Delivery
    standing: str
    answer: Answer | None

    @property
    def is_open(self) -> bool:
        return self.standing in {"pending", "soon", "late"}

    @property
    def is_untold(self) -> bool:
        """Whether a call or text is owed and has not got through."""
        return self.is_open and self.row.is_unnotified

    def is_among(self, show: str) -> bool:
        match show:
            case "all":
                return True
            case "open":
                return self.is_open
            case "untold":
                return self.is_untold
        return self.standing == show


@dataclass(frozen=True)
class Group:
    """The lines of one category of units that are shown, and how many of all its units have signed for it."""

    heading: str
    lines: list[Line]
    signed: int
    total: int


@dataclass(frozen=True)
class Narrowed:
    """What was asked for: a state, a category, and a piece of a unit's name; whatever is unknown means all."""

    show: str = "all"
    category: str = ""
    words: str = ""

    @classmethod
    def asked(cls, show: str, category: str, words: str) -> "Narrowed":
        return cls(
            show if show in SHOWS else "all", category if category in Category.values else "", words.strip().lower()
        )

    def has_unit(self, row: Delivery) -> bool:
        if self.category and row.unit.category != self.category:
            return False
        names = (row.unit_name, row.unit.name, row.unit.pinyin)
        return not self.words or any(self.words in name.lower() for name in names)


@dataclass(frozen=True)
class ReceiptBoard:
    """The board: ``counts`` by state of the units of the category and search that were asked for, ``groups`` of what is shown."""

    everybody: list[Line]
    counts: dict[str, int]
    groups: list[Group]

    @property
    def electronic(self) -> int:
        return sum(line.row.channel == Channel.ELECTRONIC for line in self.everybody)

    @property
    def categories(self) -> list[tuple[str, str, int]]:
        """Value, name and number of units of each category, in the order of the register."""
        found: dict[tuple[str, str], int] = {}
        for line in self.everybody:
            key = line.row.unit.category, line.row.unit.get_category_display()
            found[key] = found.get(key, 0) + 1
        return [(value, label, count) for (value, label), count in found.items()]

    def how_many(self, show: str) -> int:
        """Of all units, narrowed or not."""
        return sum(line.is_among(show) for line in self.everybody)


def receipt_board(rows: Iterable[Delivery], narrowed: Narrowed, now: datetime) -> ReceiptBoard:
    """The board of these deliveries, which stand in the order of the register with their units."""
    rows = list(rows)
    entered = Notice.objects.entries_of(rows)
    everybody = [Line(row, _word(row, now), answer(row, now, entered.get(row.pk))) for row in rows]
    near = [line for line in everybody if narrowed.has_unit(line.row)]
    groups = []
    for heading, members in groupby(near, key=lambda line: line.row.unit.get_category_display()):
        lines = list(members)
        shown = [line for line in lines if line.is_among(narrowed.show)]
        if shown:
            groups.append(Group(heading, shown, sum(line.standing == "signed" for line in lines), len(lines)))
    counts = {show: sum(line.is_among(show) for line in near) for show in SHOWS}
    return ReceiptBoard(everybody, counts, groups)


def _word(row: Delivery, now: datetime) -> str:
    return "paper" if row.channel == Channel.PAPER else standing_word(row, now)
