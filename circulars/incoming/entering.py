"""登记: what a unit has signed for, was handed on paper, or got by mail comes into its register under the next number (Articles 13, 19 and 22).

Whoever registers has done the first review (初审): what passes is to be acted on or read; what fails goes back by the delivery's own act, and
the entry is marked with it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.roles import Right, may
from circulars.deadlines import Urgency
from circulars.deeds import Deed
from circulars.deliveries import Delivery
from circulars.incoming.book import draw
from circulars.incoming.choices import Kind, Source
from circulars.incoming.record import Incoming
from circulars.papercopies import PaperCopy
from circulars.reasons import refuse_marks
from circulars.secrecycases import refuse_blocked
from cms import ledger
from cms.lifecycles import OutOfOrder

MOST = 9999  # copies of one paper, or pages
LONGEST_NOTE = 300


class AlreadyEntered(OutOfOrder):
    """Somebody of the unit registered it first; the sentence says who, when and under which number."""

    def __init__(self, entry: Incoming):
        self.entry = entry
        at = timezone.localtime(entry.registered_at)
        super().__init__(
            f"本件已由{entry.registered_by}于{at:%Y年%-m月%-d日 %H:%M}登记为{entry.number}，不需要再登记。"
        )


@dataclass(frozen=True)
class Outside:
    """What is typed of a paper that came by mail or messenger, from outside this system."""

    sender: str
    title: str
    number: str = ""
    urgency: str = Urgency.NORMAL


@transaction.atomic
def enter(
    delivery: Delivery,
    *,
    kind: str = Kind.ACTION,
    copies: int = 1,
    pages: int | None = None,
    note: str = "",
    by: Any,
    at: datetime,
) -> Incoming:
    """The delivery stands in its unit's register under the next number; whether in time is asked of the two times.

    Raises ``PermissionDenied`` for who does not register for the unit, ``ValidationError`` for counts that cannot be and ``OutOfOrder`` for
    what was neither signed for nor handed over on paper, has gone back or is blocked; ``AlreadyEntered`` when it stands there already.
    """
    given = _checked(kind=kind, copies=copies, pages=pages, note=note)
    rows = Delivery.objects.select_related("circular__page")
    delivery = rows.select_for_update(of=("self",)).get(pk=delivery.pk)
    _refuse_stranger(by, delivery.unit_id)
    refuse_blocked(delivery.circular.page)
    standing = Incoming.objects.standing().select_related("registered_by")
    if entry := standing.filter(delivery=delivery.pk).first():
        raise AlreadyEntered(entry)
    source, received_at = _received(delivery)
    entry = _write(
        unit=delivery.unit_id,
        source=source,
        delivery=delivery,
        circular=delivery.circular,
        urgency=delivery.urgency,
        received_at=received_at,
        due_at=delivery.due_at,
        by=by,
        at=at,
        **given,
    )
    Delivery.objects.filter(pk=delivery.pk).update(registered_at=at)
    return entry


@transaction.atomic
def enter_outside(
    unit: int,
    paper: Outside,
    *,
    received_at: datetime,
    kind: str = Kind.ACTION,
    copies: int = 1,
    pages: int | None = None,
    note: str = "",
    by: Any,
    at: datetime,
) -> Incoming:
    """A paper from outside the system stands in the same register; raises as ``enter`` does.

    ``ValidationError`` also for a time to come, ``AlreadyEntered`` where the same paper, come at the same minute, stands there already.
    """
    _refuse_stranger(by, unit)
    given = _checked(kind=kind, copies=copies, pages=pages, note=note)
    typed = {
        "outside_sender": _line("sender", paper.sender, "来文单位", 100),
        "outside_title": _line("title", paper.title, "标题", 255),
        "outside_number": _line("number", paper.number, "来文字号", 60),
    }
    if paper.urgency not in Urgency.values:
        raise ValidationError({"urgency": "请选择紧急程度。"})
    if received_at > at:
        raise ValidationError({"received_at": "收到时间不能晚于现在。"})
    entry = _write(
        unit=unit, source=Source.OUTSIDE, urgency=paper.urgency, received_at=received_at, by=by, at=at, **typed, **given
    )
    standing = Incoming.objects.standing().select_related("registered_by")
    alike = standing.filter(unit=unit, source=Source.OUTSIDE, received_at=received_at, **typed).exclude(pk=entry.pk)
    if first := alike.order_by("pk").first():
        raise AlreadyEntered(first)  # now that the book is held; the number goes back with the rest
    return entry


def _write(*, unit: int, by: Any, at: datetime, **what: Any) -> Incoming:
    year, sequence = draw(unit, at)
    entry = Incoming.objects.create(
        unit_id=unit,
        year=year,
        sequence=sequence,
        registered_by=by,
        registered_at=at,
        **what,
    )
    ledger.enter(
        Deed.INCOMING_REGISTERED,
        subject=ledger.subject_of(entry),
        by=by,
        at=at,
        circular=entry.circular.uuid if entry.circular else None,
        unit=unit,
        facts={"number": entry.number, "source": entry.source, "kind": entry.kind, "received_at": entry.received_at},
    )
    return entry


def hindrance_to_entry(delivery: Delivery) -> str:
    """Why the delivery cannot be registered as it stands, for the clerk; empty where it can."""
    if delivery.returned_at:
        return "本件已经退回，不再登记。"
    if delivery.recalled_at:
        return "本件已经撤回或者停止办理，不能登记。"
    if delivery.signed_at is None and _handed_over(delivery) is None:
        return "本件还没有签收，请先签收再登记。"
    return ""


def _received(delivery: Delivery) -> tuple[Source, datetime]:
    """By which way it came and when; raises ``OutOfOrder`` for what is not the unit's yet, or no more."""
    if hindrance := hindrance_to_entry(delivery):
        raise OutOfOrder(hindrance)
    if delivery.signed_at:
        return Source.ELECTRONIC, delivery.signed_at
    handed_over = _handed_over(delivery)
    assert handed_over is not None
    return Source.PAPER, handed_over


def _handed_over(delivery: Delivery) -> datetime | None:
    """When its copy on paper was handed over, if it was."""
    return PaperCopy.objects.filter(delivery=delivery.pk).values_list("delivered_at", flat=True).first()


def _refuse_stranger(by: Any, unit: int) -> None:
    if not may(by, Right.HANDLE_INCOMING, unit):
        raise PermissionDenied("只有本单位的收发员可以登记收文。")


def _checked(*, kind: str, copies: int, pages: int | None, note: str) -> dict[str, Any]:
    """What is kept of what was typed."""
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
