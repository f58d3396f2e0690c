"""收费台账: what was paid for the renewal of keys, by whom and on which voucher (Article 12).

A row is never changed: what was wrong is taken back by a counter-row of the same amount and then entered anew.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Count, Q, Sum
from django.utils import timezone

from accounts.deeds import Deed
from accounts.renewals import Renewal
from accounts.roles import Right, may
from accounts.units import Payer
from cms import ledger
from cms.lifecycles import OutOfOrder

NOTHING = Decimal("0.00")


class FeeEntryQuerySet(models.QuerySet["FeeEntry"]):
    def for_person(self, person: Any) -> "FeeEntryQuerySet":
        """Whoever sees a renewal sees what was paid for it."""
        return self.filter(renewal__in=Renewal.objects.for_person(person))

    def standing(self) -> "FeeEntryQuerySet":
        """Payments that were not taken back."""
        return self.filter(corrects=None, counter=None)

    def total(self) -> Decimal:
        """Yuan, counter-rows counted against."""
        return self.aggregate(total=Sum("amount"))["total"] or NOTHING


class FeeEntry(models.Model):
    """One payment, or the counter-row that takes one back; takes INSERT only."""

    renewal = models.ForeignKey(Renewal, models.PROTECT, related_name="fee_entries", verbose_name="续费")
    amount = models.DecimalField("金额（元）", max_digits=9, decimal_places=2)
    paid_on = models.DateField("缴费日期")
    voucher = models.CharField("凭证号", max_length=60)
    note = models.CharField("说明", max_length=200, blank=True)
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="counter", verbose_name="所冲销的")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    entered_at = models.DateTimeField("登记时间")

    objects = FeeEntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "收费台账"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(corrects=None, amount__gt=0) | (Q(corrects__isnull=False, amount__lt=0) & ~Q(note="")),
                name="fee_paid_or_taken_back",
            ),
            models.CheckConstraint(condition=~Q(voucher=""), name="fee_has_voucher"),
        ]
        indexes = [models.Index(fields=["-paid_on", "-id"], name="fee_paid_on")]

    def __str__(self) -> str:
        return f"{self.renewal} {self.amount} 元"


@transaction.atomic
def pay(renewal: Renewal, amount: Decimal, *, paid_on: date, voucher: str, by: Any, at: datetime) -> FeeEntry:
    """The payment is in the ledger of fees; raises ``ValidationError`` for more than the fee and for a voucher entered already."""
    _refuse_stranger(renewal, by)
    voucher = " ".join(voucher.split())[:60]
    if not voucher:
        raise ValidationError({"voucher": "请填写发票或缴费凭证的号码。"})
    if amount <= 0:
        raise ValidationError({"amount": "金额须大于零。"})
    if paid_on > timezone.localdate(at):
        raise ValidationError({"paid_on": "缴费日期不能晚于今天。"})
    locked = Renewal.objects.select_for_update().get(pk=renewal.pk)
    if locked.state == Renewal.State.DROPPED:
        raise OutOfOrder("这把密钥不再办理续费，不能登记缴费。")
    if locked.fee_entries.standing().filter(voucher=voucher).exists():
        raise ValidationError({"voucher": "这张凭证已经登记过，没有重复登记。"})
    paid = locked.fee_entries.total()
    if paid + amount > locked.fee:
        raise ValidationError({"amount": f"服务费用 {locked.fee} 元，已缴 {paid:.2f} 元，不能再登记 {amount:.2f} 元。"})
    entry = FeeEntry.objects.create(
        renewal=renewal, amount=amount, paid_on=paid_on, voucher=voucher, entered_by=by, entered_at=at
    )
    _enter(Deed.FEE_PAID, entry, {"voucher": voucher, "paid_on": paid_on.isoformat()}, by=by, at=at)
    return entry


@transaction.atomic
def take_back(entry: FeeEntry, note: str, *, by: Any, at: datetime) -> FeeEntry:
    """A counter-row of the same amount stands against the payment, with the reason; a payment is taken back once."""
    _refuse_stranger(entry.renewal, by)
    note = note.strip()[:200]
    if not note:
        raise ValidationError({"note": "请写明冲销的原因。"})
    Renewal.objects.select_for_update().get(pk=entry.renewal_id)
    if not FeeEntry.objects.standing().filter(pk=entry.pk).exists():
        raise OutOfOrder("这一笔已经冲销，或者本身就是冲销，不能再冲销。")
    counter = FeeEntry.objects.create(
        renewal=entry.renewal,
        amount=-entry.amount,
        paid_on=timezone.localdate(at),
        voucher=entry.voucher,
        note=note,
        corrects=entry,
        entered_by=by,
        entered_at=at,
    )
    _enter(Deed.FEE_TAKEN_BACK, counter, {"corrects": entry.pk, "reason": note}, by=by, at=at)
    return counter


def may_enter(renewal: Renewal, person: Any) -> bool:
    """The network office for every key; the vendor where the unit pays it directly."""
    return may(person, Right.MANAGE_KEYS) or (renewal.payer == Payer.SELF and renewal.is_vendors(person))


def sums(renewals: models.QuerySet[Renewal]) -> dict[str, dict[str, Any]]:
    """For each payer that has any of them: how many keys, what they cost and what is paid, in yuan; two queries."""
    charged = renewals.exclude(state=Renewal.State.DROPPED).order_by().values("payer")
    found: dict[str, dict[str, Any]] = {
        row["payer"]: {**row, "paid": NOTHING, "label": Payer(row["payer"]).label}
        for row in charged.annotate(count=Count("pk"), fee=Sum("fee"))
    }
    paid = FeeEntry.objects.filter(renewal__in=renewals.order_by()).order_by().values("renewal__payer")
    for row in paid.annotate(paid=Sum("amount")):
        payer = row["renewal__payer"]
        blank = {"payer": payer, "count": 0, "fee": NOTHING, "label": Payer(payer).label}
        found.setdefault(payer, blank)["paid"] = row["paid"]
    for line in found.values():
        line["owed"] = max(line["fee"] - line["paid"], NOTHING)
    return {payer: found[payer] for payer in Payer.values if payer in found}


def _refuse_stranger(renewal: Renewal, by: Any) -> None:
    if not may_enter(renewal, by):
        raise PermissionDenied("缴费由市网信办登记；单位自付的，承办的保障单位也可以登记。")


def _enter(deed: str, entry: FeeEntry, facts: dict[str, Any], *, by: Any, at: datetime) -> None:
    unit = entry.renewal.key.unit_id
    facts = {"renewal": entry.renewal_id, "amount": str(entry.amount)} | facts
    ledger.enter(deed, subject=ledger.subject_of(entry), by=by, at=at, unit=unit, facts=facts)
