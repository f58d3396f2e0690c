"""What is typed into the register, as it is kept: in one line each, within bounds, without a mark of secrecy (Articles 5 and 19)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from circulars.deadlines import Urgency
from circulars.incoming.choices import Kind
from circulars.reasons import refuse_marks

MOST = 9999  # copies of one paper, or pages
LONGEST_NOTE = 300


@dataclass(frozen=True)
class Outside:
    """What is typed of a paper that came by mail or messenger, from outside this system."""

    sender: str
    title: str
    number: str = ""
    urgency: str = Urgency.NORMAL


def described(paper: Outside, *, received_at: datetime, at: datetime) -> dict[str, Any]:
    """What an entry says of a paper from outside, column → value; raises ``ValidationError`` at the field that cannot be, and ``Marked``."""
    typed = {
        "outside_sender": _line("sender", paper.sender, "来文单位", 100),
        "outside_title": _line("title", paper.title, "标题", 255),
        "outside_number": _line("number", paper.number, "来文字号", 60),
    }
    if paper.urgency not in Urgency.values:
        raise ValidationError({"urgency": "请选择紧急程度。"})
    if received_at > at:
        raise ValidationError({"received_at": "收到时间不能晚于登记时间。"})
    return {**typed, "urgency": paper.urgency, "received_at": received_at}


def counted(*, kind: str, copies: int, pages: int | None, note: str) -> dict[str, Any]:
    """What an entry says of every paper, column → value; raises as ``described`` does."""
    if kind not in Kind.values:
        raise ValidationError({"kind": "请选择办件或者阅件。"})
    if not 1 <= copies <= MOST:
        raise ValidationError({"copies": f"份数应为 1 至 {MOST}。"})
    if pages is not None and not 1 <= pages <= MOST:
        raise ValidationError({"pages": f"页数应为 1 至 {MOST}，不清楚的不填。"})
    return {"kind": kind, "copies": copies, "pages": pages, "note": _line("note", note, "备注", LONGEST_NOTE)}


def _line(field: str, text: str, label: str, longest: int) -> str:
    """One line of typed text as it is kept; only a number and a note may be empty."""
    text = " ".join(text.split())
    if not text and field in ("sender", "title"):
        raise ValidationError({field: f"请填写{label}。"})
    if len(text) > longest:
        raise ValidationError({field: f"{label}不超过 {longest} 个字。"})
    refuse_marks(text)
    return text
