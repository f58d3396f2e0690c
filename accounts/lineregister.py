"""线路: which circuit of which carrier connects a unit, at what rent, from when to when (Articles 7(1), 8(1) and 16).

A rent is agreed by contract and never changed here: another rent is another row from its first day on. What happens to a line stands in
``accounts.lineoutages``, who looked after it in ``accounts.inspections``.
"""

from calendar import monthrange
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from accounts.deeds import Deed
from accounts.holders import holders, people_with
from accounts.overseeing import overseen
from accounts.providers import Provider, Service
from accounts.roles import Right, may, units_where
from accounts.units import Unit
from cms import ledger
from cms.lifecycles import OutOfOrder
from cms.messages import tell


class LineQuerySet(models.QuerySet["Line"]):
    def for_person(self, user: Any) -> "LineQuerySet":
        """All of them for who runs the platform; the area's for who inspects it; a carrier's own for its people; a unit's own for who reads there."""
        inspected = overseen(user, Right.INSPECT)
        if inspected.every or may(user, Right.OPERATE):
            return self.all()
        own = (
            inspected.units()
            | Q(unit__in=units_where(user, Right.READ))
            | Q(carrier__unit__in=units_where(user, Right.SERVE))
        )
        return self.filter(own)

    def served_by(self, user: Any) -> "LineQuerySet":
        """Those for which the person may file what a carrier owes: all for the network office, a carrier's own for its people."""
        if may(user, Right.OPERATE):
            return self.all()
        return self.filter(carrier__unit__in=units_where(user, Right.SERVE))

    def in_force(self, first: date, last: date) -> "LineQuerySet":
        """Those that were let on at least one of these days, both included."""
        return self.filter(Q(until=None) | Q(until__gte=first), since__lte=last)

    def down(self) -> "LineQuerySet":
        """Those that are interrupted and not yet back."""
        from accounts.lineoutages import LineOutage

        return self.filter(Exists(LineOutage.objects.open().filter(line=OuterRef("pk"))))

    def in_order(self) -> "LineQuerySet":
        return self.order_by("unit__sort_order", "unit__code", "circuit", "pk")


class Line(models.Model):
    """One circuit between a unit and the platform, let by a carrier from one day to another (both inclusive)."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="lines", verbose_name="使用单位")
    carrier = models.ForeignKey(
        Provider,
        models.PROTECT,
        related_name="lines",
        limit_choices_to={"service": Service.CARRIER},
        verbose_name="运营商",
    )
    circuit = models.CharField("电路编号", max_length=60)
    rent = models.DecimalField("月租费（元）", max_digits=9, decimal_places=2)
    since = models.DateField("启用日期")
    until = models.DateField("停用日期", null=True)

    objects = LineQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "线路"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["carrier", "circuit"], condition=Q(until=None), name="line_one_each"),
            models.CheckConstraint(condition=Q(rent__gte=0), name="line_rent_is_not_negative"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="line_ends_later"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.circuit}"

    def is_in_force(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on <= self.until)

    def is_in_force_in(self, first: date) -> bool:
        """Whether it was let on any day of the month that begins on this day."""
        last = first.replace(day=monthrange(first.year, first.month)[1])
        return self.since <= last and (self.until is None or self.until >= first)

    def is_served_by(self, user: Any) -> bool:
        """Whether the person is of the carrier's people."""
        return may(user, Right.SERVE, self.carrier.unit_id)

    @transaction.atomic
    def end(self, *, until: date, by: Any, at: datetime) -> None:
        """The line is let no longer than this day.

        Raises ``PermissionDenied`` for anybody but the network office, ``OutOfOrder`` when it has ended already and ``ValidationError`` for a
        day before its first, still to come, or on which it was still interrupted.
        """
        _refuse_stranger(by)
        standing = Line.objects.select_for_update().get(pk=self.pk)
        if standing.until is not None:
            raise OutOfOrder(f"这条线路已于{standing.until:%Y-%m-%d}停用，没有重复办理。")
        if not standing.since <= until <= timezone.localdate(at):
            raise ValidationError({"until": "停用日期须在启用日期之后，且不晚于今天。"})
        if standing.outages.open().exists():
            raise ValidationError({"until": "这条线路还在中断，请先填写恢复时间，再办理停用。"})
        last = standing.outages.standing().aggregate(last=models.Max("up_at"))["last"]
        if last is not None and timezone.localdate(last) > until:
            raise ValidationError(
                {"until": f"{timezone.localdate(last):%Y-%m-%d}还有中断记录，停用日期不能早于这一天。"}
            )
        Line.objects.filter(pk=self.pk).update(until=until)
        self.until = until
        ledger.enter(
            Deed.LINE_ENDED,
            subject=ledger.subject_of(self),
            by=by,
            at=at,
            unit=self.unit_id,
            facts={"until": str(until)},
        )
        _tell(self, f"line-ended:{self.pk}", f"线路 {self}自 {until:%Y-%m-%d} 后停用。", by, at)


@transaction.atomic
def register_line(
    unit: Unit, carrier: Provider, *, circuit: str, rent: Decimal, since: date, by: Any, at: datetime
) -> Line:
    """The unit has the line from this day on; who runs the platform enters it by the contract.

    Raises ``PermissionDenied`` for anybody else and ``ValidationError`` for a contract that does not cover the day, a rent below nothing, or a
    circuit that the carrier lets already.
    """
    _refuse_stranger(by)
    circuit = " ".join(circuit.split())
    if not circuit:
        raise ValidationError({"circuit": "请填写电路编号。"})
    contract = Provider.objects.select_for_update().get(pk=carrier.pk)  # of two at once the second sees the first
    if contract.service != Service.CARRIER or not Provider.objects.in_force(since).filter(pk=contract.pk).exists():
        raise ValidationError({"since": f"启用日期不在{contract}的合同期内，请核对。"})
    if rent < 0:
        raise ValidationError({"rent": "月租费不能小于 0。"})
    same = Line.objects.filter(Q(until=None) | Q(until__gte=since), carrier=contract, circuit=circuit)
    if other := same.select_related("unit").first():
        raise ValidationError(
            {"circuit": f"电路 {circuit} 已登记给{other.unit}，请核对编号；换单位或换租费的，先停用原来的。"}
        )
    line = Line.objects.create(unit=unit, carrier=contract, circuit=circuit, rent=rent, since=since)
    ledger.enter(
        Deed.LINE_REGISTERED,
        subject=ledger.subject_of(line),
        by=by,
        at=at,
        unit=unit.pk,
        facts={"carrier": contract.pk, "circuit": circuit, "rent": str(rent), "since": str(since)},
    )
    text = f"已登记线路 {line}（{contract.unit}），{since:%Y-%m-%d} 启用；中断时在“线路”里报告。"
    _tell(line, f"line-registered:{line.pk}", text, by, at)
    return line


def concerned(line: Line) -> set[int]:
    """Primary keys of the people who hear of everything about a line: network office, carrier, the unit's clerks."""
    office = set(holders(Right.OPERATE).values_list("user_id", flat=True))
    return office | people_with(Right.SERVE, line.carrier.unit_id) | people_with(Right.RECEIVE, line.unit_id)


def _tell(line: Line, key: str, text: str, by: Any, at: datetime) -> None:
    tell(concerned(line) - {by.pk}, key=key, text=text, link=reverse("accounts:line", args=[line.pk]), at=at)


def _refuse_stranger(by: Any) -> None:
    if not may(by, Right.OPERATE):
        raise PermissionDenied("线路由市网信办登记。")
