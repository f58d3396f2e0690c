"""Every receipt of a month that came late or has not come, and who answers for it (Articles 21, 22, 24 and 28)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import models
from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from accounts.units import Category
from circulars.chasing import Urge
from circulars.deadlines import Urgency
from circulars.deliveries import Delivery, DeliveryRound, Relief, ReturnCode
from circulars.ladder import Kind
from circulars.liability import Liability, liability_of, liability_of_round
from cms.areas import Area
from cms.workdays import ONE_MINUTE
from reports.months import Month
from reports.receipts import Issuers, receipts_of, rounds_of


class Lateness(models.TextChoices):
    LATE = "late", "逾期签收"
    UNSIGNED = "unsigned", "未签收"
    RETURNED_LATE = "returned_late", "逾期退回"


class RoundKey(NamedTuple):
    """One round of one delivery."""

    delivery: int
    round: int


@dataclass(frozen=True, kw_only=True)
class LateDelivery:
    """One line of the list: what was sent to whom, by when it was to be signed for, and what happened."""

    key: RoundKey
    circular: UUID
    unit: int
    unit_name: str
    category: str
    title: str
    number: str
    issuer: int
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
    was_unreachable: bool
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
        """Whether the unit was told; ``reports.presses`` knows by which means."""
        if self.notified_at:
            return "已通知"
        if self.was_unreachable:
            return "无法通知"
        return "未通知" if self.is_notification_required else "不需要"


def late_rows(
    month: Month,
    *,
    as_of: datetime,
    issuers: Issuers = Issuers.GOVERNMENT,
    area: Area | None = None,
    who: str = "",
    what: str = "",
    most: int | None = None,
) -> list[LateDelivery]:
    """What was late or unsigned at ``as_of``, by who answers for it, then in the order of the register, then by due time.

    ``who`` and ``what`` narrow it to one side and one kind, ``most`` to the first of these. Rounds that a sender has closed by insisting stand
    among them. A handful of queries, however many there are.
    """
    asked = {name: value for name, value in (("liability", who), ("lateness", what)) if value}
    receipts, rounds = (rows.filter(**asked) for rows in late_ones(month, as_of=as_of, issuers=issuers, area=area))
    known = ("signed_by", "returned_by")
    receipts = receipts.annotate(urged=_urged("pk", as_of)).select_related("circular", "unit", *known)
    rounds = rounds.annotate(urged=_urged("delivery", as_of)).select_related(
        "delivery__circular", "delivery__unit", *known
    )
    receipts, rounds = receipts.order_by(*_order("")), rounds.order_by(*_order("delivery__"))
    found = [(row, row) for row in receipts[:most]] + [(row.delivery, row) for row in rounds[:most]]
    order = list(Liability)
    found.sort(
        key=lambda each: (
            order.index(each[1].liability), each[0].unit.sort_order, each[0].unit.code, each[1].due_at, each[0].pk
        )
    )  # fmt: skip
    return [_late(*each, as_of) for each in found[:most]]


def _urged(delivery: str, as_of: datetime) -> Coalesce:
    """How often the sender had urged the unit in that round by then."""
    presses = Urge.objects.filter(
        delivery=OuterRef(delivery), round=OuterRef("round"), kind=Kind.MANUAL, at__lte=as_of
    ).order_by()
    return Coalesce(Subquery(presses.values("delivery").annotate(times=Count("pk")).values("times")), 0)


def late_ones(
    month: Month, *, as_of: datetime, issuers: Issuers, area: Area | None
) -> tuple[QuerySet[Any], QuerySet[Any]]:
    """The receipts and the closed rounds of the month that were late or unsigned at ``as_of``, each with ``liability`` and ``lateness``."""
    scope: dict[str, Any] = {"as_of": as_of, "issuers": issuers, "area": area}
    was_late = Q(closed_at__gt=F("due_at")) | Q(closed_at=None, due_at__lte=as_of)
    kind = Case(
        When(closed_at=None, then=Value(Lateness.UNSIGNED)),
        When(signed_at=None, then=Value(Lateness.RETURNED_LATE)),
        default=Value(Lateness.LATE),
        output_field=models.CharField(),
    )
    receipts, rounds = receipts_of(month, **scope).filter(was_late), rounds_of(month, **scope).filter(was_late)
    return (
        receipts.annotate(liability=liability_of(as_of), lateness=kind),
        rounds.annotate(liability=liability_of_round(as_of), lateness=kind),
    )


def _order(delivery: str) -> list[Any]:
    """By who answers, then in the order of the register, then by due time; from a receipt or from a round of it."""
    sides = (When(liability=side, then=Value(place)) for place, side in enumerate(Liability))
    return [Case(*sides), f"{delivery}unit__sort_order", f"{delivery}unit__code", "due_at", f"{delivery}pk"]


def _relief_of(receipt: Delivery | DeliveryRound) -> str:
    """By what it was relieved; a closed round may have been by a decision that stands beside it."""
    return receipt.relief or (Relief.DECIDED if getattr(receipt, "was_granted", False) else Relief.NONE)


def _late(delivery: Delivery, receipt: Any, as_of: datetime) -> LateDelivery:
    """The line of one receipt: the delivery as it stands, or a closed round of it, with what ``late_ones`` has asked of it."""
    closed_at: datetime | None = receipt.closed_at
    answers, lateness = Liability(receipt.liability), Lateness(receipt.lateness)
    due_at = receipt.due_at
    assert due_at is not None
    was_returned = lateness == Lateness.RETURNED_LATE
    notified_at = _known(receipt.notified_at, as_of)
    unreachable_at = _known(receipt.unreachable_at, as_of)
    was_told = notified_at is not None and notified_at < due_at
    was_unreachable = (
        answers == Liability.RECIPIENT and unreachable_at is not None and unreachable_at < due_at and not was_told
    )
    who = receipt.returned_by if was_returned else receipt.signed_by if closed_at else None
    return LateDelivery(
        key=RoundKey(delivery.pk, receipt.round),
        circular=delivery.circular.uuid,
        unit=delivery.unit_id,
        unit_name=delivery.unit_name,
        category=delivery.unit.category,
        title=delivery.circular.title,
        number=delivery.circular.number,
        issuer=delivery.issuer_id,
        issuer_name=delivery.circular.issuer_name,
        urgency=delivery.urgency,
        sent_at=receipt.sent_at,
        due_at=due_at,
        closed_at=closed_at,
        lateness=lateness,
        overdue=(closed_at or as_of) - due_at,
        urges=receipt.urged,
        is_notification_required=receipt.must_notify,
        notified_at=notified_at,
        was_unreachable=was_unreachable,
        liability=answers,
        closed_by=str(who) if who else "",
        remark=_remark(
            receipt,
            was_returned=was_returned,
            was_unreachable=was_unreachable,
            was_in_place=receipt.by_proxy and closed_at is not None and not was_returned,
        ),
    )


def _known(instant: datetime | None, as_of: datetime) -> datetime | None:
    return instant if instant and instant <= as_of else None


def _remark(receipt: Delivery | DeliveryRound, *, was_returned: bool, was_unreachable: bool, was_in_place: bool) -> str:
    parts = ["代签"] if was_in_place else []
    if was_unreachable:
        parts.append("号码没有报备或有误（第二十四条）")
    if relief := _relief_of(receipt):
        parts.append(str(Relief(relief).label))
    if was_returned:
        parts.append(f"退回：{receipt.return_reason or ReturnCode(receipt.return_code).label}")
    return "；".join(parts)
