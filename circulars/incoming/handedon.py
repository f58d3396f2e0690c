"""承接收文办理: what a unit that ends has in hand goes on in its successor's book, and its own book says so (Articles 15 and 19; regulation art. 35).

The paper keeps its steps, its readers and its address and gets the successor's next number. Under the old number the old book shows where it
went; what was finished stays in the old book.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models

from accounts.holders import people_with
from accounts.roles import Right
from accounts.unitchanges import UnitChange
from accounts.units import Unit
from circulars.deeds import Deed
from circulars.deliveries import Delivery
from circulars.incoming.book import draw
from circulars.incoming.record import Incoming
from circulars.incoming.waiting import to_register
from circulars.registration import Circular
from cms import ledger
from cms.messages import tell

_KEPT = (
    "unit_id",
    "year",
    "sequence",
    "source",
    "delivery_id",
    "circular_id",
    "outside_sender",
    "outside_number",
    "outside_title",
    "urgency",
    "received_at",
    "due_at",
    "copies",
    "pages",
    "kind",
    "registered_by_id",
    "registered_at",
)


class EntryHandedOn(models.Model):
    """That an open entry went on in another book, and which line of the old one speaks of it; takes INSERT only."""

    line = models.OneToOneField(Incoming, models.PROTECT, related_name="went_on", verbose_name="原登记")
    entry = models.ForeignKey(Incoming, models.PROTECT, related_name="came_from", verbose_name="承接登记")
    number = models.CharField("承接收文号", max_length=30)
    change = models.ForeignKey(UnitChange, models.PROTECT, related_name="+", verbose_name="单位变动")
    to_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="承接单位")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="办理人")
    at = models.DateTimeField("转交时间")

    class Meta:
        verbose_name = verbose_name_plural = "收文登记转交"
        default_permissions = ()
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.line}转{self.to_unit}{self.number}"


def hand_on_entries(unit: Unit, successor: Unit, change: UnitChange, *, by: Any, at: datetime) -> int:
    """What the unit has not finished is the successor's to finish; returns how many papers. Call it inside the act that ends the unit.

    Deliveries are locked before entries, as whoever returns or recalls one locks them.
    """
    mine = Incoming.objects.open().filter(unit=unit)
    list(
        Delivery.objects.filter(pk__in=mine.values("delivery"))
        .select_for_update(of=("self",))
        .order_by("pk")
        .values_list("pk")
    )
    entries = list(mine.select_for_update(of=("self",)).order_by("pk"))
    for entry in entries:
        old = Incoming(state=Incoming.State.HANDED_ON, **{name: getattr(entry, name) for name in _KEPT})
        entry.unit = successor
        entry.year, entry.sequence = draw(successor.pk, at)
        entry.save(update_fields=["unit", "year", "sequence"])
        old.save(force_insert=True)
        EntryHandedOn.objects.create(
            line=old, entry=entry, number=entry.number, change=change, to_unit=successor, by=by, at=at
        )
        facts = {"number": old.number, "to": successor.code, "became": entry.number}
        facts["change"] = ledger.subject_of(change)
        # Not under the circular: what a unit does inside is no part of the sender's evidence.
        ledger.enter(Deed.INCOMING_HANDED_ON, subject=ledger.subject_of(entry), by=by, at=at, unit=unit.pk, facts=facts)
    if entries:
        text = f"{unit.name}没有办结的收文 {len(entries)} 件已转到本单位的收文登记簿，请接着办理、改派。"
        about = ledger.subject_of(change)
        tell(
            people_with(Right.HANDLE_INCOMING, successor.pk),
            key=f"handed-on:{change.pk}",
            text=text,
            about=about,
            at=at,
        )
    return len(entries)


def unfinished(unit: Unit) -> list[str]:
    """What of the unit's book is still to be done before it can be closed, in sentences."""
    # What its sender has recalled nobody can finish.
    in_hand = Incoming.objects.open().legible().exclude(circular__state=Circular.State.RECALLED)
    open_ones = in_hand.filter(unit=unit).count()
    waiting = to_register([unit.pk]).count()
    said = [f"还有 {waiting} 件收文没有登记。"] if waiting else []
    return said + ([f"收文登记簿里还有 {open_ones} 件没有办结。"] if open_ones else [])
