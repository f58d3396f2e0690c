"""What makes a mark of secrecy of a line: the level with a star, a period, a label, brackets, 启用前, or alone (Article 5)."""

import re
from enum import StrEnum


class Kind(StrEnum):
    """What betrayed the mark, in the words shown to a reviewer."""

    STAR = "密级加星号"
    PERIOD = "密级和保密期限"
    LABEL = "“密级”栏"
    UNTIL_USE = "启用前"
    BRACKETED = "加括号的密级"
    ALONE = "单独成行的密级"
    PURGED = "已作涉密处置的文件"


LEVEL = "(?:绝密|机密|秘密)"
# What stands before the word when it speaks of secrets rather than being a mark.
SPOKEN = "".join(
    f"(?<!{word})" for word in ("国家", "商业", "工作", "军事", "技术", "个人", "警务", "审判", "保守", "泄露")
)
_NUMERAL = "[一二三四五六七八九十百〇零]"
PERIOD = rf"(?:长期|永久|(?:\d+|{_NUMERAL}+)(?:年|个?月|日|天)|启用前|公布前|公开前)"
_BETWEEN = r"[·.\-—~_、,:]?"
_TICKED = "[☑√■✔✓☒▣●]"
_PLEA = r"(?:文件|资料|材料|件|级)?(?:[·,;!。]?(?:不得|严禁|禁止|请勿|请|注意|妥善|阅后|限)[^,;。]{0,14}[。!]?)?"
_LABEL = r"(?:密级|密别|保密级别|保密等级|涉密等级|秘密等级|定密)"

# Two runs that may hold the same character never stand side by side: a line made of it would be tried in every way of parting it.
PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (Kind.UNTIL_USE, re.compile(rf"{LEVEL}级?[★*·.\-—、,(]*启用前")),
    (Kind.STAR, re.compile(rf"{LEVEL}级?[★*]+{PERIOD}")),
    (Kind.STAR, re.compile(rf"{SPOKEN}{LEVEL}级?★")),
    (Kind.STAR, re.compile(rf"^\W*\d*{LEVEL}级?\*+$")),
    (Kind.PERIOD, re.compile(rf"^\W*(?:\d{{1,9}})?{LEVEL}级?{_BETWEEN}[(\[【〔]?{PERIOD}\W*$")),
    (Kind.LABEL, re.compile(rf"{_LABEL}(?:和保密期限)?[:=][^\w□☐○]*{LEVEL}(?!级?[、,/和或及与])")),
    (Kind.LABEL, re.compile(rf"^\W*(?:文件)?{_LABEL}{LEVEL}级?{PERIOD}?\W*$")),
    (Kind.LABEL, re.compile(rf"{_LABEL}.{{0,24}}(?:{_TICKED}{LEVEL}|{LEVEL}级?{_TICKED})")),
    (Kind.BRACKETED, re.compile(rf"^[\[(【〔《<「{{]{LEVEL}(?:级|文件|件)?[\])】〕》>」}}]")),
    (Kind.BRACKETED, re.compile(rf"^.{{0,80}}[\[(【〔「]{LEVEL}(?:文件|件)?[\])】〕」]$")),
    (Kind.ALONE, re.compile(rf"^[\W_]*(?:\d{{1,9}}[\W_]*)?{LEVEL}{_PLEA}[\W_]*$")),
)
