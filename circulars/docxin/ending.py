"""The end of a draft: signature and date, and what stands below them (2012 regulation art. 9(11) to (17))."""

import re

from circulars.bodytext import clean_line
from circulars.docxin.reading import Line
from circulars.docxin.sheet import BODY_NAME, Item, Sheet, TypedAttachment, text_of
from cms.quotes import cited

_DATE = re.compile(
    r"^(\d{4}|20\S{1,2}|[〇○零一二三四五六七八九]{4})\s*年\s*"
    r"(?:(\d{1,2}|[一二三四五六七八九十]{1,2}|[×xX]{1,2})\s*)?月\s*(?:(\d{1,2}|[一二三四五六七八九十]{1,3}|[×xX]{1,2})\s*)?日$"
)
_SIGNATURE = re.compile(r"^[^。；：，,;:！？|]{4,40}$")
_ANNOTATION = re.compile(r"^（[^（）]{2,100}）$")
_CC = re.compile(r"^抄\s*送[：:]\s*(.+)$")
_PRINTED = re.compile(r"^.{2,40}\s*\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日\s*印发$")
_ATTACHMENT = re.compile(
    r"^附\s*件\s*(?:(?:(?:\d{1,2}|[一二三四五六七八九十]{1,2})\s*)?[：:]\s*(?P<named>.{0,80})"
    r"|(?:\d{1,2}|[一二三四五六七八九十]{1,2})(?:\s+(?P<after>.{1,80}))?|)$"
)
_NOTE = re.compile(r"^附件[：:]\s*\S+")


def take_end(sheet: Sheet) -> None:
    """From the last date on its own line: the signature above it; annotation, 抄送 and attachments below."""
    dates = [place for place, item in enumerate(sheet.items) if isinstance(item, Line) and _DATE.match(item.text)]
    place = next((at for at in dates if _is_end(sheet.items, at)), None)
    if place is None:
        if any(isinstance(item, Line) and _ATTACHMENT.match(item.text) for item in sheet.items):
            sheet.notes.append("没有认出署名和成文日期，附件说明和附件留在正文里，请移到“附件”栏。")
        return
    date, after = sheet.items[place], sheet.items[place + 1 :]
    assert isinstance(date, Line)
    sheet.notes.append(f"成文日期{cited(date.text)}没有带入：留空时以签发日期为准，需要时请填写。")
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
    return fits and (line.is_right or bool(BODY_NAME.search(bare)))


def _take_below(sheet: Sheet, after: list[Item]) -> None:
    left: list[Item] = []
    place = 0
    while place < len(after):
        item = after[place]
        lines = [item.text] if isinstance(item, Line) else ["".join(row).strip() for row in item.cells]
        if isinstance(item, Line) and _ATTACHMENT.match(item.text):
            place = _take_attachments(sheet, after, place)
            continue
        place += 1
        if isinstance(item, Line) and _ANNOTATION.match(item.text) and not sheet.annotation:
            sheet.annotation = item.text.strip("（）")
        elif all(not line or _CC.match(line) or _PRINTED.match(line) for line in lines):
            _take_imprint(sheet, lines)
        else:
            left.append(item)
    if left:
        sheet.items += left
        sheet.notes.append("成文日期以下还有文字，放在正文末尾，请核对。")


def _take_imprint(sheet: Sheet, lines: list[str]) -> None:
    for line in lines:
        if found := _CC.match(line):
            sheet.cc_text = found[1].strip()
            sheet.notes.append("抄送机关的文字已带入；请另外勾选抄送单位，没有勾选的单位收不到。")
        elif line:
            sheet.notes.append(f"版记{cited(line)}没有带入，印发机关和日期由系统排出。")


def _take_attachments(sheet: Sheet, items: list[Item], start: int) -> int:
    """Each attachment typed after the signature, from its 附件 line to the next; returns where the imprint below the last begins."""
    end = start
    while end < len(items) and not _is_imprint(items[end]):
        end += 1
    parts: list[list[Item]] = []
    for item in items[start:end]:
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
        sheet.attachments.append(TypedAttachment(clean_line(title)[:150] or f"附件{number}", text_of(content)))
    return end


def _is_imprint(item: Item) -> bool:
    return isinstance(item, Line) and bool(_CC.match(item.text) or _PRINTED.match(item.text))


def _attachment_title(content: list[Item]) -> str:
    """The first line, with the centred ones that go on with it; taken off the content."""
    title = ""
    while content and isinstance(first := content[0], Line) and (not title or (first.is_centred and len(title) < 60)):
        title += first.text
        content.pop(0)
        if not first.is_centred:
            break
    return title
