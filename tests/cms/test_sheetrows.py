"""Rows of an Excel sheet: what is read, what is refused, and the place of every fault."""

import io
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook

from cms import sheetrows
from cms.sheetrows import Column, Outcome, SheetRefused, blank_sheet, fate, read_sheet
from tests.longlists import listing

COLUMNS = (Column("code", "代码"), Column("name", "名称", also=("全称",)), Column("note", "备注", is_needed=False))


def book(*rows: tuple) -> bytes:
    made, written = Workbook(), io.BytesIO()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    made.save(written)
    return written.getvalue()


def test_lines_are_numbered_as_excel_does_below_a_title_and_across_empty_lines():
    content = book(
        ("某市单位名册",),
        (),
        ("序号", "全称（必填）", "* 代码"),
        (1, "甲局", "A1"),
        (None, " "),
        (2, 7.0, date(2026, 9, 28)),
    )
    sheet = read_sheet(content, COLUMNS)
    assert [(row.line, row["code"], row["name"], row["note"]) for row in sheet.rows] == [
        (4, "A1", "甲局", ""),
        (6, "2026-09-28", "7", ""),
    ]
    assert (sheet.unused, sheet.has("note"), sheet.letters) == (("序号",), False, {"name": "B", "code": "C"})
    row = sheet.rows[0]
    wrong = fate(row, row["name"], faults=[sheet.fault(row, "code", "用过了。")], is_new=True)
    assert [str(each) for each in wrong.faults] == ["第 4 行 C 列（代码）：用过了。"]
    assert wrong.outcome == Outcome.WRONG


def test_formulas_errors_and_unseen_characters_are_faults_of_their_cell():
    sheet = read_sheet(book(("代码", "名称"), ("=A1", "甲"), ("#N/A", "乙\n丙"), ("B", "丁\u202e")), COLUMNS)
    assert [(fault.line, fault.letter, fault.sentence[:5]) for fault in sheet.faults] == [
        (2, "A", "这是公式，"),
        (3, "A", "这是错误值"),
        (3, "B", "有换行、控"),
        (4, "B", "有换行、控"),
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"PK\x03\x04 no", "不是 .xlsx"),
        ("代码,名称\n".encode(), "不是 .xlsx"),
        (book(("代码", "别的"), ("A", "甲")), "缺少列：名称"),
        (book(("代码", "名称", "全称"), ("A", "甲", "乙")), "重复的列：名称"),
        (book(("代码", "名称")), "一行也没有"),
        (book(), "缺少列：代码、名称"),
    ],
)
def test_a_file_that_is_no_such_sheet_is_refused_with_what_to_do(content, why):
    with pytest.raises(SheetRefused, match=why):
        read_sheet(content, COLUMNS)


def test_a_package_without_a_workbook_and_one_that_unpacks_too_large_are_refused(monkeypatch):
    import zipfile

    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as package:
        package.writestr("a.txt", "x" * 2000)
    with pytest.raises(SheetRefused, match="打不开"):
        read_sheet(written.getvalue(), COLUMNS)
    monkeypatch.setattr(sheetrows, "UNPACKED", 1000)
    with pytest.raises(SheetRefused, match="太大"):
        read_sheet(written.getvalue(), COLUMNS)


def test_a_list_of_parts_without_end_is_refused_unread():
    with pytest.raises(SheetRefused, match="太大"):
        read_sheet(listing(200_000), COLUMNS)


def test_a_damaged_or_locked_package_and_a_line_beyond_the_last_of_excel_are_refused_at_once():
    content = book(("代码", "名称"), ("A1", "甲局"))
    whole = zipfile.ZipFile(io.BytesIO(content))
    sheet = whole.getinfo("xl/worksheets/sheet1.xml")
    begins = sheet.header_offset + 30 + len(sheet.filename)
    damaged = content[:begins] + b"\xff" * 8 + content[begins + 8 :]
    # The flag of a package that opens by a password only, in both places that bear it.
    locked = bytearray(content)
    for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        found = content.find(mark)
        while found >= 0:
            locked[found + at] |= 1
            found = content.find(mark, found + 4)
    for broken in (damaged, bytes(locked)):
        with pytest.raises(SheetRefused, match="打不开"):
            read_sheet(broken, COLUMNS)
    far = io.BytesIO()
    with zipfile.ZipFile(far, "w") as package:
        for name in whole.namelist():
            text = whole.read(name)
            if name == sheet.filename:
                text = text.replace(b'"2"', b'"2000000000"').replace(b'"A2"', b'"A2000000000"')
                text = text.replace(b'"B2"', b'"B2000000000"')
            package.writestr(name, text)
    with pytest.raises(SheetRefused, match="行以后的行"):
        read_sheet(far.getvalue(), COLUMNS)


def test_more_lines_than_one_looks_through_are_refused(monkeypatch):
    monkeypatch.setattr(sheetrows, "MOST_ROWS", 2)
    with pytest.raises(SheetRefused, match="超过 2 行"):
        read_sheet(book(("代码", "名称"), *(("A", "甲"),) * 3), COLUMNS)


def test_the_empty_sheet_has_the_headings_that_are_read():
    with pytest.raises(SheetRefused, match="一行也没有"):
        read_sheet(blank_sheet(COLUMNS), COLUMNS)
