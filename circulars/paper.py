"""A circular as the eye meets it: the snapshot's elements in the words of the paper, for templates (GB/T 9704-2012)."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from circulars.bodytext import Paragraph, Table, blocks
from circulars.deadlines import Urgency
from circulars.layouts import Direction, Layout

# A line of a title may end here (GB/T 9704-2012, 7.3.1: 词意完整).
_BREAKS = re.compile(r"(?<=[^\n])(?=关于|《)|(?<=[、，；])|(?<=》)(?![的、，；》])")

_LINE = 20  # characters of the title's size on a line of 156 mm


@dataclass(frozen=True)
class PaperAttachment:
    """A typed attachment that is printed with the paper; one that is a file has no blocks."""

    number: int
    title: str
    blocks: tuple[Paragraph | Table, ...] | None


@dataclass(frozen=True)
class Paper:
    """Everything printed on the pages, ready to be set out; dates are in Chinese form."""

    layout: str
    is_upward: bool
    issuer_mark: str
    mark_names: tuple[str, ...]
    number: str
    urgency_label: str
    signers: tuple[str, ...]
    title: str
    primary_text: str
    blocks: tuple[Paragraph | Table, ...]
    attachment_notes: tuple[str, ...]
    signatures: tuple[str, ...]
    written_date_text: str
    annotation: str
    cc_text: str
    printing_office: str
    printing_date_text: str
    attachments: tuple[PaperAttachment, ...]
    watermark: str = ""
    issuers: tuple[str, ...] = ()
    is_sealed: bool = False
    # Without red head and seal, and what stands across every page instead: the copy of a unit that has no original left.
    is_plain: bool = False
    copied: tuple[str, ...] = ()

    @property
    def title_phrases(self) -> list[str]:
        """What of the title should stay together on a line."""
        return phrases(self.title)


def phrases(title: str) -> list[str]:
    """The title cut where a line may end by its meaning: before 关于 and 《, behind an inner mark; whole when a piece is no line by itself."""
    pieces = _BREAKS.sub("\n", title).split("\n")
    return pieces if max(map(len, pieces)) <= _LINE else [title]


def paper_of(
    snapshot: dict[str, Any],
    *,
    number: str,
    written_date: date | None = None,
    printing_date: date | None = None,
    watermark: str = "",
) -> Paper:
    """The paper that this snapshot says; dates fixed at registration are given from outside."""
    attachments = tuple(
        PaperAttachment(position, row["title"], tuple(blocks(row["text"])) if row["text"] else None)
        for position, row in enumerate(snapshot["attachments"], 1)
    )
    has_imprint = snapshot["layout"] != Layout.LETTER
    return Paper(
        layout=snapshot["layout"] or Layout.GENERAL,
        is_upward=snapshot["direction"] == Direction.UPWARD,
        issuer_mark=snapshot["issuer_mark"],
        mark_names=_mark_names(snapshot),
        number=number,
        urgency_label="" if snapshot["urgency"] == Urgency.NORMAL else Urgency(snapshot["urgency"]).label,
        signers=tuple(snapshot["signers"]) if snapshot["direction"] == Direction.UPWARD else (),
        title=snapshot["title"],
        primary_text=snapshot["primary"]["text"],
        blocks=tuple(blocks(snapshot["body"])),
        attachment_notes=tuple(row["title"] for row in snapshot["attachments"]),
        signatures=tuple(snapshot["signatures"]),
        written_date_text=chinese_date(written_date or _date(snapshot["written_date"])),
        annotation=snapshot["annotation"],
        cc_text=snapshot["cc"]["text"],
        printing_office=snapshot["printing_office"] if has_imprint else "",
        printing_date_text=chinese_date(printing_date or _date(snapshot["printing_date"])) if has_imprint else "",
        attachments=attachments,
        watermark=watermark,
        issuers=tuple(snapshot["issuers"]),
        is_sealed=snapshot["sealed"],
    )


def _mark_names(snapshot: dict[str, Any]) -> tuple[str, ...]:
    """The bodies stacked beside 文件 in the mark of a joint circular; none where the mark is one line."""
    is_joint = len(snapshot["issuers"]) > 1 and snapshot["issuer_mark"].endswith("文件")
    return tuple(snapshot["issuer_names"]) if is_joint else ()


def chinese_date(day: date | None) -> str:
    """2026年2月5日, without leading zeros; nothing for no date."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
