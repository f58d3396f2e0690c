"""What a registered circular asks for, as it was approved: fixed at registration with its digest in the ledger, insert-only (Articles 3 and 19)."""

import hashlib
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import models

from circulars.demands.fields import AskedField, fields_in
from circulars.layouts import DocumentType
from circulars.registration.record import Circular
from cms.ledger import canonical
from cms.workdays import ZONE


class ReplyDemand(models.Model):
    """That a circular is to be answered; ``due_at`` is the end of the last day for it, ``digest`` that of its form, empty without one."""

    circular = models.OneToOneField(
        Circular, models.PROTECT, primary_key=True, related_name="demand", verbose_name="公文"
    )
    due_at = models.DateTimeField("答复期限", null=True)
    digest = models.CharField("回执表摘要", max_length=64, blank=True)

    class Meta:
        verbose_name = "答复要求"
        verbose_name_plural = "答复要求"
        indexes = [models.Index(fields=["due_at"], name="demand_due", condition=models.Q(due_at__isnull=False))]

    def __str__(self) -> str:
        return f"{self.circular} 须答复"

    @property
    def has_form(self) -> bool:
        """Whether it is answered by filling in a form; else by a paper of the unit's own."""
        return bool(self.digest)

    @property
    def last_day(self) -> date | None:
        """The last day on which an answer is in time."""
        return day_before(self.due_at) if self.due_at else None


class ReplyField(AskedField):
    """One field of the form that went out with a circular."""

    demand = models.ForeignKey(ReplyDemand, models.PROTECT, related_name="fields", verbose_name="答复要求")

    class Meta(AskedField.Meta):
        verbose_name = "回执表的一项"
        verbose_name_plural = "回执表"
        constraints = [models.UniqueConstraint(fields=["demand", "place"], name="reply_field_has_its_place")]


def end_of(day: date) -> datetime:
    """Midnight after this day, by the clock here. Our reading: "by the 30th" lasts to the end of the 30th."""
    return datetime.combine(day + timedelta(days=1), time(), ZONE)


def day_before(midnight: datetime) -> date:
    """The day that ends then."""
    return (midnight - timedelta(minutes=1)).astimezone(ZONE).date()


def demand_facts(snapshot: dict[str, Any]) -> dict[str, Any]:
    """What the ledger says of a demand when the circular is registered: nothing where nothing was asked for."""
    said = snapshot.get("reply")
    if said is None:
        return {}
    return {"reply_due_on": said["due_on"]} | ({"reply_form": form_digest(said)} if said["fields"] else {})


def form_digest(said: dict[str, Any]) -> str:
    """SHA-256 of the canonical text of the form, 64 hex digits."""
    return hashlib.sha256(canonical(said["fields"]).encode()).hexdigest()


def fix_demand(circular: Circular, snapshot: dict[str, Any]) -> ReplyDemand | None:
    """What the approved text asks for is fixed; a 请示 asks for its answer whether or not it says so (regulation art. 8(11))."""
    said = snapshot.get("reply")
    if said is None and circular.document_type != DocumentType.REQUEST:
        return None
    said = said or {"due_on": None, "fields": []}
    day = date.fromisoformat(said["due_on"]) if said["due_on"] else None
    demand = ReplyDemand.objects.create(
        circular=circular, due_at=end_of(day) if day else None, digest=form_digest(said) if said["fields"] else ""
    )
    ReplyField.objects.bulk_create(fields_in(said, ReplyField, demand=demand))
    return demand
