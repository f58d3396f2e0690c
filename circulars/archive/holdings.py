"""The record of what a unit keeps: one circular at one unit, from the desk to the archive or to its end (Articles 4 and 27).

The issuing unit holds what it issued (of a joint circular the lead body the original, the others copies), a receiving unit what it signed
for. Whether something is due is asked of its days, never stored.
"""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.roles import Right, units_where
from accounts.units import Unit
from circulars.archive.retention import Term
from circulars.archive.scope import Origin
from circulars.deliveries import Delivery
from circulars.registration import Circular
from circulars.secrecycases import shut_circulars


class Part(models.TextChoices):
    """What of a circular a unit has."""

    ORIGINAL = "original", "原件"
    COPY = "copy", "联合发文存本"
    RECEIVED = "received", "收文"


# Whoever issued a circular has ended its handling when it was sent; whoever got one, when it says so.
ISSUED = (Part.ORIGINAL, Part.COPY)
_IN_HAND = Q(delivery=None) | Q(delivery__state=Delivery.State.SIGNED_FOR)


class HoldingQuerySet(models.QuerySet["Holding"]):
    def for_person(self, user: Any) -> "HoldingQuerySet":
        """What the units keep for which the person files or decides on destruction, but for what a secrecy case has shut."""
        units = units_where(user, Right.KEEP_ARCHIVE) | units_where(user, Right.APPROVE_DESTRUCTION)
        return self.of_units(units)

    def kept_by(self, user: Any) -> "HoldingQuerySet":
        """What the units keep for which the person files."""
        return self.of_units(units_where(user, Right.KEEP_ARCHIVE))

    def of_units(self, units: Any) -> "HoldingQuerySet":
        return self.filter(unit__in=units).exclude(circular__in=shut_circulars())

    def to_file(self) -> "HoldingQuerySet":
        """Not filed and not left out yet; what went back to its sender is in nobody's hand."""
        return self.filter(_IN_HAND, state=Holding.State.HELD)

    def late(self, today: date) -> "HoldingQuerySet":
        return self.to_file().filter(file_by__lt=today)

    def filed(self) -> "HoldingQuerySet":
        """Everything that bears an archival code, wherever it is now."""
        return self.filter(item__isnull=False)

    def to_transfer(self) -> "HoldingQuerySet":
        """Filed, and on no open list of transfer."""
        return self.filter(state=Holding.State.FILED).exclude(transfer_lines__transfer__state="drawn")

    def to_appraise(self, today: date) -> "HoldingQuerySet":
        """Whose time has ended: the term of what was filed, the years of what was not; none that is on its way to the archive office."""
        states = (Holding.State.FILED, Holding.State.LEFT)
        ended = self.filter(state__in=states, kept_until__lt=today)
        return ended.exclude(transfer_lines__transfer__state="drawn")

    def appraised(self) -> "HoldingQuerySet":
        """Found not worth keeping, and on no list of destruction that is being decided."""
        return self.filter(state=Holding.State.APPRAISED).exclude(
            destruction_lines__sheet__state__in=("drawn", "seconded")
        )

    def living(self) -> "HoldingQuerySet":
        """All but those that were destroyed."""
        return self.exclude(state=Holding.State.DESTROYED)


class Holding(models.Model):
    """One circular kept by one unit."""

    class State(models.TextChoices):
        HELD = "held", "待归档"
        FILED = "filed", "已归档"
        LEFT = "left", "不归档"
        TRANSFERRED = "transferred", "已移交"
        APPRAISED = "appraised", "鉴定销毁"
        APPROVED = "approved", "批准销毁"
        DESTROYED = "destroyed", "已销毁"

    # What is not filed may be filed yet. A list that is refused, be it at the last, gives the paper back. What was handed over is the archive office's,
    # and what was destroyed stays so.
    MOVES = {
        State.HELD: {State.FILED, State.LEFT},
        State.LEFT: {State.FILED, State.APPRAISED},
        State.FILED: {State.TRANSFERRED, State.APPRAISED},
        State.APPRAISED: {State.APPROVED, State.FILED, State.LEFT},
        State.APPROVED: {State.DESTROYED, State.FILED, State.LEFT},
    }

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="holdings", verbose_name="单位")
    circular = models.ForeignKey(Circular, models.PROTECT, related_name="holdings", verbose_name="公文")
    delivery = models.OneToOneField(Delivery, models.PROTECT, null=True, related_name="holding", verbose_name="收文")
    part = models.CharField("种类", max_length=10, choices=Part.choices)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.HELD)
    year = models.PositiveSmallIntegerField("年度")
    since = models.DateTimeField("印发或签收时间")
    file_by = models.DateField("归档期限")

    term = models.CharField("保管期限", max_length=4, choices=Term.choices, blank=True, db_default="")
    office = models.CharField("机构（问题）代码", max_length=8, blank=True, db_default="")
    item = models.PositiveIntegerField("件号", null=True)
    code = models.CharField("档号", max_length=60, null=True, unique=True)
    filed_at = models.DateTimeField("归档时间", null=True)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="归档人"
    )
    kept_until = models.DateField("保管至", null=True)

    objects = HoldingQuerySet.as_manager()

    class Meta:
        verbose_name = "存档公文"
        verbose_name_plural = "存档公文"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["unit", "circular"], name="one_holding_of_a_unit"),
            models.CheckConstraint(
                condition=Q(item=None, code=None, filed_at=None, filed_by=None, term="")
                | Q(
                    item__isnull=False, code__isnull=False, filed_at__isnull=False, filed_by__isnull=False, term__gt=""
                ),
                name="holding_filed_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["filed", "transferred"]) | Q(item__isnull=False), name="holding_filed_has_code"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["held", "left"]) | Q(item=None), name="holding_unfiled_has_no_code"
            ),
            models.CheckConstraint(
                condition=Q(part="received", delivery__isnull=False) | (~Q(part="received") & Q(delivery=None)),
                name="holding_received_by_delivery",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["appraised", "approved", "destroyed"]) | Q(kept_until__isnull=False),
                name="holding_for_good_is_never_destroyed",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "file_by"], name="holding_to_file", condition=Q(state="held")),
            models.Index(fields=["unit", "-year", "term", "office", "item"], name="holding_filed"),
            models.Index(fields=["unit", "kept_until"], name="holding_to_appraise"),
            models.Index(fields=["part", "-since"], name="holding_since"),
        ]

    def __str__(self) -> str:
        return self.code or self.circular.number

    @property
    def origin(self) -> str:
        return Origin.RECEIVED if self.part == Part.RECEIVED else Origin.OWN

    @property
    def is_issued(self) -> bool:
        return self.part in ISSUED

    @property
    def document(self) -> Any:
        """How the ledger's entries name the circular: the issuer's part of it is the circular's own history, a receiver's is its own."""
        return self.circular.uuid if self.is_issued else None

    def facts(self) -> dict[str, Any]:
        """How an entry names what is kept, whoever keeps it."""
        return {"code": self.code, "number": self.circular.number, "document": str(self.circular.uuid)}
