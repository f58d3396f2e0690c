"""设备: the computers, printers and sticks with which a unit works, and who keeps each (Articles 9, 10, 11 and 26).

Keys are kit as well; they have their own register (``accounts.seals``) and are shown beside these, never entered twice.
"""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.deeds import Deed
from accounts.overseeing import overseen
from accounts.people import Post, User
from accounts.roles import Right, may, units_where
from accounts.seals import SealKey
from accounts.units import Unit
from cms import ledger
from cms.lifecycles import OutOfOrder, move
from cms.unmarked import refuse_marked_fields


class DeviceKind(models.TextChoices):
    COMPUTER = "computer", "计算机"
    PRINTER = "printer", "打印机"
    SCANNER = "scanner", "扫描仪"
    STICK = "stick", "专用U盘"
    NETWORK = "network", "网络设备"
    OTHER = "other", "其他设备"


class DeviceQuerySet(models.QuerySet["Device"]):
    def for_person(self, person: Any) -> "DeviceQuerySet":
        """Those of the area for who inspects its kit, and those of the units whose kit one keeps or oversees."""
        inspected, own = overseen(person, Right.INSPECT_KIT), Q(unit__in=kit_units(person))
        return self.filter(inspected.units() if inspected.every else own | inspected.units())

    def in_use(self) -> "DeviceQuerySet":
        return self.filter(state=Device.State.IN_USE)

    def kept_by(self, person: Any) -> "DeviceQuerySet":
        """What the person has in hand, and hands over when leaving (Article 26)."""
        return self.in_use().filter(keeper=person.pk)

    def without_keeper(self, on: date) -> "DeviceQuerySet":
        """Those in use whose keeper's account is closed or who serves the unit no more."""
        here = Q(unit=OuterRef("unit")) | Q(unit__serves=OuterRef("unit"))
        posts = Post.objects.in_force(on).filter(here, person=OuterRef("keeper"), person__is_active=True)
        return self.in_use().exclude(Exists(posts))

    def search(self, text: str) -> "DeviceQuerySet":
        """Those whose unit, keeper, model or number has the text in it."""
        return self.filter(
            Q(unit__name__icontains=text)
            | Q(unit__short_name__icontains=text)
            | Q(keeper__name__icontains=text)
            | Q(model__icontains=text)
            | Q(serial__icontains=text)
        )

    def in_order(self) -> "DeviceQuerySet":
        return self.order_by("unit__sort_order", "unit__code", "kind", "pk")


class Device(models.Model):
    """One piece of kit of one unit in the hands of one keeper."""

    class State(models.TextChoices):
        IN_USE = "in_use", "在用"
        RETIRED = "retired", "已停用"

    MOVES = {State.IN_USE: {State.RETIRED}}

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="devices", verbose_name="单位")
    kind = models.CharField("种类", max_length=10, choices=DeviceKind.choices)
    model = models.CharField("品牌型号", max_length=60)
    serial = models.CharField("序列号或资产编号", max_length=60)
    keeper = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="devices", verbose_name="保管人")
    conforms = models.BooleanField("符合技术标准和保密要求")
    stated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="核查人")
    stated_at = models.DateTimeField("核查时间")
    in_use_since = models.DateField("启用日期")
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    registered_at = models.DateTimeField("登记时间")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.IN_USE)
    retired_at = models.DateTimeField("停用时间", null=True)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="停用人"
    )
    retire_reason = models.CharField("停用原因", max_length=200, blank=True)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "设备"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "kind", "serial"], condition=Q(state="in_use"), name="device_in_use_once"
            ),
            models.CheckConstraint(
                condition=Q(state="in_use", retired_at=None, retired_by=None, retire_reason="")
                | Q(state="retired", retired_at__isnull=False, retired_by__isnull=False, retire_reason__gt="")
                & Q(retired_at__gte=F("registered_at")),
                name="device_retired_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "state"], name="device_unit"),
            models.Index(fields=["keeper", "state"], name="device_keeper"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.model}"

    @transaction.atomic
    def hand_to(self, keeper: User, *, by: Any, at: datetime) -> None:
        """Another person keeps it from now on; raises ``OutOfOrder`` when it is retired or has that keeper already."""
        _refuse_who_does_not_keep(by, self.unit_id, or_oversees=True)
        _refuse_keeper(keeper, self.unit, at)
        self.pass_to(keeper, by=by, at=at)

    @transaction.atomic
    def pass_to(self, keeper: User, *, by: Any, at: datetime) -> None:
        """The same, where the act that is being done has asked who may: with a post its kit goes over (Article 26)."""
        if not Device.objects.in_use().filter(pk=self.pk).exclude(keeper=keeper).update(keeper=keeper):
            raise OutOfOrder(f"这件设备已经停用，或者已由{keeper}保管。")
        self.keeper = keeper
        DeviceCustody.objects.create(device=self, holder=keeper, since=at, handed_by=by)
        self._enter(Deed.DEVICE_HANDED, by=by, at=at, facts={"keeper": keeper.pk})

    @transaction.atomic
    def state_conformity(self, conforms: bool, *, by: Any, at: datetime) -> None:
        """Somebody answers for it that it meets standards and secrecy rules, or says that it does not (Article 11)."""
        _refuse_who_does_not_keep(by, self.unit_id)
        said = {"conforms": conforms, "stated_by": by, "stated_at": at}
        if not Device.objects.in_use().filter(pk=self.pk).update(**said):
            raise OutOfOrder("这件设备已经停用。")
        self.conforms, self.stated_by, self.stated_at = conforms, by, at
        self._enter(Deed.DEVICE_STATED, by=by, at=at, facts={"conforms": conforms})

    @transaction.atomic
    def retire(self, reason: str, *, by: Any, at: datetime) -> None:
        """It is in use no more; raises ``ValidationError`` without a reason and ``OutOfOrder`` when it was retired before."""
        _refuse_who_does_not_keep(by, self.unit_id)
        reason = " ".join(reason.split())[:200]
        if not reason:
            raise ValidationError({"reason": "请写明停用原因，如“报废”“送修不返”“上交”。"})
        refuse_marked_fields(reason=reason)
        self.retire_with(reason, by=by, at=at)

    def retire_with(self, reason: str, *, by: Any, at: datetime) -> None:
        """The same, inside an act that has asked who may."""
        move(
            self,
            self.State.RETIRED,
            Deed.DEVICE_RETIRED,
            by=by,
            at=at,
            unit=self.unit_id,
            retired_at=at,
            retired_by=by,
            retire_reason=reason[:200],
        )

    def _enter(self, deed: str, *, by: Any, at: datetime, facts: dict[str, Any]) -> None:
        ledger.enter(deed, subject=ledger.subject_of(self), by=by, at=at, unit=self.unit_id, facts=facts)


class DeviceCustody(models.Model):
    """That somebody keeps a device from a moment on, until the next row of the device; takes INSERT only."""

    device = models.ForeignKey(Device, models.PROTECT, related_name="custody", verbose_name="设备")
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="保管人")
    since = models.DateTimeField("保管时间")
    handed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人")

    class Meta:
        verbose_name = verbose_name_plural = "设备保管记录"
        default_permissions = ()
        ordering = ["since", "pk"]

    def __str__(self) -> str:
        return f"{self.device} {self.holder}"


@transaction.atomic
def register_device(
    unit: Unit,
    kind: str,
    model: str,
    serial: str,
    keeper: User,
    *,
    conforms: bool,
    in_use_since: date,
    by: Any,
    at: datetime,
) -> Device:
    """The unit works with the device and this person keeps it.

    Raises ``PermissionDenied`` for who does not keep the unit's kit and ``ValidationError`` for a device without model or number, one that
    is in use there already, a day still to come, or a keeper who does not serve there.
    """
    _refuse_who_does_not_keep(by, unit.pk)
    _refuse_keeper(keeper, unit, at)
    model, serial = " ".join(model.split())[:60], " ".join(serial.split())[:60]
    if not model or not serial:
        raise ValidationError("请填写品牌型号和序列号（没有序列号的，填资产编号）。")
    refuse_marked_fields(model=model, serial=serial)
    if in_use_since > timezone.localdate(at):
        raise ValidationError({"in_use_since": "启用日期不能晚于今天。"})
    Unit.objects.select_for_update().get(pk=unit.pk)
    if Device.objects.in_use().filter(unit=unit, kind=kind, serial=serial).exists():
        raise ValidationError({"serial": "这件设备已经登记，编号相同。"})
    device = Device.objects.create(
        unit=unit,
        kind=DeviceKind(kind),
        model=model,
        serial=serial,
        keeper=keeper,
        conforms=conforms,
        stated_by=by,
        stated_at=at,
        in_use_since=in_use_since,
        registered_by=by,
        registered_at=at,
    )
    DeviceCustody.objects.create(device=device, holder=keeper, since=at, handed_by=by)
    device._enter(Deed.DEVICE_REGISTERED, by=by, at=at, facts={"kind": kind, "keeper": keeper.pk, "conforms": conforms})
    return device


def retire_all(unit: Unit, reason: str, *, by: Any, at: datetime) -> None:
    """Nothing of the unit is in use any more; call it inside the act that ends the unit."""
    for device in Device.objects.in_use().filter(unit=unit).order_by("pk"):
        device.retire_with(reason, by=by, at=at)


def kit_units(person: Any) -> frozenset[int]:
    """Primary keys of the units whose kit the person keeps or oversees."""
    return units_where(person, Right.KEEP_KIT) | units_where(person, Right.OVERSEE_KIT)


def possible_keepers(units: Any, on: date) -> QuerySet[User]:
    """The active people who serve one of the units, or the one that serves it."""
    here = Q(unit__in=units) | Q(unit__serves__in=units)
    posts = Post.objects.in_force(on).filter(here, person=OuterRef("pk"))
    return User.objects.filter(Exists(posts), is_active=True).order_by("name", "pk")


def keys_in_force(units: Any, at: datetime) -> QuerySet[SealKey]:
    """The keys of the units as the register of keys has them."""
    found = SealKey.objects.in_force(at).filter(unit__in=units).select_related("unit", "keeper")
    return found.order_by("unit__sort_order", "unit__code", "kind", "pk")


def _refuse_keeper(keeper: User, unit: Unit, at: datetime) -> None:
    if not possible_keepers([unit.pk], timezone.localdate(at)).filter(pk=keeper.pk).exists():
        raise ValidationError({"keeper": f"{keeper}不是{unit}的在岗人员，不能保管这件设备。"})


def _refuse_who_does_not_keep(by: Any, unit: int, *, or_oversees: bool = False) -> None:
    if not (may(by, Right.KEEP_KIT, unit) or (or_oversees and may(by, Right.OVERSEE_KIT, unit))):
        raise PermissionDenied("设备由本单位收发员登记和管理。")
