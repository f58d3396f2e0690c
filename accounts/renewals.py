"""续费升级: every year the keys that end soon are renewed, each by its route and at its payer's cost (Articles 8(2), 12 and 17).

The clock runs from when the vendor is charged to when it has done its part; that a keeper sets the PIN late is not the vendor's.
``renewing`` opens a round and starts its renewals, ``fees`` keeps what was paid.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from accounts.deeds import Deed
from accounts.holders import holders
from accounts.keyclocks import days_late
from accounts.providers import Provider
from accounts.roles import Right, may, units_where
from accounts.seals import SealKey
from accounts.units import Payer, Unit
from cms.lifecycles import OutOfOrder, move
from cms.messages import tell

# How a key is renewed follows from who pays (Article 12).
ROUTES: dict[str, str] = {
    Payer.MUNICIPAL: "市网信办统一办理，服务费用由市财政列支",
    Payer.SELF: "单位自行联系服务中心，服务费用支付保障单位",
}


class RenewalRound(models.Model):
    """The keys that end between two days, both included, were put up for renewal with one vendor; takes INSERT only."""

    year = models.PositiveSmallIntegerField("年度")
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="renewal_rounds", verbose_name="保障单位")
    ends_from = models.DateField("到期日期从")
    ends_to = models.DateField("到期日期至")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="组织人")
    opened_at = models.DateTimeField("组织时间")

    class Meta:
        verbose_name = verbose_name_plural = "续费批次"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(ends_to__gte=F("ends_from")), name="renewal_round_ends_later")
        ]

    def __str__(self) -> str:
        return f"{self.year}年续费（{self.ends_from:%Y-%m-%d} 至 {self.ends_to:%Y-%m-%d} 到期）"


class RenewalQuerySet(models.QuerySet["Renewal"]):
    def for_person(self, person: Any) -> "RenewalQuerySet":
        """All for who manages or confirms keys; a vendor's people its own, a leader the unit's, a keeper those of the own keys."""
        if may(person, Right.MANAGE_KEYS) or may(person, Right.CONFIRM_KEY):
            return self.all()
        own = Q(key__unit__in=units_where(person, Right.SEE_KEYS)) | Q(key__keeper=person.pk)
        return self.filter(own | Q(round__provider__unit__in=units_where(person, Right.SERVE)))

    def unfinished(self) -> "RenewalQuerySet":
        """Those that still lead to a new key."""
        return self.exclude(state__in=(Renewal.State.DONE, Renewal.State.DROPPED))

    def with_vendor(self) -> "RenewalQuerySet":
        """Those whose clock runs."""
        return self.filter(state=Renewal.State.STARTED)

    def late(self, at: datetime) -> "RenewalQuerySet":
        """Those in which the vendor had not done its part when it was due, still or at last."""
        return self.alias(until=Coalesce("served_at", "left_at", Value(at))).filter(due_at__lt=F("until"))

    def shown(self) -> "RenewalQuerySet":
        """What every list reads of each is loaded along."""
        return self.select_related("key__unit", "key__keeper", "key__successor", "round__provider__unit")


class Renewal(models.Model):
    """One key of a round on its way to its successor."""

    class State(models.TextChoices):
        OPEN = "open", "待办理"
        STARTED = "started", "办理中"
        SERVED = "served", "已办结，待启用"
        DONE = "done", "已完成"
        DROPPED = "dropped", "不再办理"

    MOVES = {
        # Whoever got a new key without the vendor being charged needs none any more.
        State.OPEN: {State.STARTED, State.DONE, State.DROPPED},
        State.STARTED: {State.SERVED, State.DONE, State.DROPPED},
        State.SERVED: {State.STARTED, State.DONE, State.DROPPED},
    }

    round = models.ForeignKey(RenewalRound, models.PROTECT, related_name="renewals", verbose_name="批次")
    key = models.ForeignKey(SealKey, models.PROTECT, related_name="renewals", verbose_name="密钥")
    payer = models.CharField("费用来源", max_length=20, choices=Payer.choices)
    fee = models.DecimalField("服务费用（元）", max_digits=9, decimal_places=2)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    started_at = models.DateTimeField("开始办理时间", null=True)
    due_at = models.DateTimeField("应办结时间", null=True)  # unknown while a year's calendar is missing
    served_at = models.DateTimeField("办结时间", null=True)
    done_at = models.DateTimeField("启用时间", null=True)
    left_at = models.DateTimeField("停办时间", null=True)
    reason = models.CharField("停办原因", max_length=200, blank=True)

    objects = RenewalQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "密钥续费"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~Q(state="dropped"), name="renewal_once_for_a_key"),
            models.CheckConstraint(condition=Q(fee__gte=0), name="renewal_fee_is_no_debt"),
            models.CheckConstraint(
                condition=~Q(state__in=("started", "served")) | Q(started_at__isnull=False),
                name="renewal_started_has_time",
            ),
            models.CheckConstraint(
                condition=Q(served_at=None) | Q(started_at__isnull=False, served_at__gte=F("started_at")),
                name="renewal_served_after_start",
            ),
            models.CheckConstraint(
                condition=~Q(state="served") | Q(served_at__isnull=False), name="renewal_served_has_time"
            ),
            models.CheckConstraint(
                condition=(~Q(state="done") | Q(done_at__isnull=False))
                & (~Q(state="dropped") | (Q(left_at__isnull=False) & ~Q(reason=""))),
                name="renewal_end_has_time",
            ),
        ]
        indexes = [models.Index(fields=["round", "state"], name="renewal_round_state")]

    def __str__(self) -> str:
        return f"{self.key}的续费"

    @property
    def route(self) -> str:
        return ROUTES[self.payer]

    def days_late(self, at: datetime) -> int:
        """How many days late the vendor was, or is by now."""
        return days_late(self.due_at, self.served_at or self.left_at or at)

    @transaction.atomic
    def serve(self, *, by: Any, at: datetime) -> None:
        """The vendor has done its part, and the network office knows; raises ``PermissionDenied`` for who is neither."""
        if not (self.is_vendors(by) or may(by, Right.MANAGE_KEYS)):
            raise PermissionDenied("续费由承办的保障单位或市网信办报告办结。")
        self._go(Renewal.State.SERVED, Deed.RENEWAL_SERVED, by=by, at=at, served_at=at)
        office = holders(Right.MANAGE_KEYS).values_list("user_id", flat=True)
        text = f"{self.round.provider.unit}已办结{self.key}的续费，请核对后制发新密钥。"
        tell(office, key=f"renewal-served:{self.pk}:{at:%Y%m%d%H%M%S}", text=text, at=at)

    @transaction.atomic
    def send_back(self, reason: str, *, by: Any, at: datetime) -> None:
        """What the vendor did is not accepted and its clock goes on as if it had said nothing; not once a new key was issued."""
        _manages(by)
        if not reason.strip():
            raise ValidationError({"reason": "请写明退回的原因。"})
        following = SealKey.objects.filter(replaces=self.key_id).exclude(state=SealKey.State.REQUESTED)
        if following.exists():
            raise OutOfOrder("新密钥已经制发，不能再退回。")
        facts = {"reason": reason.strip()[:200]}
        self._go(Renewal.State.STARTED, Deed.RENEWAL_SENT_BACK, facts, by=by, at=at, served_at=None)
        vendor = holders(Right.SERVE).filter(content_object=self.round.provider.unit_id)
        text = f"{self.key}的续费没有通过核对，请重新办理：{reason.strip()[:200]}"
        key = f"renewal-back:{self.pk}:{at:%Y%m%d%H%M%S}"
        tell(vendor.values_list("user_id", flat=True), key=key, text=text, at=at)

    def drop(self, reason: str, *, by: Any, at: datetime) -> None:
        """The key is not renewed after all, with the reason."""
        _manages(by)
        if not reason.strip():
            raise ValidationError({"reason": "请写明不再办理的原因。"})
        self._leave(reason.strip(), by=by, at=at)

    def is_vendors(self, person: Any) -> bool:
        """Whether the person serves the vendor of the round."""
        return may(person, Right.SERVE, self.round.provider.unit_id)

    def _leave(self, reason: str, *, by: Any, at: datetime) -> None:
        facts = {"reason": reason[:200]}
        self._go(Renewal.State.DROPPED, Deed.RENEWAL_DROPPED, facts, by=by, at=at, left_at=at, reason=reason[:200])

    def _go(
        self, to: str, deed: str, facts: dict[str, Any] | None = None, *, by: Any, at: datetime, **set_: Any
    ) -> None:
        move(self, to, deed, by=by, at=at, unit=self.key.unit_id, facts={"key": self.key_id} | (facts or {}), **set_)


def follow_issue(new: SealKey, *, by: Any, at: datetime) -> None:
    """With the new key in the keeper's hands the vendor has done its part; call it inside the issue."""
    renewal = _of(new.replaces_id)
    if renewal is not None and renewal.state == Renewal.State.STARTED:
        renewal._go(Renewal.State.SERVED, Deed.RENEWAL_SERVED, by=by, at=at, served_at=at)


def follow_activation(new: SealKey, *, by: Any, at: datetime) -> None:
    """With the new key in force the old one is renewed; call it inside the activation, before the old key ends."""
    renewal = _of(new.replaces_id)
    if renewal is not None:
        served: dict[str, Any] = {"served_at": at} if renewal.state == Renewal.State.STARTED else {}
        renewal._go(Renewal.State.DONE, Deed.RENEWAL_DONE, by=by, at=at, done_at=at, **served)


def follow_end(key: SealKey, state: str, *, by: Any, at: datetime) -> None:
    """A key that ends before the vendor was charged, or that was handed in, is renewed no more; call it inside the end."""
    renewal = _of(key.pk)
    if renewal is not None and (renewal.state == Renewal.State.OPEN or state == SealKey.State.RETURNED):
        renewal._leave(f"密钥{SealKey.State(state).label}", by=by, at=at)


def leave_all(unit: Unit, reason: str, *, by: Any, at: datetime) -> None:
    """No key of the unit is renewed any more, and no vendor's clock runs for one; call it inside the act that dissolves the unit."""
    unfinished = Renewal.objects.unfinished().filter(key__unit=unit).select_related("key__unit")
    for renewal in unfinished.select_for_update(of=("self",)).order_by("pk"):
        renewal._leave(reason, by=by, at=at)


def _of(key: int | None) -> Renewal | None:
    """The renewal of this key that is not finished, locked."""
    if key is None:
        return None
    unfinished = Renewal.objects.unfinished().filter(key=key).select_related("key__unit")
    return unfinished.select_for_update(of=("self",)).order_by("pk").first()


def _manages(by: Any) -> None:
    if not may(by, Right.MANAGE_KEYS):
        raise PermissionDenied("密钥的续费由市网信办管理。")
