"""The paragraphs and tables of a .docx in order, as lines with their numbers, and a count of all that plain text cannot hold."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from circulars.bodytext import LONGEST, MOST_CELLS, MOST_COLUMNS, clean_line
from circulars.docxin.numbers import Numbers, with_typed_number
from circulars.docxin.package import NotImportable, Package, W
from circulars.docxin.styles import Styles, is_on, value_of, whole

_TRANSPARENT = {"hyperlink", "ins", "moveTo", "smartTag", "customXml", "sdtContent", "fldSimple", "dir", "bdo",
                "rubyBase", "Choice", "r"}  # fmt: skip
_LOST = {
    "del": "修订删除的文字（已去掉）",
    "moveFrom": "修订移走的文字（已去掉）",
    "drawing": "图片",
    "pict": "图片",
    "object": "嵌入对象",
    "altChunk": "嵌入文档",
    "oMath": "公式",
    "oMathPara": "公式",
    "footnoteReference": "脚注",
    "endnoteReference": "尾注",
    "commentReference": "批注",
    "sym": "特殊符号",
}
_SEEN = {"noBreakHyphen": "-", "tab": " ", "ptab": " ", "br": "\n", "cr": "\n"}
_CATALOGUE = "Table of Contents"


@dataclass(frozen=True)
class Line:
    """One paragraph as a line; ``number`` is part of ``text`` when the list drew one."""

    text: str
    is_numbered: bool = False
    is_centred: bool = False
    is_right: bool = False
    is_title: bool = False


@dataclass(frozen=True)
class Rows:
    """A table, every row with the same number of cells."""

    cells: tuple[tuple[str, ...], ...]

    def lines(self) -> list[str]:
        return [f"|{'|'.join(row)}|" for row in self.cells]


class Reading:
    """One pass through a document; ``items`` are its lines and tables, ``lost`` counts what has no place in them."""

    def __init__(self, package: Package):
        self.lost: Counter[str] = Counter()
        self._styles = Styles(package.styles)
        self._numbers = Numbers(package.numbering, self._styles.numbering_styles)
        self._length = self._many = 0
        # The text of a paragraph whose end mark was deleted, waiting for the next one.
        self._joined = ""
        body = package.document.find(f"{W}body")
        self.items: list[Line | Rows] = list(self._blocks(body)) if body is not None else []
        for section in package.document.iter(f"{W}sectPr"):
            self.lost["页眉页脚"] += len(
                section.findall(f"{W}headerReference") + section.findall(f"{W}footerReference")
            )

    def _blocks(self, parent: Element) -> Iterator[Line | Rows]:
        for element in parent:
            name = _name(element)
            if name == "p":
                yield from self._paragraph(element)
            elif name == "tbl":
                yield from self._table(element)
            elif name == "sdt" and _is_catalogue(element):
                self.lost["目录"] += 1
            elif name in _LOST:
                self.lost[_LOST[name]] += 1
            elif name in _TRANSPARENT or name == "sdt":
                yield from self._blocks(element)

    def _paragraph(self, paragraph: Element) -> Iterator[Line]:
        text = self._joined + "".join(self._words(paragraph))
        self._joined = ""
        self._grow(len(text) + 1)
        own = paragraph.find(f"{W}pPr")
        if own is not None and own.find(f"{W}rPr/{W}del") is not None:
            self._joined = text
            return
        number = self._number(own)
        self._grow(len(number) + 1)
        look = self._styles.look(own)
        lines = [kept for line in text.split("\n") if (kept := clean_line(line).strip("\u3000"))]
        for position, line in enumerate(lines):
            drawn = number if position == 0 else ""
            yield Line(
                text=f"{drawn}{_gap(drawn, line)}{line}" if drawn else with_typed_number(line),
                is_numbered=bool(drawn),
                is_centred=look.align == "center",
                is_right=look.align in {"right", "end"},
                is_title=look.is_title,
            )

    def _grow(self, characters: int) -> None:
        """So many more characters stand in the draft, drawn numbers and the bars of tables among them."""
        self._length += characters
        if self._length > LONGEST:
            raise NotImportable(f"文稿超过 {LONGEST // 10_000} 万字，不能导入。请分成几份，或作为附件上传。")

    def _number(self, own: Element | None) -> str:
        num, place = self._styles.list_of(own, self._numbers)
        if not num:
            return ""
        number, is_bullet = self._numbers.next(num, place)
        self.lost["项目符号"] += is_bullet
        return number

    def _words(self, parent: Element) -> Iterator[str]:
        for element in parent:
            name = _name(element)
            if name == "t" and element.text:
                yield re.sub(r"\s", " ", element.text)
            elif name == "br" and element.get(f"{W}type") in {"page", "column"}:
                continue
            elif name in _SEEN:
                yield _SEEN[name]
            elif name == "AlternateContent":
                yield from self._alternative(element)
            elif name in _LOST:
                self._lose(element, name)
            elif name == "r" and is_on(element.find(f"{W}rPr"), "vanish"):
                self.lost["隐藏文字（没有带入）"] += 1
            elif name == "sdt":
                yield from (word for content in element.iterfind(f"{W}sdtContent") for word in self._words(content))
            elif name == "ruby":
                yield from (word for base in element.iterfind(f"{W}rubyBase") for word in self._words(base))
            elif name in _TRANSPARENT:
                self.lost["修订插入的文字（已采用）"] += name == "ins"
                self.lost["链接（文字保留）"] += name == "hyperlink" and element.get(f"{W}anchor") is None
                yield from self._words(element)

    def _alternative(self, element: Element) -> Iterator[str]:
        """One of the ways in which the same thing is told: the first, or the one for older programs."""
        for way in element:
            yield from self._words(way)
            return

    def _lose(self, element: Element, name: str) -> None:
        is_box = any(_name(inner) == "txbxContent" for inner in element.iter())
        self.lost["文本框" if is_box and name in {"drawing", "pict"} else _LOST[name]] += 1

    def _table(self, table: Element) -> Iterator[Line | Rows]:
        grid = [row for row in _rows(table) if not self._is_deleted(row)]
        cells = [list(_cells(row)) for row in grid]
        if len(cells) == 1 and len(cells[0]) == 1:
            yield from self._blocks(cells[0][0])
            return
        columns = [[_skipped(row), *map(_span, members)] for row, members in zip(grid, cells, strict=True)]
        if max(map(sum, columns), default=0) > MOST_COLUMNS:
            # Cells with edges of their own make columns by the dozen: they are closed up.
            columns = [[0, *(1 for _ in members)] for members in cells]
            self.lost["列数太多的表格（单元格已靠拢）"] += 1
        width = self._width(columns)
        rows, merged = [], 0
        for (skipped, *spans), members in zip(columns, cells, strict=True):
            line = [""] * skipped
            for span, cell in zip(spans, members, strict=True):
                own = cell.find(f"{W}tcPr")
                down = own.find(f"{W}vMerge") if own is not None else None
                continues = down is not None and down.get(f"{W}val", "continue") != "restart"
                merged += span > 1 or (down is not None and not continues)
                text = self._cell(cell)
                line += ["" if continues else text, *[""] * (span - 1)]
            rows.append(line)
        self.lost["合并单元格（已拆开，文字放在第一格）"] += merged
        filled = tuple(tuple(row + [""] * (width - len(row))) for row in rows if any(row) or width > 1)
        if filled:
            yield Rows(filled)

    def _width(self, columns: list[list[int]]) -> int:
        """That of the widest row, to which the others are filled up; counted before a cell is read."""
        width = max(map(sum, columns), default=0)
        if width > MOST_COLUMNS:
            raise NotImportable(
                f"文稿里有超过 {MOST_COLUMNS} 列的表格，不能导入。请把表格另存为表格文件，作为附件上传。"
            )
        self._many += width * len(columns)
        if self._many > MOST_CELLS:
            raise NotImportable(
                f"文稿里的表格超过 {MOST_CELLS // 10_000} 万格，不能导入。请把表格另存为表格文件，作为附件上传。"
            )
        self._grow((width + 2) * len(columns))
        return width

    def _cell(self, cell: Element) -> str:
        told = []
        for item in self._blocks(cell):
            if isinstance(item, Rows):
                self.lost["表格中的表格（已并成文字）"] += 1
                told += ["，".join(filter(None, row)) for row in item.cells]
            else:
                told.append(item.text)
        return " ".join(told).replace("|", "｜")

    def _is_deleted(self, row: Element) -> bool:
        deleted = row.find(f"{W}trPr/{W}del") is not None
        self.lost["修订删除的表格行（已去掉）"] += deleted
        return deleted


def _name(element: Element) -> str:
    """The element's name without its namespace; comments and instructions have none."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _rows(table: Element) -> Iterator[Element]:
    for element in table:
        if _name(element) == "tr":
            yield element
        elif _name(element) in _TRANSPARENT or _name(element) == "sdt":
            yield from _rows(element)


def _cells(row: Element) -> Iterator[Element]:
    for element in row:
        if _name(element) == "tc":
            yield element
        elif _name(element) in _TRANSPARENT or _name(element) == "sdt":
            yield from _cells(element)


def _skipped(row: Element) -> int:
    return max(0, whole(value_of(row.find(f"{W}trPr"), "gridBefore")))


def _span(cell: Element) -> int:
    """Over how many columns the cell reaches."""
    return max(1, whole(value_of(cell.find(f"{W}tcPr"), "gridSpan")))


def _is_catalogue(sdt: Element) -> bool:
    gallery = sdt.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    return gallery is not None and gallery.get(f"{W}val") == _CATALOGUE


def _gap(number: str, text: str) -> str:
    """What keeps a number and its text apart: nothing after 、 or a bracket, a space where they would run together."""
    runs_on = unicodedata.category(number[-1:] or " ") in {"Nd", "Lo", "Lu", "Ll"} or (
        number.endswith(".") and text[:1].isdigit()
    )
    return " " if runs_on else ""
