"""Title, recipients, signature, notes and attachments told apart from the body, by their place and their words (2012 regulation art. 9).

What is not certain stays in the body, where the drafter sees it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from circulars.bodytext import clean_line
from circulars.docxin.reading import Line, Rows
from circulars.layouts import TRAITS, Direction, DocumentType

Item = Line | Rows

_WORDS = {label: kind for kind in DocumentType for label in kind.label.replace("（令）", "、令").split("、")}
_ENDS_WITH_TYPE = re.compile(rf"({'|'.join(_WORDS)})(》|（[^（）]{{1,12}}）)*$")
_HEAD = re.compile(
    r"^(.{2,60}文件|签发人[：:].{0,40}|特急|加急|平急|\S{1,12}[〔\[（(]\s*20\d\d\s*[〕\]）)]\s*[\d×xX]*\s*号)(\s+签发人[：:].{0,40})?$"
)
_RECIPIENTS = re.compile(
    r"^[^。；！？]{2,300}(政府|委员会|委|局|办公室|办|厅|部|处|室|中心|公司|单位|机构|部门|企业|银行|学校|院|站|县|区|市|镇|乡|会|团|署|同志|"
    r"县（市、区）|（[^（）]+）)[：:]$"
)
_NO_RECIPIENTS = re.compile(r"如下|以下|下列|通知|请示|报告|说明|事项|要求|附件|规定|意见|抄送|电话|联系|时间|地点")
_DATE = re.compile(
    r"^(\d{4}|20\S{1,2}|[〇○零一二三四五六七八九]{4})\s*年\s*(\d{1,2}|[一二三四五六七八九十]{1,2}|[×xX]{1,2})?\s*月\s*(\d{1,2}|[一二三四五六七八九十]{1,3}|[×xX]{1,2})?\s*日$"
)
_SIGNATURE = re.compile(r"^[^。；：，,;:！？|]{4,40}$")
_BODY_NAME = re.compile(r"(政府|委员会|委|局|办公室|厅|部|处|中心|公司|院|会|署|党组|集团|支队|学校)$")
_ANNOTATION = re.compile(r"^（[^（）]{2,100}）$")
_CC = re.compile(r"^抄\s*送[：:]\s*(.+)$")
_PRINTED = re.compile(r"^.{2,40}\s*\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日\s*印发$")
_ATTACHMENT = re.compile(
    r"^附\s*件\s*(?:(?:\d{1,2}|[一二三四五六七八九十]{1,2})?\s*[：:]\s*(?P<named>.{0,80})"
    r"|(?:\d{1,2}|[一二三四五六七八九十]{1,2})(?:\s+(?P<after>.{1,80}))?|)$"
)
_NOTE = re.compile(r"^附件[：:]\s*\S+")


@dataclass(frozen=True)
class TypedAttachment:
    title: str
    text: str


@dataclass(frozen=True)
class Imported:
    """What a file holds of a draft; ``losses`` names what it held beyond that, ``notes`` what the drafter has still to look at."""

    title: str
    document_type: DocumentType | None
    direction: Direction | None
    primary_text: str
    body: str
    signatures: str
    annotation: str
    cc_text: str
    attachments: tuple[TypedAttachment, ...]
    losses: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass
class _Sheet:
    """The items not told apart yet, and what has been told of them."""

    items: list[Item]
    title: str = ""
    primary_text: str = ""
    signatures: str = ""
    annotation: str = ""
    cc_text: str = ""
    attachments: list[TypedAttachment] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def tell_apart(items: Sequence[Item], name: str, losses: Sequence[str]) -> Imported:
    """The elements of the draft; ``name`` is that of the file, for a draft without a title."""
    sheet = _Sheet(list(items))
    _take_title(sheet, name)
    _take_recipients(sheet)
    _take_end(sheet)
    kind = _kind(sheet.title)
    directions = TRAITS[kind].directions if kind else frozenset()
    return Imported(
        title=sheet.title,
        document_type=kind,
        direction=next((each for each in Direction if each in directions), None),
        primary_text=sheet.primary_text,
        body=_text(sheet.items),
        signatures=sheet.signatures,
        annotation=sheet.annotation,
        cc_text=sheet.cc_text,
        attachments=tuple(sheet.attachments),
        losses=tuple(losses),
        notes=tuple(sheet.notes),
    )


def _take_title(sheet: _Sheet, name: str) -> None:
    """The first centred or titled lines that end in a type of document; what stands above them is the red head."""
    for start, item in enumerate(sheet.items[:20]):
        if not isinstance(item, Line) or not (item.is_centred or item.is_title or start == 0):
            continue
        if _HEAD.match(item.text):
            continue
        most = 4 if item.is_centred or item.is_title else 1
        for end in range(start + 1, min(start + most, len(sheet.items)) + 1):
            lines = sheet.items[start:end]
            if not all(isinstance(line, Line) and _belongs(line, item) for line in lines):
                break
            joined = "".join(line.text for line in lines if isinstance(line, Line))
            if _ENDS_WITH_TYPE.search(joined) and len(joined) <= 200:
                sheet.title = joined
                _drop_head(sheet, start, end)
                return
    sheet.title = clean_line(PurePosixPath(name.replace("\\", "/")).stem)[:200] or "导入的文稿"
    sheet.notes.append("没有认出标题，暂用文件名，请改成“发文机关＋事由＋文种”。")


def _belongs(line: Line, first: Line) -> bool:
    alike = (line.is_centred, line.is_title) == (first.is_centred, first.is_title)
    return alike and not line.is_numbered and not _HEAD.match(line.text)


def _drop_head(sheet: _Sheet, start: int, end: int) -> None:
    above = sheet.items[:start]
    head = [item.text for item in above if isinstance(item, Line) and _is_head(item)]
    if head:
        sheet.notes.append(f"标题上方的“{'”“'.join(head)}”没有带入：发文机关标志、文号、签发人、紧急程度在稿纸上填写。")
    sheet.items = [item for item in above if not (isinstance(item, Line) and item.text in head)] + sheet.items[end:]


def _is_head(line: Line) -> bool:
    return bool(_HEAD.match(line.text)) or (line.is_centred and bool(_BODY_NAME.search(line.text)))


def _take_recipients(sheet: _Sheet) -> None:
    first = sheet.items[0] if sheet.items else None
    if (
        isinstance(first, Line)
        and not first.is_numbered
        and _RECIPIENTS.match(first.text)
        and not _NO_RECIPIENTS.search(first.text)
    ):
        sheet.primary_text = first.text[:-1] + "："
        sheet.items = sheet.items[1:]
        sheet.notes.append("主送机关的文字已带入；请另外勾选主送单位，没有勾选的单位收不到。")


def _take_end(sheet: _Sheet) -> None:
    """From the last date on its own line: the signature above it; annotation, 抄送 and attachments below."""
    dates = [place for place, item in enumerate(sheet.items) if isinstance(item, Line) and _DATE.match(item.text)]
    place = next((at for at in dates if _is_end(sheet.items, at)), None)
    if place is None:
        if any(isinstance(item, Line) and _ATTACHMENT.match(item.text) for item in sheet.items):
            sheet.notes.append("没有认出署名和成文日期，附件说明和附件留在正文里，请移到“附件”栏。")
        return
    date, after = sheet.items[place], sheet.items[place + 1 :]
    assert isinstance(date, Line)
    sheet.notes.append(f"成文日期“{date.text}”没有带入：留空时以签发日期为准，需要时请填写。")
    above = sheet.items[:place]
    names: list[str] = []
    while above and len(names) < 10 and isinstance(above[-1], Line) and _is_signature(above[-1]):
        names.insert(0, re.sub(r"\s+", "", above.pop().text))  # type: ignore[union-attr]  # the loop knows it for a line
    sheet.signatures = "\n".join(names)
    sheet.items = above
    noted = _attachment_note(above)
    _take_below(sheet, after)
    if noted and len(noted) == len(sheet.attachments):
        sheet.items = above[: -len(noted)] + sheet.items[len(above) :]
    elif noted:
        sheet.notes.append("附件说明留在正文末尾：附件在“附件”栏上传或录入后由系统排出，请把正文里的附件说明删去。")


def _attachment_note(above: list[Item]) -> list[Item]:
    """The lines of the 附件说明 that ends the body."""
    for place, item in enumerate(above):
        if isinstance(item, Line) and _NOTE.match(item.text) and len(above) - place <= 12:
            return above[place:] if all(isinstance(line, Line) for line in above[place:]) else []
    return []


def _is_end(items: list[Item], place: int) -> bool:
    """Whether the date stands where a paper ends: flush right or under a signature."""
    date, before = items[place], items[place - 1] if place else None
    assert isinstance(date, Line)
    return date.is_right or place == len(items) - 1 or (isinstance(before, Line) and _is_signature(before))


def _is_signature(line: Line) -> bool:
    bare = re.sub(r"\s+", "", line.text)
    fits = bool(_SIGNATURE.match(bare)) and not line.is_numbered and not _ATTACHMENT.match(line.text)
    return fits and (line.is_right or bool(_BODY_NAME.search(bare)))


def _take_below(sheet: _Sheet, after: list[Item]) -> None:
    left: list[Item] = []
    while after:
        item = after.pop(0)
        lines = [item.text] if isinstance(item, Line) else ["".join(row).strip() for row in item.cells]
        if isinstance(item, Line) and _ATTACHMENT.match(item.text):
            after = _take_attachments(sheet, [item, *after])
        elif isinstance(item, Line) and _ANNOTATION.match(item.text) and not sheet.annotation:
            sheet.annotation = item.text.strip("（）")
        elif all(not line or _CC.match(line) or _PRINTED.match(line) for line in lines):
            _take_imprint(sheet, lines)
        else:
            left.append(item)
    if left:
        sheet.items += left
        sheet.notes.append("成文日期以下还有文字，放在正文末尾，请核对。")


def _take_imprint(sheet: _Sheet, lines: list[str]) -> None:
    for line in lines:
        if found := _CC.match(line):
            sheet.cc_text = found[1].strip()
            sheet.notes.append("抄送机关的文字已带入；请另外勾选抄送单位，没有勾选的单位收不到。")
        elif line:
            sheet.notes.append(f"版记“{line}”没有带入，印发机关和日期由系统排出。")


def _take_attachments(sheet: _Sheet, items: list[Item]) -> list[Item]:
    """Each attachment typed after the signature, from its 附件 line to the next; returns the imprint below the last, if there is one."""
    end = next(
        (
            at
            for at, item in enumerate(items)
            if isinstance(item, Line) and (_CC.match(item.text) or _PRINTED.match(item.text))
        ),
        len(items),
    )
    parts: list[list[Item]] = []
    for item in items[:end]:
        if isinstance(item, Line) and _ATTACHMENT.match(item.text):
            parts.append([])
        parts[-1].append(item)
    for number, part in enumerate(parts, 1):
        opening, content = part[0], part[1:]
        assert isinstance(opening, Line)
        match = _ATTACHMENT.match(opening.text)
        title = (match["named"] or match["after"] or "").strip() if match else ""
        if not title:
            title = _attachment_title(content)
        sheet.attachments.append(TypedAttachment(clean_line(title)[:150] or f"附件{number}", _text(content)))
    return items[end:]


def _attachment_title(content: list[Item]) -> str:
    """The first line, with the centred ones that go on with it; taken off the content."""
    title = ""
    while content and isinstance(first := content[0], Line) and (not title or (first.is_centred and len(title) < 60)):
        title += first.text
        content.pop(0)
        if not first.is_centred:
            break
    return title


def _text(items: Sequence[Item]) -> str:
    """The items in the form of a body; a blank line keeps two tables apart."""
    lines: list[str] = []
    for place, item in enumerate(items):
        if isinstance(item, Rows):
            if place and isinstance(items[place - 1], Rows):
                lines.append("")
            lines += item.lines()
        else:
            lines.append(item.text)
    return "\n".join(lines)


def _kind(title: str) -> DocumentType | None:
    found = _ENDS_WITH_TYPE.search(title)
    return _WORDS[found[1]] if found else None
