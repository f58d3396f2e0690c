"""What may stand in each kind of field, and how it is kept: one value, one row of the store for each cell.

A value is text, a list of options, a number, a file with its name, or rows of cells; None is nothing. Rows with nothing in them are none.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from circulars.answers.records import AnswerCell, AnswerVersion
from circulars.bodytext import clean_line
from circulars.demands.fields import (
    DECIMALS,
    DIGITS,
    LONGEST_CELL,
    LONGEST_TEXT,
    MOST_ROWS,
    AskedField,
    FieldKind,
)
from cms.attachments import Attachment
from cms.ledger import canonical

_PHONE = re.compile(r"[0-9+\-－—() （）转/、]{3,40}")


@dataclass(frozen=True)
class GivenFile:
    """A file by its bytes in the store and the name that the unit gave it."""

    file: Attachment
    name: str


Value = str | list[str] | Decimal | GivenFile | list[list[str]] | None


def checked(field: AskedField, value: Any) -> Value:
    """The value as it is kept; raises ``ValidationError`` for what does not belong into such a field."""
    match field.kind:
        case FieldKind.CHOICE:
            return _option(field, value) if value else None
        case FieldKind.CHOICES:
            ticked = {_option(field, each) for each in value or ()}
            return [option for option in field.lines if option in ticked] or None
        case FieldKind.NUMBER:
            return _number(value)
        case FieldKind.FILE:
            return value
        case FieldKind.NAMES | FieldKind.TABLE:
            return _rows(field, value or [])
    text = clean_line(value or "")
    if len(text) > LONGEST_TEXT:
        raise ValidationError(f"不能超过 {LONGEST_TEXT} 个字，现在 {len(text)} 个字。")
    return text or None


def cells_of(version: AnswerVersion, values: Mapping[int, Value]) -> list[AnswerCell]:
    """The values, by the keys of their fields, as rows of the store, not yet saved."""
    return [
        AnswerCell(version=version, field_id=field, **cell) for field, value in values.items() for cell in _cells(value)
    ]


def values_in(cells: Iterable[AnswerCell]) -> dict[int, Value]:
    """The same values again, by the keys of their fields; ask for the cells with their fields and files, in order."""
    found: dict[int, Any] = {}
    for cell in cells:
        match cell.field.kind:
            case FieldKind.CHOICES:
                found.setdefault(cell.field_id, []).append(cell.text)
            case FieldKind.NUMBER:
                found[cell.field_id] = _plain(cell.number)
            case FieldKind.FILE:
                found[cell.field_id] = GivenFile(cell.file, cell.file_name) if cell.file else None
            case FieldKind.NAMES | FieldKind.TABLE:
                rows = found.setdefault(cell.field_id, [])
                while len(rows) <= cell.row:
                    rows.append([""] * len(cell.field.columns))
                rows[cell.row][cell.column] = cell.text
            case _:
                found[cell.field_id] = cell.text
    return found


def digest_of_values(values: Mapping[int, Value]) -> str:
    """SHA-256 of the answers in canonical text, files by their digests, 64 hex digits."""
    said = {str(field): _said(value) for field, value in values.items() if value is not None}
    return hashlib.sha256(canonical(said).encode()).hexdigest()


def texts_in(values: Mapping[int, Value]) -> list[str]:
    """Every word of the answers, names of files among them."""
    found: list[str] = []
    for value in values.values():
        match value:
            case str():
                found.append(value)
            case GivenFile():
                found.append(value.name)
            case list():
                found += [text for each in value for text in ([each] if isinstance(each, str) else each)]
    return found


def _cells(value: Value) -> list[dict[str, Any]]:
    match value:
        case None:
            return []
        case str():
            return [{"text": value}]
        case Decimal():
            return [{"number": value}]
        case GivenFile():
            return [{"file": value.file, "file_name": value.name}]
    if value and isinstance(value[0], str):
        return [{"row": place, "text": option} for place, option in enumerate(value)]
    return [
        {"row": row, "column": column, "text": text}
        for row, texts in enumerate(value)
        for column, text in enumerate(texts)
        if text
    ]


def _said(value: Value) -> Any:
    match value:
        case Decimal():
            return str(value)
        case GivenFile():
            return {"digest": value.file.digest, "name": value.name}
    return value


def _plain(number: Decimal | None) -> Decimal | None:
    """12 for 12.0000, as it was typed."""
    if number is None:
        return None
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()


def _option(field: AskedField, value: Any) -> str:
    if value not in field.lines:
        raise ValidationError("请从列出的选项中选择。")
    return str(value)


def _number(value: Any) -> Decimal | None:
    if value is None:
        return None
    exponent = value.as_tuple().exponent
    if not value.is_finite() or abs(value) >= Decimal(10) ** (DIGITS - DECIMALS):
        raise ValidationError(f"整数部分不能超过 {DIGITS - DECIMALS} 位。")
    if isinstance(exponent, int) and -exponent > DECIMALS and value != round(value, DECIMALS):
        raise ValidationError(f"小数不能超过 {DECIMALS} 位。")
    return _plain(value)


def _rows(field: AskedField, rows: list[list[str]]) -> list[list[str]] | None:
    kept = [[clean_line(text) for text in row] for row in rows]
    kept = [row for row in kept if any(row)]
    if len(kept) > MOST_ROWS:
        raise ValidationError(f"最多填写 {MOST_ROWS} 行。")
    for number, row in enumerate(kept, 1):
        if len(row) != len(field.columns):
            raise ValidationError("列数与回执表不一致，请重新打开再填。")
        if any(len(text) > LONGEST_CELL for text in row):
            raise ValidationError(f"第 {number} 行有一格超过 {LONGEST_CELL} 个字。")
        if field.kind == FieldKind.NAMES:
            _check_person(number, *row)
    return kept or None


def _check_person(number: int, name: str, post: str, phone: str) -> None:
    if not name:
        raise ValidationError(f"第 {number} 行没有填写姓名。")
    if phone and not _PHONE.fullmatch(phone):
        raise ValidationError(f"第 {number} 行的电话“{phone[:20]}”不像电话号码，请核对。")
