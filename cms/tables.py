"""A table that somebody hands in as a file: read whole, checked line by line, refused with the line's number."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

# Characters that nobody sees in a cell: controls, directions, halves of characters, and what breaks a line without being its end.
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


@dataclass(frozen=True)
class Fault:
    """What is wrong in one line; ``line`` counts as a text editor does, the head being line 1."""

    line: int
    sentence: str

    def __str__(self) -> str:
        return f"第 {self.line} 行：{self.sentence}"


class TableRefused(Exception):
    """The file was not taken in, and nothing of it was; ``faults`` says why, line by line."""

    def __init__(self, faults: list[Fault]):
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))


def read_csv(path: Path, required: Iterable[str]) -> list[tuple[int, Mapping[str, str]]]:
    """(line number, row) for every line of a UTF-8 or GB 18030 file with these columns in its head.

    Raises ``TableRefused`` when the file cannot be read, the head lacks a column or has one twice, no line follows it, or a line has
    too many or too few cells.
    """
    rows = parse_csv(bytes_of(path), required)
    if not rows:
        raise TableRefused([Fault(1, "表头下面一行也没有。")])
    return rows


def bytes_of(path: Path) -> bytes:
    """What the file holds; one that cannot be read is refused."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise TableRefused([Fault(0, f"读不到文件“{path}”：{error.strerror}。")]) from error


def parse_csv(
    raw: bytes, required: Iterable[str], *, also_called: Mapping[str, str] = MappingProxyType({})
) -> list[tuple[int, Mapping[str, str]]]:
    """The same from the bytes of a file; ``also_called`` gives other names of columns → the name we know them by."""
    reader = csv.DictReader(io.StringIO(decoded(raw), newline=""), strict=True)
    try:
        head = [also_called.get(name.strip(), name.strip()) for name in reader.fieldnames or ()]
    except csv.Error as error:
        raise TableRefused([Fault(1, "不是有效的 CSV，请检查这一行的引号和内容。")]) from error
    reader.fieldnames = head
    as_people_say = {column: name for name, column in also_called.items()}
    missing = [as_people_say.get(column, column) for column in required if column not in head]
    if missing:
        raise TableRefused([Fault(1, f"表头缺少列：{'、'.join(missing)}。")])
    if twice := [
        as_people_say.get(column, column) for column in dict.fromkeys(head) if column and head.count(column) > 1
    ]:
        raise TableRefused([Fault(1, f"表头里重复的列：{'、'.join(twice)}。")])
    rows: list[tuple[int, Mapping[str, str]]] = []
    faults = []
    try:
        for row in reader:
            if None in row or None in row.values():
                faults.append(Fault(reader.line_num, f"列数不对，应有 {len(reader.fieldnames or ())} 列。"))
            else:
                rows.append((reader.line_num, {k: v.strip() for k, v in row.items()}))
                if any(unicodedata.category(c) in UNSEEN for v in row.values() for c in v):
                    faults.append(Fault(reader.line_num, "有看不见的控制字符或方向字符，请删去。"))
    except csv.Error:
        faults.append(Fault(reader.reader.line_num, "不是有效的 CSV，请检查这一行的引号和内容。"))
    if faults:
        raise TableRefused(faults)
    return rows


def decoded(raw: bytes) -> str:
    """The text of a UTF-8 or GB 18030 file."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            return raw.decode("gb18030")
        except UnicodeDecodeError as error:
            raise TableRefused([Fault(0, "文件编码不是 UTF-8，也不是 GB 18030。")]) from error
