"""Every receipt of a month that came late or has not come, and who answers for it (Articles 21, 22 and 28)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from accounts.units import Category
from circulars.deadlines import Urgency
from circulars.deliveries import Delivery, Relief, ReturnCode
from circulars.liability import Liability, by_liability, liability_of
from cms.areas import Area
from cms.workdays import ONE_MINUTE
from reports.months import Month
from reports.receipts import Issuers, receipts_of


class Lateness(models.TextChoices):
    LATE = "late", "逾期签收"
    UNSIGNED = "unsigned", "未签收"
    RETURNED_LATE = "returned_late", "逾期退回"


@dataclass(frozen=True, kw_only=True)
class LateDelivery:
    """One line of the list: what was sent to whom, by when it was to be signed for, and what happened."""

    circular: UUID
    unit_name: str
    category: str
    title: str
    number: str
    issuer_name: str
    urgency: str
    sent_at: datetime
    due_at: datetime
    closed_at: datetime | None
    lateness: Lateness
    overdue: timedelta
    urges: int
    is_notification_required: bool
    notified_at: datetime | None
    liability: Liability
    closed_by: str
    remark: str

    @property
    def category_label(self) -> str:
        return str(Category(self.category).label)

    @property
    def overdue_minutes(self) -> int:
        return self.overdue // ONE_MINUTE

    @property
    def urgency_label(self) -> str:
        return str(Urgency(self.urgency).label)

    @property
    def notification_label(self) -> str:
        """How the unit was told; by which means is not on record yet."""
        if self.notified_at:
            return "已通知"
        return "未通知" if self.is_notification_required else "不需要"


def late_rows(
    month: Month, *, as_of: datetime, issuers: Issuers = Issuers.GOVERNMENT, area: Area | None = None
) -> list[LateDelivery]:
    """What was late or unsigned at ``as_of``, by who answers for it, then in the order of the register, then by due time; two queries."""
    deliveries = (
        receipts_of(month, as_of=as_of, issuers=issuers, area=area)
        .filter(Q(closed_at__gt=F("due_at")) | Q(closed_at=None, due_at__lte=as_of))
        .annotate(liability=liability_of(as_of))
        .select_related("circular", "unit", "signed_by", "returned_by")
        .order_by(by_liability(), "unit__sort_order", "unit__code", "due_at", "pk")
    )
    return [_late(delivery, as_of) for delivery in deliveries]


def _late(delivery: Delivery, as_of: datetime) -> LateDelivery:
    closed_at: datetime | None = delivery.closed_at  # type: ignore[attr-defined]  # annotated by receipts_of
    due_at = delivery.due_at
    assert due_at is not None
    was_returned = closed_at is not None and delivery.signed_at is None
    notified_at = delivery.notified_at if delivery.notified_at and delivery.notified_at <= as_of else None
    who = delivery.returned_by if was_returned else delivery.signed_by if closed_at else None
    return LateDelivery(
        circular=delivery.circular.uuid,
        unit_name=delivery.unit_name,
        category=delivery.unit.category,
        title=delivery.circular.title,
        number=delivery.circular.number,
        issuer_name=delivery.circular.issuer_name,
        urgency=delivery.urgency,
        sent_at=delivery.sent_at,
        due_at=due_at,
        closed_at=closed_at,
        lateness=_lateness(closed_at, was_returned=was_returned),
        overdue=(closed_at or as_of) - due_at,
        urges=delivery.urges,
        is_notification_required=delivery.must_notify,
        notified_at=notified_at,
        liability=Liability(delivery.liability),  # type: ignore[attr-defined]  # annotated by late_rows
        closed_by=str(who) if who else "",
        remark=_remark(delivery, was_returned=was_returned),
    )


def _lateness(closed_at: datetime | None, *, was_returned: bool) -> Lateness:
    if closed_at is None:
        return Lateness.UNSIGNED
    return Lateness.RETURNED_LATE if was_returned else Lateness.LATE


def _remark(delivery: Delivery, *, was_returned: bool) -> str:
    parts = []
    if delivery.relief:
        parts.append(str(Relief(delivery.relief).label))
    if was_returned:
        parts.append(f"退回：{delivery.return_reason or ReturnCode(delivery.return_code).label}")
    return "；".join(parts)
