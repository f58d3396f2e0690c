"""设备自查: a unit looks over its kit and keys every week, its leader hears of every problem at once (Article 18).

Our reading: the rule asks for checks at regular times; we ask for one a week. How often is a number of the rule.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.deeds import Deed
from accounts.equipment import Device, DeviceKind, keys_in_force, kit_units
from accounts.faults import Fault, report_fault
from accounts.holders import people_with
from accounts.overseeing import overseen
from accounts.roles import Right, may
from accounts.seals import SealKey
from accounts.units import Unit
from cms import ledger
from cms.areas import Area
from cms.lifecycles import OutOfOrder, move
from cms.messages import tell
from cms.ruleversions import RuleVersion
from cms.unmarked import refuse_marked_fields, unmarked
from cms.workdays import Office

_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_FAULTS = {
    DeviceKind.COMPUTER: Fault.Kind.COMPUTER,
    DeviceKind.PRINTER: Fault.Kind.PRINTER,
    DeviceKind.NETWORK: Fault.Kind.NETWORK,
}

Thing = Device | SealKey


class EquipmentCheck(models.Model):
    """That a unit looked over its kit on a day, once for each day; takes INSERT only. ``week`` is the Monday of that week."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="kit_checks", verbose_name="单位")
    week = models.DateField("周（星期一）")
    done_on = models.DateField("自查日期")
    done_at = models.DateTimeField("自查时间")
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="自查人")
    looked_at = models.PositiveSmallIntegerField("设备和密钥数")

    class Meta:
        verbose_name = verbose_name_plural = "设备自查"
        default_permissions = ()
        ordering = ["-done_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "done_on"], name="kit_check_once_a_day"),
            models.CheckConstraint(condition=Q(week__lte=F("done_on")), name="kit_check_in_its_week"),
        ]
        indexes = [models.Index(fields=["week", "unit"], name="kit_check_week")]

    def __str__(self) -> str:
        return f"{self.unit} {self.done_on}设备自查"


class KitProblemQuerySet(models.QuerySet["KitProblem"]):
    def for_person(self, person: Any) -> "KitProblemQuerySet":
        """Those of the area for who inspects its kit, and those of the units whose kit one keeps or oversees."""
        inspected, own = overseen(person, Right.INSPECT_KIT), Q(unit__in=kit_units(person))
        return self.filter(inspected.units() if inspected.every else own | inspected.units())

    def unsolved(self) -> "KitProblemQuerySet":
        return self.exclude(state=KitProblem.State.FIXED)

    def known(self) -> "KitProblemQuerySet":
        """What a list shows of each is loaded along."""
        return self.select_related("unit", "device__unit", "key__unit", "check_made__done_by", "fault")


class KitProblem(models.Model):
    """What a check found on one device or key, whether the leader knows of it, and when it was put right."""

    class State(models.TextChoices):
        OPEN = "open", "待处理"
        SEEN = "seen", "领导已知悉"
        FIXED = "fixed", "已解决"

    MOVES = {State.OPEN: {State.SEEN, State.FIXED}, State.SEEN: {State.FIXED}}

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="kit_problems", verbose_name="单位")
    check_made = models.ForeignKey(EquipmentCheck, models.PROTECT, related_name="problems", verbose_name="自查")
    device = models.ForeignKey(Device, models.PROTECT, null=True, related_name="problems", verbose_name="设备")
    key = models.ForeignKey(SealKey, models.PROTECT, null=True, related_name="problems", verbose_name="密钥")
    text = models.CharField("问题", max_length=200)
    found_at = models.DateTimeField("发现时间")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    leader_informed_at = models.DateTimeField("告知分管领导时间", null=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="知悉人"
    )
    seen_at = models.DateTimeField("知悉时间", null=True)
    fault = models.OneToOneField(Fault, models.PROTECT, null=True, related_name="found_by", verbose_name="故障报告")
    fixed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="解决人"
    )
    fixed_at = models.DateTimeField("解决时间", null=True)
    remedy = models.CharField("怎样解决", max_length=200, blank=True)

    objects = KitProblemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "自查发现的问题"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(device__isnull=True, key__isnull=False) | Q(device__isnull=False, key__isnull=True),
                name="kit_problem_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(state="fixed", fixed_at__isnull=False, fixed_by__isnull=False, remedy__gt="")
                & Q(fixed_at__gte=F("found_at"))
                | Q(~Q(state="fixed"), fixed_at=None, fixed_by=None),
                name="kit_problem_fixed_has_remedy",
            ),
            models.CheckConstraint(
                condition=~Q(state="seen") | Q(seen_at__isnull=False, seen_by__isnull=False),
                name="kit_problem_seen_by_somebody",
            ),
            models.UniqueConstraint(fields=["device"], condition=~Q(state="fixed"), name="device_one_problem"),
            models.UniqueConstraint(fields=["key"], condition=~Q(state="fixed"), name="key_one_problem"),
        ]
        indexes = [models.Index(fields=["unit", "state"], name="kit_problem_unit")]

    def __str__(self) -> str:
        return f"{self.thing}：{self.text}"

    @property
    def thing(self) -> Thing:
        found = self.device or self.key
        assert found is not None
        return found

    @transaction.atomic
    def acknowledge(self, *, by: Any, at: datetime) -> None:
        """The unit's leader knows of it."""
        if not may(by, Right.OVERSEE_KIT, self.unit_id):
            raise PermissionDenied("由本单位分管领导知悉。")
        move(self, self.State.SEEN, Deed.KIT_PROBLEM_SEEN, by=by, at=at, unit=self.unit_id, seen_by=by, seen_at=at)

    @transaction.atomic
    def fix(self, remedy: str, *, by: Any, at: datetime) -> None:
        """It was put right; raises ``ValidationError`` when nobody says how."""
        _refuse_who_does_not_keep(by, self.unit_id)
        remedy = " ".join(remedy.split())[:200]
        if not remedy:
            raise ValidationError({"remedy": "请写明怎样解决的。"})
        refuse_marked_fields(remedy=remedy)
        move(
            self,
            self.State.FIXED,
            Deed.KIT_PROBLEM_FIXED,
            by=by,
            at=at,
            unit=self.unit_id,
            fixed_by=by,
            fixed_at=at,
            remedy=remedy,
        )

    @transaction.atomic
    def report(self, *, by: Any, at: datetime) -> Fault:
        """Secretariat and network office know of it as a fault found when the check found it (Article 13); once."""
        _refuse_who_does_not_keep(by, self.unit_id)
        standing = KitProblem.objects.unsolved().select_for_update().filter(pk=self.pk, fault=None).first()
        if standing is None:
            raise OutOfOrder("这个问题已经解决，或者已经报告过故障。")
        kind = Fault.Kind.SEAL if self.key_id else _FAULTS.get(DeviceKind(self.thing.kind), Fault.Kind.OTHER)
        fault = report_fault(self.unit, kind, str(self), detected_at=self.found_at, by=by, at=at)
        KitProblem.objects.filter(pk=self.pk).update(fault=fault)
        self.fault = fault
        return fault


@transaction.atomic
def record_check(unit: Unit, problems: Mapping[Thing, str], *, by: Any, at: datetime) -> EquipmentCheck:
    """The unit has looked over its kit today; what is not in ``problems`` is well. Its leader hears of each problem at once.

    A second check of the day adds problems to the first. Raises ``ValidationError`` without a device in the register, for a problem
    without a word or with what is not the unit's, and ``OutOfOrder`` when there is nothing to add.
    """
    _refuse_who_does_not_keep(by, unit.pk)
    Unit.objects.select_for_update().get(pk=unit.pk)
    devices, keys = list(Device.objects.in_use().filter(unit=unit)), list(keys_in_force([unit.pk], at))
    if not devices:
        raise ValidationError("本单位还没有登记设备，请先登记，再自查。")
    found = {thing: " ".join(text.split())[:200] for thing, text in problems.items()}
    if not all(found.values()) or not found.keys() <= {*devices, *keys}:
        raise ValidationError("请写明每件有问题的设备有什么问题。")
    for text in found.values():
        unmarked(text)
    today = timezone.localdate(at)
    check, is_first = EquipmentCheck.objects.get_or_create(
        unit=unit,
        done_on=today,
        defaults={"week": monday_of(today), "done_at": at, "done_by": by, "looked_at": len(devices) + len(keys)},
    )
    known = {problem.thing for problem in KitProblem.objects.unsolved().filter(unit=unit).known()}
    new = {thing: text for thing, text in found.items() if thing not in known}
    if not is_first and not new:
        raise OutOfOrder("今天已经自查过，没有新的问题要登记。")
    leaders = people_with(Right.OVERSEE_KIT, unit.pk)
    made = [
        KitProblem.objects.create(
            unit=unit,
            check_made=check,
            device=thing if isinstance(thing, Device) else None,
            key=thing if isinstance(thing, SealKey) else None,
            text=text,
            found_at=at,
            leader_informed_at=at if leaders else None,
        )
        for thing, text in new.items()
    ]
    if made:
        said = "；".join(f"{problem}" for problem in made)
        tell(leaders, key=f"kit:{made[0].pk}", text=f"{unit}设备自查发现问题：{said}。", link="/kit/", at=at)
    facts = {"looked_at": check.looked_at, "problems": [ledger.subject_of(problem.thing) for problem in made]}
    ledger.enter(Deed.KIT_CHECKED, subject=ledger.subject_of(check), by=by, at=at, unit=unit.pk, facts=facts)
    return check


def monday_of(day: date) -> date:
    return day - day.weekday() * _DAY


def weeks_between(area: Area, at: datetime) -> int:
    """In how many weeks there must be a check, by the rule in force at this time."""
    return RuleVersion.objects.in_force(area, at).rule_set.selfcheck_weeks


def begin_of_asked(today: date, area: Area, at: datetime) -> date:
    """The Monday from which on a check counts for the week of this day."""
    return monday_of(today) - (weeks_between(area, at) - 1) * _WEEK


def is_asked(week: date, office: Office) -> bool:
    """Whether a check is asked for in the week of this Monday: a week that has a working day."""
    return any(office.is_working_day(week + number * _DAY) for number in range(7))


def missing(week: date, *, every: int) -> QuerySet[Unit]:
    """The connected units without a check in the ``every`` weeks that end with this one, in order; one query.

    Each says its ``last_check`` before that and whether it ``has_devices``, as of that week.
    """
    begins, ends = week - (every - 1) * _WEEK, week + _WEEK
    checks = EquipmentCheck.objects.filter(unit=OuterRef("pk"))
    devices = Device.objects.filter(
        Q(retired_at=None) | Q(retired_at__date__gte=week), unit=OuterRef("pk"), registered_at__date__lt=ends
    )
    last = checks.filter(week__lt=begins).values("unit").annotate(last=Max("done_on")).values("last")
    units = Unit.objects.bodies().filter(connected=True, served_by=None)
    return (
        units.exclude(Exists(checks.filter(week__gte=begins, week__lt=ends)))
        .annotate(has_devices=Exists(devices), last_check=Subquery(last))
        .in_order()
    )


def _refuse_who_does_not_keep(by: Any, unit: int) -> None:
    if not may(by, Right.KEEP_KIT, unit):
        raise PermissionDenied("设备自查由本单位收发员负责。")
