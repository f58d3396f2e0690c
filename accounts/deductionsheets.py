"""扣费确认单: the deduction lines of a period as the network office confirmed them, with number, day and amount (Articles 7(4) and 17).

A sheet is never changed; one that was wrong is put right by another that replaces it and says why.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.deductions import ARTICLE, Ground, deduction_lines
from accounts.deeds import Deed
from accounts.holders import holders
from accounts.providers import Provider, Service
from accounts.roles import Right, may, units_where
from cms import ledger
from cms.lifecycles import OutOfOrder
from cms.messages import tell


class DeductionSheetQuerySet(models.QuerySet["DeductionSheet"]):
    def for_person(self, person: Any) -> "DeductionSheetQuerySet":
        """All for who manages or confirms keys, one's own for who serves the vendor."""
        if may(person, Right.MANAGE_KEYS) or may(person, Right.CONFIRM_KEY):
            return self.all()
        return self.filter(provider__unit__in=units_where(person, Right.SERVE))

    def standing(self) -> "DeductionSheetQuerySet":
        """Those that no other replaces."""
        return self.filter(replaced_by=None)

    def overlapping(self, first: date, last: date) -> "DeductionSheetQuerySet":
        return self.filter(first__lte=last, last__gte=first)


class DeductionSheet(models.Model):
    """What the network office confirmed for one vendor and period; takes INSERT only."""

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="deduction_sheets", verbose_name="保障单位")
    first = models.DateField("期间从")
    last = models.DateField("期间至")
    number = models.CharField("文号", max_length=60, unique=True)
    confirmed_on = models.DateField("确认日期")
    amount = models.DecimalField("扣减金额（元）", max_digits=11, decimal_places=2)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="replaced_by", verbose_name="所更正的"
    )
    reason = models.CharField("更正原因", max_length=200, blank=True)
    as_of = models.DateTimeField("统计截止时间")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="确认人")

    objects = DeductionSheetQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "扣费确认单"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="deduction_sheet_ends_later"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="deduction_takes_no_debt"),
            models.CheckConstraint(
                condition=Q(replaces=None) | ~Q(reason=""), name="deduction_sheet_replaced_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}（{self.first:%Y-%m-%d} 至 {self.last:%Y-%m-%d}）"


class SheetLine(models.Model):
    """One deduction line as it stood on the confirmed sheet; takes INSERT only."""

    sheet = models.ForeignKey(DeductionSheet, models.PROTECT, related_name="lines", verbose_name="确认单")
    ground = models.CharField("事由", max_length=20, choices=Ground.choices)
    what = models.CharField("事项", max_length=200)
    started_at = models.DateTimeField("开始时间", null=True)
    due_at = models.DateTimeField("应办结时间")
    done_at = models.DateTimeField("办结时间", null=True)
    days = models.PositiveIntegerField("逾期天数")

    class Meta:
        verbose_name = verbose_name_plural = "扣费确认单明细"
        default_permissions = ()
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.what

    @property
    def label(self) -> str:
        return self.get_ground_display()

    @property
    def article(self) -> str:
        return ARTICLE


@transaction.atomic
def confirm_deductions(
    provider: Provider,
    first: date,
    last: date,
    *,
    number: str,
    confirmed_on: date,
    amount: Decimal,
    replaces: DeductionSheet | None = None,
    reason: str = "",
    by: Any,
    at: datetime,
) -> DeductionSheet:
    """The lines of the period as they stand are confirmed under this number, and the vendor knows.

    A period that is not over, or shares a day with one confirmed before, is refused with ``ValidationError``, unless the new sheet
    ``replaces`` that one. Raises ``OutOfOrder`` where nothing was late or the sheet was replaced already.
    """
    if not may(by, Right.MANAGE_KEYS):
        raise PermissionDenied("扣费由市网信办确认。")
    Provider.objects.select_for_update().get(pk=provider.pk)
    number, reason = " ".join(number.split())[:60], reason.strip()[:200]
    _check(provider, first, last, number, confirmed_on, amount, replaces, reason, at)
    lines = deduction_lines(provider, first, last, as_of=at)
    if not lines and replaces is None:
        raise OutOfOrder("这段时间没有逾期和未备份的记录，没有可确认的扣费。")
    sheet = DeductionSheet.objects.create(
        provider=provider,
        first=first,
        last=last,
        number=number,
        confirmed_on=confirmed_on,
        amount=amount,
        replaces=replaces,
        reason=reason,
        as_of=at,
        confirmed_by=by,
    )
    SheetLine.objects.bulk_create(
        SheetLine(
            sheet=sheet,
            ground=line.ground,
            what=line.what[:200],
            started_at=line.started_at,
            due_at=line.due_at,
            done_at=line.done_at,
            days=line.days,
        )
        for line in lines
    )
    facts = {
        "first": first.isoformat(),
        "last": last.isoformat(),
        "number": number,
        "amount": str(amount),
        "replaces": replaces and replaces.pk,
        "lines": [[line.ground, line.what, line.due_at, line.done_at, line.days] for line in lines],
    }
    ledger.enter(
        Deed.DEDUCTIONS_CONFIRMED, subject=ledger.subject_of(sheet), by=by, at=at, unit=provider.unit_id, facts=facts
    )
    vendor = holders(Right.SERVE).filter(content_object=provider.unit_id).values_list("user_id", flat=True)
    text = f"市网信办已确认 {first:%Y-%m-%d} 至 {last:%Y-%m-%d} 的扣费（{number}）：{len(lines)} 项，{amount} 元。"
    tell(vendor, key=f"deductions:{sheet.pk}", text=text, at=at)
    return sheet


def _check(
    provider: Provider,
    first: date,
    last: date,
    number: str,
    confirmed_on: date,
    amount: Decimal,
    replaces: DeductionSheet | None,
    reason: str,
    at: datetime,
) -> None:
    today = timezone.localdate(at)
    if provider.service != Service.KEY_VENDOR:
        raise ValidationError({"provider": "请选择密钥服务单位。"})
    if last < first:
        raise ValidationError({"last": "期间的截止日期不能早于起始日期。"})
    if last >= today:
        raise ValidationError({"last": "这段期间还没有结束，结束以后再确认。"})
    if not number:
        raise ValidationError({"number": "请填写确认文件的文号。"})
    if DeductionSheet.objects.filter(number=number).exists():
        raise ValidationError({"number": f"文号“{number}”已经用过。"})
    if confirmed_on > today or confirmed_on <= last:
        raise ValidationError({"confirmed_on": "确认日期须在期间结束之后，且不晚于今天。"})
    if amount < 0:
        raise ValidationError({"amount": "金额不能小于零。"})
    standing = DeductionSheet.objects.standing().filter(provider=provider)
    if replaces is not None:
        if not reason:
            raise ValidationError({"reason": "请写明更正的原因。"})
        if not standing.filter(pk=replaces.pk).exists():
            raise OutOfOrder("这份确认单已经更正过，请更正最新的一份。")
        standing = standing.exclude(pk=replaces.pk)
    other = standing.overlapping(first, last).first()
    if other is not None:
        raise ValidationError({"first": f"与已确认的 {other} 重叠，没有重复确认。"})
