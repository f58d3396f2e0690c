"""All answers to one circular side by side: units down, fields across, from one question to the store (Article 20; regulation art. 24(7))."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from circulars.answers.records import AnswerCell
from circulars.answers.standing import UnitStanding, standings
from circulars.answers.values import GivenFile, Value, values_in
from circulars.demands.fixed import ReplyDemand, ReplyField
from circulars.registration import Circular


@dataclass(frozen=True)
class AnswerRow:
    """One unit: where it stands and what it has handed in, by the keys of the fields."""

    standing: UnitStanding
    values: dict[int, Value]

    def value(self, asked: ReplyField) -> Value:
        return self.values.get(asked.pk)


@dataclass(frozen=True)
class AnswerTable:
    """Everybody who was asked, in the register's order."""

    fields: list[ReplyField]
    rows: list[AnswerRow] = field(default_factory=list)

    @property
    def answered(self) -> int:
        return sum(row.standing.is_answered for row in self.rows)

    @property
    def missing(self) -> list[AnswerRow]:
        """Who owes an answer still."""
        return [row for row in self.rows if row.standing.may_be_pressed]

    @property
    def late(self) -> int:
        return sum(row.standing.word == "late" for row in self.rows)

    @property
    def files(self) -> list[tuple[AnswerRow, ReplyField, GivenFile]]:
        """Every file that was handed in, with whose it is and for what."""
        return [
            (row, asked, value)
            for row in self.rows
            for asked in self.fields
            if isinstance(value := row.value(asked), GivenFile)
        ]


def counted_cells(circular: Circular) -> QuerySet[AnswerCell]:
    """The values of every version that counts."""
    counting = AnswerCell.objects.filter(
        version__answer__delivery__circular=circular, version__number=F("version__answer__handed_in")
    )
    ordered = counting.order_by("version__answer__delivery", "field__place", "row", "column")
    return ordered.select_related("field", "file", "version__answer")


def answer_table(circular: Circular, demand: ReplyDemand, now: datetime) -> AnswerTable:
    """The whole table as it is now; four questions to the database however many units there are."""
    given: dict[int, list[AnswerCell]] = {}
    for cell in counted_cells(circular):
        given.setdefault(cell.version.answer.delivery_id, []).append(cell)
    rows = [
        AnswerRow(standing, values_in(given.get(standing.delivery.pk, ())))
        for standing in standings(circular, demand, now)
    ]
    return AnswerTable(list(demand.fields.all()), rows)


def one_line(asked: ReplyField, value: Value) -> Any:
    """The value as one cell of a sheet: a number as a number, several rows one below the other."""
    match value:
        case None:
            return ""
        case GivenFile():
            return value.name
        case list():
            return _joined(asked, value)
    return value


def _joined(asked: ReplyField, value: Sequence[Any]) -> str:
    if not asked.is_grid:
        return "、".join(value)
    if asked.kind == "names":
        return "；".join(" ".join(text for text in row if text) for row in value)
    return "；".join(
        "，".join(f"{column}：{text}" for column, text in zip(asked.columns, row, strict=True) if text) for row in value
    )
