"""What faults, repairs and lines put on the homes of network office and providers (Articles 8, 13 and 16)."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from accounts.backups import BackupRun, months_owed
from accounts.drills import Drill
from accounts.faults import Fault
from accounts.lineoutages import LineOutage
from accounts.providers import Provider, Service
from accounts.renewals import Renewal
from accounts.repairs import Repair
from accounts.tickets import by_clock
from cms.blocks import MOST, Block, Line, block
from cms.limits import moment


def open_faults(user: Any, now: datetime) -> Block:
    """Faults that last, by the clock that runs: until the provider is called, then until it has mended (Article 13(2))."""
    faults: Any = by_clock(Fault.objects.open().select_related("unit"))
    lines = [
        Line(
            f"{fault.unit}",
            f"{fault.get_kind_display()}，{fault.get_state_display()}，{moment(fault.detected_at, now)} 发现"
            + (f"，应在 {moment(fault.clock, now)} 前办理" if fault.clock else "")
            + ("" if fault.is_reported_in_time else "，逾期报告"),
            fault.link,
            "late" if fault.clock and fault.clock < now else "soon",
        )
        for fault in faults
    ]
    return block(
        "未恢复的故障",
        lines,
        url=reverse("accounts:faults"),
        empty="没有未恢复的故障。单位报告的网络、印章、设备故障列在这里，请联系保障单位处理。",
    )


def repairs_to_do(user: Any, now: datetime) -> Block:
    """What the person's provider has still to mend, by its time (Article 13(2))."""
    repairs = Repair.objects.served_by(user).unfinished().select_related("fault__unit").order_by("due_at", "pk")
    lines = [
        Line(
            f"{each.fault.unit}",
            f"{each.fault.get_kind_display()}，{each.get_state_display()}，"
            + (f"应在 {moment(each.due_at, now)} 前完成" if each.due_at else "期限待定"),
            each.link,
            "late" if each.is_late(now) else "soon",
        )
        for each in repairs
    ]
    return block(
        "待完成的维修",
        lines,
        url=reverse("accounts:repairs"),
        empty="没有待完成的维修。市网信办派给本单位的列在这里，请按期完成并填报。",
    )


def last_backup(now: datetime) -> Line:
    """Which back-up of the key vendors was finished last, and whether one is late or last month has none that it should have (Article 17); four queries."""
    address = reverse("accounts:backups")
    this = timezone.localdate(now).replace(day=1)
    before = (this - timedelta(days=1)).replace(day=1)
    last = BackupRun.objects.standing().filter(finished_at__isnull=False).order_by("-finished_at", "-pk").first()
    said = "还没有完成过"
    if last is not None and last.finished_at is not None:
        said = f"最近一次 {moment(last.finished_at, now)} 完成（{last.month:%Y}年{last.month.month}月）"
    vendors = Provider.objects.of(Service.KEY_VENDOR).in_force(this - timedelta(days=1))
    owing = {vendor.pk for vendor in vendors if months_owed(vendor, before, this - timedelta(days=1))}
    if owing - set(BackupRun.objects.standing().filter(month=before).values_list("provider", flat=True)):
        return Line("密钥数据备份", f"{said}，{before.month} 月没有备份", address, "late")
    if late := BackupRun.objects.running().late(now).order_by("month").first():
        return Line("密钥数据备份", f"{said}，{late.month.month} 月的逾期没有完成", address, "late")
    if last is None:
        return Line("密钥数据备份", said, address)
    untested = "" if last.restored_on else "，没有做恢复测试"
    return Line("密钥数据备份", f"{said}{untested}", address, "soon" if untested else "signed")


def last_drill(now: datetime) -> Line:
    """When a back-up of the platform was last restored for a test, and whether that is too long ago or it failed (Article 17); two queries."""
    address = reverse("accounts:drills")
    last, is_overdue = Drill.objects.newest(), Drill.objects.is_overdue(now)
    if last is None:
        return Line("恢复演练", "还没有做过，请每月演练一次", address, "late")
    said = f"{moment(last.finished_at, now)} 演练，" + ("可以使用" if last.is_good else "没有通过")
    if is_overdue:
        said += "，一个月内没有通过的"
    return Line("恢复演练", said, address, "signed" if last.is_good and not is_overdue else "late")


def key_service_to_do(user: Any, now: datetime) -> Block | None:
    """Back-ups and renewals that the person's vendor has still to finish, by their time; none for other providers (Article 17)."""
    if not Provider.objects.for_person(user).of(Service.KEY_VENDOR).exists():
        return None
    backups = BackupRun.objects.for_person(user).running().order_by("month", "pk")
    renewals = Renewal.objects.for_person(user).with_vendor().select_related("key__unit").order_by("due_at", "pk")
    lines = [
        Line(
            f"{run.month:%-m}月数据备份",
            _until(run.due_at, now),
            reverse("accounts:backup", args=[run.pk]),
            "late" if run.days_late(now) else "soon",
        )
        for run in backups
    ] + [
        Line(
            f"{each.key.unit}",
            f"{each.key.get_kind_display()}续费，{_until(each.due_at, now)}",
            reverse("accounts:renewal", args=[each.pk]),
            "late" if each.days_late(now) else "soon",
        )
        for each in renewals[:MOST]
    ]
    return block(
        "续费和备份",
        lines,
        url=reverse("accounts:vendor_tasks"),
        empty="没有在办的续费和备份。市网信办交办的续费、已开始的备份列在这里，请按期完成并填报。",
    )


def _until(due_at: datetime | None, now: datetime) -> str:
    return f"应在 {moment(due_at, now)} 前完成" if due_at else "期限待定"


def carried_lines_down(user: Any, now: datetime) -> Block | None:
    """The same for who serves a carrier; other providers have no lines."""
    carries = Provider.objects.for_person(user).of(Service.CARRIER).exists()
    return lines_down(user, now) if carries else None


def lines_down(user: Any, now: datetime) -> Block:
    """Lines that were down this month, those that are down now first (Article 16)."""
    first = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    outages = LineOutage.objects.for_person(user).touching(first, None).select_related("line__unit", "rules")
    lines = [
        Line(
            f"{each.line.unit}",
            f"{moment(each.down_at, now)} 中断，"
            + (f"{moment(each.up_at, now)} 恢复" if each.up_at else f"应在 {moment(each.due_at, now)} 前恢复"),
            reverse("accounts:line_outage", args=[each.pk]),
            "late" if each.is_too_long(now) else "signed" if each.up_at else "soon",
        )
        for each in outages.order_by(F("up_at").desc(nulls_first=True), "-down_at")
    ]
    return block(
        "本月线路中断",
        lines,
        url=reverse("accounts:lines"),
        empty="本月没有线路中断。单位、运营商报告的中断列在这里，请督促恢复。",
    )
