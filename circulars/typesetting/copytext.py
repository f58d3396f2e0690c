"""The copy that goes to the press: a paper's elements as plain data for the template, and as passages whose characters are looked up.

User text travels as JSON strings only. Nothing that nobody sees gets through, and a character without any shape is set as 〓.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from circulars.bodytext import Paragraph, Table
from circulars.layouts import Layout
from circulars.paper import Paper, PaperAttachment
from circulars.typesetting.coverage import Passage, printable
from circulars.typesetting.fonts import FontSet, Role
from circulars.typesetting.titlelines import title_lines

LINES = 22  # on a page, 28 characters each (GB/T 9704-2012, 5.2.3)
PENDING_NUMBER = "（登记后编号）"
PENDING_DATE = "××××年×月×日"  # in the place that the date will have
_ATTENDANCE = re.compile(r"^(?P<label>(?:出席|请假|列席|缺席)(?:人员)?：)(?P<text>.+)$", re.DOTALL)
_FIRST_ARTICLE = re.compile(r"^第[一1]条")
# Widest columns up to which a table is set in this size, in points; 28 characters a line in the first.
_TABLE_SIZES = ((5, 14), (8, 12), (12, 10.5), (18, 8), (30, 6))
_SMALLEST = 4.5
# Our reading of 横排表格 (GB/T 9704-2012, 8): a table of an attachment that upright would be set smaller than 五号 is turned.
_WIDEST_UPRIGHT = 12
_MOST_TURNED = 6_000  # cells; every row of a turned table is measured, and more would keep others waiting
_TURNED_SIZES = ((17, 10.5), (26, 8), (43, 6))
_WIDEST, _NARROWEST = 24, 2


@dataclass(frozen=True)
class SealOf:
    """The seal of one issuing body: its true size in mm, and by how much its unit sets it off its place (right and down)."""

    issuer: str
    diameter: float = 42.0
    dx: float = 0.0
    dy: float = 0.0


@dataclass(frozen=True)
class Setting:
    """How the pages are made up: lines on a page, and whether the recipients stand in the imprint (7.3.2) for want of room on page 1."""

    lines: int = LINES
    recipients_in_imprint: bool = False
    show_spots: bool = False
    is_stamped: bool = False  # the signer's name is left out: a stamp will bear it


@dataclass
class Copy:
    """Collects the passages while the data are laid out."""

    fonts: FontSet
    passages: list[Passage] = field(default_factory=list)

    def set(self, text: str, where: str, role: Role = Role.FANG) -> str:
        """The text as it is printed; what it says is noted for the look at the characters."""
        seen = visible(text)
        if seen:
            self.passages.append(Passage(where, role, seen))
        return printable(seen, role, self.fonts)


def visible(text: str) -> str:
    """The text without control, format and direction marks; line breaks stay."""
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Cn"})


def as_data(
    paper: Paper, fonts: FontSet, seals: Iterable[SealOf], setting: Setting, copy_number: str = ""
) -> tuple[dict[str, Any], list[Passage]]:
    """The template's data, and every passage of the paper with its face."""
    copy = Copy(fonts)
    decree, regulation = _decree(paper)
    data = {
        "fonts": fonts.as_data(),
        "lines": setting.lines,
        "show_spots": setting.show_spots,
        "is_stamped": setting.is_stamped,
        "layout": paper.layout,
        "document_title": visible(paper.title),
        "upward": paper.is_upward and paper.layout == Layout.GENERAL,
        "mark": copy.set(paper.issuer_mark, "发文机关标志", Role.BIAO),
        "mark_names": [copy.set(name, "发文机关标志", Role.BIAO) for name in paper.mark_names],
        "corner": [
            {"role": role, "text": copy.set(text, where, role)}
            for role, text, where in (
                (Role.FANG, copy_number, "份号"),
                (Role.HEI, paper.urgency_label, "紧急程度"),
            )
            if text
        ],
        "number": copy.set(paper.number or PENDING_NUMBER, "发文字号"),
        "number_is_pending": not paper.number,
        "signers": [copy.set(name, "签发人", Role.KAI) for name in paper.signers],
        "title_lines": [] if regulation or paper.layout == Layout.ORDER else _title(copy, paper.title, "标题"),
        "recipients": "" if setting.recipients_in_imprint else copy.set(paper.primary_text, "主送机关"),
        "body": _blocks(copy, [b for b in decree if not _attends(paper, b)], "正文"),
        "attendance": [_attendance(copy, b.text) for b in decree if isinstance(b, Paragraph) and _attends(paper, b)],
        "notes": [copy.set(name, "附件说明") for name in paper.attachment_notes],
        "close": _close(copy, paper, list(seals)),
        "annotation": copy.set(paper.annotation, "附注"),
        "attachments": [
            *_regulation(copy, paper, regulation),
            *(
                _attachment(copy, row, is_one_of_several=len(paper.attachments) > 1)
                for row in paper.attachments
                if row.blocks
            ),
        ],
        "imprint": {
            "ruled": paper.layout != Layout.LETTER,
            "recipients": copy.set(paper.primary_text.rstrip("：:") + "。", "主送机关")
            if setting.recipients_in_imprint
            else "",
            "cc": copy.set(paper.cc_text, "抄送机关"),
            "office": copy.set(paper.printing_office, "印发机关"),
            "date": f"{paper.printing_date_text}印发" if paper.printing_date_text else "",
        },
        "watermark": copy.set(paper.watermark, "水印", Role.HEI),
        "plain": paper.is_plain,
        "copied": [copy.set(words, "水印", Role.HEI) for words in paper.copied],
    }
    return data, copy.passages


def _title(copy: Copy, title: str, where: str) -> list[str]:
    return [copy.set(line, where, Role.BIAO) for line in title_lines(visible(title))]


def _decree(paper: Paper) -> tuple[list[Paragraph | Table], list[Paragraph | Table]]:
    """The words of an order, and the regulation it puts into force, which begins with 第一条 and has pages of its own behind them."""
    blocks = list(paper.blocks)
    if paper.layout == Layout.ORDER:
        for place, block in enumerate(blocks):
            if place and isinstance(block, Paragraph) and _FIRST_ARTICLE.match(block.text):
                return blocks[:place], blocks[place:]
    return blocks, []


def _regulation(copy: Copy, paper: Paper, blocks: list[Paragraph | Table]) -> list[dict[str, Any]]:
    lines, text = _title(copy, paper.title, "标题"), _blocks(copy, blocks, "正文")
    return [{"label": "", "title_lines": lines, "blocks": text}] if blocks else []


def _attachment(copy: Copy, row: PaperAttachment, *, is_one_of_several: bool) -> dict[str, Any]:
    where = f"附件{row.number}"
    return {
        "label": where if is_one_of_several else "附件",
        "title_lines": _title(copy, row.title, where),
        "blocks": [
            block | {"turned": _turned_size(block)} if block["kind"] == "table" else block
            for block in _blocks(copy, row.blocks or (), where)
        ],
    }


def _attends(paper: Paper, block: Paragraph | Table) -> bool:
    is_minutes = paper.layout == Layout.MINUTES
    return is_minutes and isinstance(block, Paragraph) and bool(_ATTENDANCE.match(block.text))


def _attendance(copy: Copy, text: str) -> dict[str, str]:
    found = _ATTENDANCE.match(text)
    assert found is not None
    return {"label": copy.set(found["label"], "出席人员", Role.HEI), "text": copy.set(found["text"], "出席人员")}


def _blocks(copy: Copy, blocks: Iterable[Paragraph | Table], where: str) -> list[dict[str, Any]]:
    return [_table(copy, b, where) if isinstance(b, Table) else _paragraph(copy, b, where) for b in blocks]


def _paragraph(copy: Copy, block: Paragraph, where: str) -> dict[str, Any]:
    head_role = {1: Role.HEI, 2: Role.KAI}.get(block.level, Role.FANG)
    return {
        "kind": "paragraph",
        "level": block.level,
        "head": copy.set(block.head, where, head_role),
        "text": copy.set(block.text, where),
    }


def _table(copy: Copy, block: Table, where: str) -> dict[str, Any]:
    in_table = f"{where}的表格"

    def laid(cells: tuple[str, ...], role: Role) -> list[str]:
        return [copy.set(cell, in_table, role) for cell in cells] + [""] * (block.width - len(cells))

    longest = [max((len(row[at]) for row in block.rows if at < len(row)), default=0) for at in range(block.width)]
    return {
        "kind": "table",
        "size": next((size for most, size in _TABLE_SIZES if block.width <= most), _SMALLEST),
        "turned": 0,
        "widths": [min(max(length, _NARROWEST), _WIDEST) + 1 for length in longest],
        "head": laid(block.rows[0], Role.HEI),
        "rows": [laid(cells, Role.FANG) for cells in block.rows[1:]],
    }


def _turned_size(table: dict[str, Any]) -> float:
    """The size, in points, of a table that lies on its side; 0 for one that stands."""
    columns = len(table["widths"])
    if columns <= _WIDEST_UPRIGHT or columns * len(table["rows"]) > _MOST_TURNED:
        return 0
    return next((size for most, size in _TURNED_SIZES if columns <= most), _SMALLEST)


def _close(copy: Copy, paper: Paper, seals: list[SealOf]) -> dict[str, Any]:
    names = [copy.set(name, "发文机关署名") for name in paper.signatures]
    pending = PENDING_DATE if names and not paper.number else ""
    close: dict[str, Any] = {"kind": "none", "names": names, "date": paper.written_date_text or pending}
    asked = seals_asked(paper)
    if asked and paper.layout == Layout.ORDER:
        people = [_stamp(copy, text, code) for text, (code, _) in zip(paper.signatures, asked, strict=True)]
        return close | {"kind": "stamped", "people": people}
    if asked:
        known = {seal.issuer: seal for seal in seals}
        places = [known.get(code, SealOf(code)) for code, _ in asked]
        return close | {"kind": "sealed", "seals": [vars(place) for place in places]}
    if names:
        return close | {"kind": "plain"}
    return close | {"kind": "dated"} if paper.written_date_text else close


def seals_asked(paper: Paper) -> list[tuple[str, str]]:
    """Whose seal or stamp stands at each signature, in their order: code of the body and ``seal`` or ``signature`` (of an order).

    The last body's where there are more signatures than bodies; empty for what bears neither. Known without setting the paper in type.
    """
    if paper.is_plain or (paper.layout != Layout.ORDER and not paper.is_sealed):
        return []
    kind, codes = "signature" if paper.layout == Layout.ORDER else "seal", paper.issuers or ("",)
    return [(codes[min(place, len(codes) - 1)], kind) for place in range(len(paper.signatures))]


def _stamp(copy: Copy, signature: str, code: str) -> dict[str, str]:
    """市长 某某某: the office, then the name, which is set in 楷体 where the stamp goes."""
    *office, name = signature.split()
    return {
        "office": copy.set(" ".join(office), "签发人职务"),
        "name": copy.set(name, "签发人姓名", Role.KAI),
        "issuer": code,
    }
