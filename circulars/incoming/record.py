"""One entry of a unit's register: what came, from whom, when, and how far it has got (Article 19; 2012 regulation art. 24).

What a circular of this system says of itself is not written down again: title, number and sender of it are asked of the circular, so that
a blocked or purged paper shows nothing here either. Of mail from outside they are typed.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q

from accounts.units import Unit
from circulars.deadlines import Urgency
from circulars.deeds import Deed
from circulars.deliveries import Delivery
from circulars.incoming.book import said
from circulars.incoming.choices import Kind, Review, Source
from circulars.incoming.questions import CLOSED, OPEN, IncomingQuerySet
from circulars.registration import Circular
from cms.lifecycles import move


class Incoming(models.Model):
    """That a unit has registered what it received, under its own number, and what became of it there."""

    class State(models.TextChoices):
        REGISTERED = "registered", "已登记"
        IN_HANDLING = "in_handling", "办理中"
        CIRCULATING = "circulating", "传阅中"
        HANDLED = "handled", "已办结"
        FILED = "filed", "已归档"
        SENT_BACK = "sent_back", "已退回"
        HANDED_ON = "handed_on", "转承接单位"

    # What goes back keeps its number for good; what the unit has finished does not go back any more. A return and a filing are final. What
    # went on in a successor's book moves there; its line here is written as handed on and stays so.
    MOVES = {
        State.REGISTERED: {State.IN_HANDLING, State.CIRCULATING, State.HANDLED, State.SENT_BACK},
        State.IN_HANDLING: {State.CIRCULATING, State.HANDLED, State.SENT_BACK},
        State.CIRCULATING: {State.IN_HANDLING, State.HANDLED, State.SENT_BACK},
        State.HANDLED: {State.FILED},
    }

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False, verbose_name="收文单位")
    year = models.PositiveSmallIntegerField("年份")
    sequence = models.PositiveIntegerField("序号")
    source = models.CharField("来文方式", max_length=12, choices=Source.choices)
    # One that went back may come again, and is then registered again under a new number.
    delivery = models.ForeignKey(Delivery, models.PROTECT, null=True, related_name="entries", verbose_name="收文")
    circular = models.ForeignKey(Circular, models.PROTECT, null=True, related_name="entries", verbose_name="公文")
    outside_sender = models.CharField("来文单位", max_length=100, blank=True, default="")
    outside_number = models.CharField("来文字号", max_length=60, blank=True, default="")
    outside_title = models.CharField("标题", max_length=255, blank=True, default="")
    urgency = models.CharField("紧急程度", max_length=15, choices=Urgency.choices)
    received_at = models.DateTimeField("收到时间")
    due_at = models.DateTimeField("应签收时间", null=True)
    copies = models.PositiveSmallIntegerField("份数", default=1)
    pages = models.PositiveSmallIntegerField("页数", null=True)
    kind = models.CharField("类别", max_length=12, choices=Kind.choices)
    review = models.CharField("初审", max_length=10, choices=Review.choices, default=Review.PASSED)
    note = models.CharField("备注", max_length=300, blank=True, default="")

    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.REGISTERED)
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    registered_at = models.DateTimeField("登记时间")
    handled_at = models.DateTimeField("办结时间", null=True)
    sent_back_at = models.DateTimeField("退回时间", null=True)
    sent_back_why = models.CharField("退回说明", max_length=300, blank=True, default="")

    objects = IncomingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "收文登记"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["unit", "year", "sequence"], name="one_entry_of_a_number"),
            models.UniqueConstraint(
                fields=["delivery"], name="one_entry_of_a_delivery", condition=~Q(state__in=CLOSED)
            ),
            models.CheckConstraint(
                condition=Q(source="outside", delivery=None, circular=None, outside_sender__gt="", outside_title__gt="")
                | Q(
                    source__in=["electronic", "paper"],
                    delivery__isnull=False,
                    circular__isnull=False,
                    outside_sender="",
                    outside_number="",
                    outside_title="",
                ),
                name="entry_says_what_came",
            ),
            models.CheckConstraint(
                condition=Q(state="sent_back", review="failed", sent_back_at__isnull=False)
                | (~Q(state="sent_back") & Q(review="passed", sent_back_at=None)),
                name="entry_sent_back_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["handled", "filed"], handled_at__isnull=False)
                | (~Q(state__in=["handled", "filed"]) & Q(handled_at=None)),
                name="entry_handled_has_time",
            ),
            models.CheckConstraint(condition=Q(sequence__gte=1, copies__gte=1), name="entry_counts_from_one"),
        ]
        indexes = [
            models.Index(fields=["unit", "kind"], name="entry_open", condition=OPEN),
            models.Index(fields=["unit", "registered_at"], name="entry_month"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The unit's own number (收文号)."""
        return said(self.year, self.sequence)

    @property
    def sender_name(self) -> str:
        return self.circular.issuer_name if self.circular else self.outside_sender

    @property
    def document_number(self) -> str:
        """The sender's number; empty where mail from outside has none."""
        return self.circular.number if self.circular else self.outside_number

    @property
    def title(self) -> str:
        return self.circular.title if self.circular else self.outside_title

    @property
    def is_open(self) -> bool:
        return self.handled_at is None and self.state not in CLOSED

    @property
    def is_timely(self) -> bool | None:
        """Whether it was registered by the time by which it had to be signed for (及时登记, Article 22); None where there is no such time."""
        return self.registered_at <= self.due_at if self.due_at else None

    def step(
        self, to: str, deed: str, *, by: Any, at: datetime, facts: dict[str, Any] | None = None, **changes: Any
    ) -> None:
        """The entry has moved on and the ledger has it under the unit and the circular; once it is handled its sender sees when, and no number.

        Raises ``OutOfOrder`` as ``move`` does. The delivery is locked first, as whoever returns it locks it.
        """
        said = {"number": self.number} | (facts or {})
        if to == self.State.HANDLED:
            changes["handled_at"] = at
            said = facts or {}
        with transaction.atomic():
            if self.delivery_id:
                Delivery.objects.select_for_update(of=("self",)).get(pk=self.delivery_id)
            move(
                self,
                to,
                deed,
                by=by,
                at=at,
                circular=self.circular.uuid if self.circular else None,
                unit=self.unit_id,
                facts=said,
                **changes,
            )
            if to == self.State.HANDLED and self.delivery_id:
                Delivery.objects.filter(pk=self.delivery_id).update(handled_at=at)

    def send_back(self, why: str = "", *, by: Any, at: datetime) -> None:
        """It failed the first review and goes back; the number stays taken."""
        self.step(
            self.State.SENT_BACK,
            Deed.INCOMING_SENT_BACK,
            by=by,
            at=at,
            review=Review.FAILED,
            sent_back_at=at,
            sent_back_why=why,
        )
