"""The title, what stands above it, and the recipients below it (2012 regulation art. 9(7), (8))."""

import re
from pathlib import PurePosixPath

from circulars.bodytext import clean_line
from circulars.docxin.reading import Line
from circulars.docxin.sheet import BODY_NAME, Sheet
from circulars.layouts import DocumentType

_WORDS = {label: kind for kind in DocumentType for label in kind.label.replace("（令）", "、令").split("、")}
_ENDS_WITH_TYPE = re.compile(rf"({'|'.join(_WORDS)})(》|（[^（）]{{1,12}}）)*$")
_HEAD = re.compile(
    r"^(.{2,60}文件|签发人[：:].{0,40}|特急|加急|平急|\S{1,12}[〔\[（(]\s*20\d\d\s*[〕\]）)]\s*(?:[\d×xX]+\s*)?号)(\s+签发人[：:].{0,40})?$"
)
_RECIPIENTS = re.compile(
    r"^[^。；！？]{2,300}(政府|委员会|委|局|办公室|办|厅|部|处|室|中心|公司|单位|机构|部门|企业|银行|学校|院|站|县|区|市|镇|乡|会|团|署|同志|"
    r"县（市、区）|（[^（）]+）)[：:]$"
)
_NO_RECIPIENTS = re.compile(r"如下|以下|下列|通知|请示|报告|说明|事项|要求|附件|规定|意见|抄送|电话|联系|时间|地点")


def take_title(sheet: Sheet, name: str) -> None:
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


def _drop_head(sheet: Sheet, start: int, end: int) -> None:
    above = sheet.items[:start]
    head = [item.text for item in above if isinstance(item, Line) and _is_head(item)]
    if head:
        sheet.notes.append(f"标题上方的“{'”“'.join(head)}”没有带入：发文机关标志、文号、签发人、紧急程度在稿纸上填写。")
    sheet.items = [item for item in above if not (isinstance(item, Line) and item.text in head)] + sheet.items[end:]


def _is_head(line: Line) -> bool:
    return bool(_HEAD.match(line.text)) or (line.is_centred and bool(BODY_NAME.search(line.text)))


def take_recipients(sheet: Sheet) -> None:
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


def type_in(title: str) -> DocumentType | None:
    """The type of document in which the title ends."""
    found = _ENDS_WITH_TYPE.search(title)
    return _WORDS[found[1]] if found else None
