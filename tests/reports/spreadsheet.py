"""As much of a spreadsheet program as the sheets need: it reckons their formulas from their cells, knowing nothing of how they were written."""

import re
from typing import Any

from openpyxl.worksheet.worksheet import Worksheet

_CELL = re.compile(r"\$?([A-Z]+)\$?(\d+)")
_CALL = re.compile(r"([A-Z]+)\((.*)\)")


def value(sheet: Worksheet, address: str) -> Any:
    """What the cell shows: its own value, or what its formula comes to."""
    found = sheet[address.replace("$", "")].value
    return _reckon(sheet, found[1:]) if isinstance(found, str) and found.startswith("=") else found


def _reckon(sheet: Worksheet, term: str) -> Any:
    term = term.strip()
    for signs in ("+-", "/"):
        parts = _split(term, signs)
        if len(parts) > 1:
            total = _reckon(sheet, parts[0])
            for sign, part in zip(parts[1::2], parts[2::2], strict=True):
                other = _reckon(sheet, part)
                total = total + other if sign == "+" else total - other if sign == "-" else total / other
            return total
    if call := _CALL.fullmatch(term):
        return _FUNCTIONS[call[1]](sheet, _split(call[2], ",")[::2])
    if term.startswith("("):
        return _reckon(sheet, term[1:-1])
    if term.startswith('"'):
        return term[1:-1]
    return value(sheet, term) if _CELL.fullmatch(term) else float(term)


def _split(text: str, signs: str) -> list[str]:
    """The parts between the signs that stand outside brackets and quotes, with the signs between them."""
    parts, depth, quoted = [""], 0, False
    for char in text:
        quoted ^= char == '"'
        depth += 0 if quoted else (char == "(") - (char == ")")
        if char in signs and not depth and not quoted:
            parts += [char, ""]
        else:
            parts[-1] += char
    return parts


def _if(sheet: Worksheet, terms: list[str]) -> Any:
    left, right = terms[0].split("=")
    found, wanted = value(sheet, left), _reckon(sheet, right)
    return _reckon(sheet, terms[1] if (found or type(wanted)()) == wanted else terms[2])


def _column(sheet: Worksheet, span: str) -> list[Any]:
    (letter, first), (_, last) = _CELL.findall(span)
    return [value(sheet, f"{letter}{row}") for row in range(int(first), int(last) + 1)]


def _countifs(sheet: Worksheet, terms: list[str]) -> int:
    pairs = zip(terms[::2], terms[1::2], strict=True)
    tests = [[_meets(sheet, cell, want) for cell in _column(sheet, span)] for span, want in pairs]
    return sum(map(all, zip(*tests, strict=True)))


def _meets(sheet: Worksheet, cell: Any, want: str) -> bool:
    if want.startswith('">"&'):
        bound = value(sheet, want.removeprefix('">"&'))
        return isinstance(cell, (int, float)) and isinstance(bound, (int, float)) and cell > bound
    return bool(cell == _reckon(sheet, want))


_FUNCTIONS = {
    "IF": _if,
    "SUM": lambda sheet, terms: sum(cell for cell in _column(sheet, terms[0]) if cell is not None),
    "COUNTIF": _countifs,
    "COUNTIFS": _countifs,
}
