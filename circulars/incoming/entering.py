"""登记: what a unit has signed for, was handed on paper, or got by mail comes into its register under the next number (Articles 13, 19 and 22).

Whoever registers has done the first review (初审): what passes is to be acted on or read; what fails goes back by the delivery's own act, and
the entry is marked with it.
"""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.roles import Right, may
from circulars.deeds import Deed
from circulars.deliveries import Delivery
from circulars.incoming.book import draw
from circulars.incoming.choices import Kind, Source
from circulars.incoming.record import Incoming
from circulars.incoming.typed import Outside, counted, described
from circulars.papercopies import PaperCopy
from circulars.secrecycases import refuse_blocked
from cms import ledger
from cms.lifecycles import OutOfOrder


class AlreadyEntered(OutOfOrder):
    """Somebody of the unit registered it first; the sentence says who, when and under which number."""

    def __init__(self, entry: Incoming):
        self.entry = entry
        at = timezone.localtime(entry.registered_at)
        super().__init__(
            f"本件已由{entry.registered_by}于{at:%Y年%-m月%-d日 %H:%M}登记为{entry.number}，不需要再登记。"
        )


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
    given = counted(kind=kind, copies=copies, pages=pages, note=note)
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
    given = counted(kind=kind, copies=copies, pages=pages, note=note)
    typed = described(paper, received_at=received_at, at=at)
    entry = _write(unit=unit, source=Source.OUTSIDE, by=by, at=at, **typed, **given)
    standing = Incoming.objects.exclude(state=Incoming.State.SENT_BACK).select_related("registered_by")
    same = {name: value for name, value in typed.items() if name != "urgency"}
    alike = standing.filter(unit=unit, source=Source.OUTSIDE, **same).exclude(pk=entry.pk)
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
