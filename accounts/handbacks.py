"""交回旧印章、旧密钥: what a unit owes back because it was renamed or dissolved, the bronze seal and the keys (Article 15).

The bronze seal goes to whoever keeps such seals, the keys to the network office, where ``sealends.take_back`` receives each. The rule gives
no term; after some working days, a number of the rule set, both sides are reminded, once.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from accounts.deeds import Deed
from accounts.holders import holders, people_with
from accounts.roles import Right
from accounts.seals import KeyKind, SealKey
from accounts.unitchanges import UnitChange, checked_text, refuse_stranger
from accounts.units import Unit
from cms import ledger
from cms.lifecycles import OutOfOrder
from cms.limits import limit_due
from cms.messages import tell
from cms.offices import office_of
from cms.ruleversions import RuleVersion
from cms.workdays import CalendarMissing

# A key that was made and is not back.
_OUT = (
    SealKey.State.ISSUED,
    SealKey.State.IN_FORCE,
    SealKey.State.EXPIRED,
    SealKey.State.DAMAGED,
    SealKey.State.REVOKED,
)


class HandbackQuerySet(models.QuerySet["Handback"]):
    def owed(self) -> "HandbackQuerySet":
        """Those of which the seal or a key is not back."""
        out = SealKey.objects.filter(_out_since(OuterRef("owed_from")), unit=OuterRef("unit"))
        old = out.filter(_of_old_name(OuterRef("owed_from")))
        return self.filter(Q(seal_returned_on=None) | Q(Exists(old)) | Q(Exists(out), all_keys=True))

    def to_remind(self, at: datetime) -> "HandbackQuerySet":
        return self.owed().filter(remind_at__lte=at, reminded_at=None)


class Handback(models.Model):
    """That because of one change a unit owes back its bronze seal and the keys of that time."""

    change = models.OneToOneField(UnitChange, models.PROTECT, related_name="handback", verbose_name="单位变动")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="handbacks", verbose_name="单位")
    unit_name = models.CharField("旧印章的单位名称", max_length=100)
    all_keys = models.BooleanField("全部密钥")
    owed_from = models.DateTimeField("起算时间")
    # Unknown while the year's calendar is missing; looked for again by the sweep.
    remind_at = models.DateTimeField("提醒时间", null=True)
    reminded_at = models.DateTimeField("已提醒时间", null=True)
    seal_returned_on = models.DateField("实物印章交回日期", null=True)
    seal_returned_to = models.CharField("实物印章交给", max_length=60, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="登记人"
    )
    recorded_at = models.DateTimeField("登记时间", null=True)

    objects = HandbackQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "印章密钥交回"
        default_permissions = ()
        ordering = ["owed_from", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(seal_returned_on=None, seal_returned_to="", recorded_by=None, recorded_at=None)
                | Q(seal_returned_on__isnull=False, seal_returned_to__gt="", recorded_by__isnull=False)
                & Q(recorded_at__isnull=False),
                name="seal_returned_to_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_name}的印章、密钥"

    def missing(self, keys: Iterable[SealKey] | None = None) -> list[str]:
        """What is not back, each in words; the keys are asked for unless they are given."""
        keys = keys_out([self])[self.pk] if keys is None else keys
        seal = [] if self.seal_returned_on else [f"“{self.unit_name}”的实物印章"]
        return seal + [f"{key.keeper}保管的{key.get_kind_display()}密钥" for key in keys]

    def receive_seal(self, *, on_day: date, to_whom: str, by: Any, at: datetime) -> None:
        """The bronze seal was handed in on this day to this body; entered once.

        Raises ``PermissionDenied``, ``ValidationError`` for a day before the change or to come or without a body, and ``OutOfOrder``.
        """
        refuse_stranger(by)
        to_whom = checked_text(to_whom, "to_whom", "接收印章的单位", 60)
        if not self.change.on_day <= on_day <= timezone.localdate(at):
            raise ValidationError({"on_day": f"交回日期应在{self.change.on_day:%Y-%m-%d}至今天之间。"})
        changes = {"seal_returned_on": on_day, "seal_returned_to": to_whom, "recorded_by": by, "recorded_at": at}
        if not Handback.objects.filter(pk=self.pk, seal_returned_on=None).update(**changes):
            raise OutOfOrder(f"“{self.unit_name}”的实物印章已登记交回，没有重复登记。")
        for field, value in changes.items():
            setattr(self, field, value)
        ledger.enter(
            Deed.SEAL_HANDED_IN,
            subject=ledger.subject_of(self),
            by=by,
            at=at,
            unit=self.unit_id,
            facts={"name": self.unit_name, "on_day": on_day, "to_whom": to_whom},
        )


def keys_out(handbacks: Collection[Handback]) -> dict[int, list[SealKey]]:
    """The keys that are not back, by what asks for them; one query for all."""
    asked = SealKey.objects.annotate(
        handback=F("unit__handbacks"), since=F("unit__handbacks__owed_from"), all_keys=F("unit__handbacks__all_keys")
    )
    found: dict[int, list[SealKey]] = {each.pk: [] for each in handbacks}
    keys = asked.filter(_out_since(F("since")), Q(all_keys=True) | _of_old_name(F("since")), handback__in=found)
    for key in keys.select_related("keeper").order_by("pk"):
        found[key.handback].append(key)
    return found


def _out_since(since: Any) -> Q:
    """Keys that the unit had at this time and that are not back; what had ended before is not asked for."""
    made = Q(issued_at__lte=since) | Q(in_force_at__lte=since)
    return made & (Q(ended_at=None) | Q(ended_at__gte=since)) & Q(state__in=_OUT)


def _of_old_name(since: Any) -> Q:
    """Of these the seals that bear the name of before; people's own certificates are renewed in their turn."""
    return Q(kind=KeyKind.UNIT_SEAL, in_force_at__lt=since)


def certified_before(unit: Unit) -> models.QuerySet[SealKey]:
    """People's own certificates and stamps in use that still bear a former name of the unit; they are renewed in their turn."""
    renamed = Handback.objects.filter(unit=unit, all_keys=False).order_by("-owed_from").values("owed_from")[:1]
    in_use = SealKey.objects.filter(unit=unit, state=SealKey.State.IN_FORCE).exclude(kind=KeyKind.UNIT_SEAL)
    return in_use.filter(in_force_at__lt=models.Subquery(renamed))


def owe(change: UnitChange, *, unit_name: str, all_keys: bool, at: datetime) -> Handback | None:
    """Because of this change seal and keys are owed back from now on; nothing of a unit that has no seal."""
    if not change.unit.has_seal:
        return None
    return Handback.objects.create(
        change=change,
        unit=change.unit,
        unit_name=unit_name,
        all_keys=all_keys,
        owed_from=at,
        remind_at=_remind_at(change.unit, at),
    )


def _remind_at(unit: Unit, at: datetime) -> datetime | None:
    rules = RuleVersion.objects.in_force(unit.area, at).rule_set
    try:
        return limit_due("handback", at, office_of(unit.area), rules).at
    except CalendarMissing:
        return None


def sweep_handbacks(at: datetime) -> None:
    """Who owes seal or keys still, and the network office, were reminded of it, once; what waited for a calendar has its day."""
    for waiting in Handback.objects.filter(remind_at=None, reminded_at=None).select_related("unit__area"):
        Handback.objects.filter(pk=waiting.pk).update(remind_at=_remind_at(waiting.unit, waiting.owed_from))
    for owed in Handback.objects.to_remind(at).select_related("unit"):
        text = f"还没有交回：{'、'.join(owed.missing())}。实物印章交有关单位，密钥交市网信办。"
        people = people_with(Right.SEE_KEYS, owed.unit_id) | set(
            holders(Right.MANAGE_UNITS).values_list("user_id", flat=True)
        )
        tell(people, key=f"handback:{owed.pk}", text=text, link=f"/units/{owed.unit_id}/", at=at)
        Handback.objects.filter(pk=owed.pk).update(reminded_at=at)
