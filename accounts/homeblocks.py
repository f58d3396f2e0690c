"""What this app puts on the homes of network office, leaders and providers (Articles 7, 8, 10, 13, 14, 17, 18 and 23)."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.contacts import asking_contacts
from accounts.lockout import standing_locks
from accounts.outages import at_hand
from accounts.providers import Provider
from accounts.roles import Right, Role, may, units_where
from accounts.seals import SealKey
from accounts.slips import Slip
from accounts.staffing import staffed_units
from accounts.standins import StandIn
from accounts.unitduty import duty_entries
from accounts.units import Unit
from cms.blocks import MOST, Block, Line, block
from cms.counting import tally
from cms.limits import moment
from cms.together import Asking, gathered, rows_of

URGENT_DAYS = 7  # a key that ends so soon is late to be renewed: five working days are allowed


def keys_ending(user: Any, now: datetime) -> Asking[Block]:
    """Keys of the units one watches over that end within sixty days, the first to end on top."""
    ending = SealKey.objects.for_person(user).ending(now).select_related("unit", "keeper").order_by("valid_until", "pk")
    (first,) = yield (ending[:MOST],)
    lines = [
        Line(
            f"{key.unit}",
            f"{key.get_kind_display()}（{key.keeper}保管），{_days_left(key.days_left(now))}",
            reverse("accounts:key", args=[key.pk]),
            "late" if key.days_left(now) <= URGENT_DAYS else "soon",
        )
        for key in first
    ]
    (found,) = (yield (tally(ending),)) if len(lines) == MOST else (None,)
    return block(
        "即将到期的密钥",
        lines,
        url=reverse("accounts:keys"),
        empty="60 天内没有密钥到期。快到期的密钥列在这里，请联系市网信办换发。"
        if not may(user, Right.MANAGE_KEYS)
        else "60 天内没有密钥到期。快到期的密钥列在这里，请通知单位换发。",
        count=None if found is None else sum(found),
    )


def keys_without_keeper(user: Any, now: datetime) -> Block:
    """Keys in force that nobody in service keeps."""
    keys = SealKey.objects.without_keeper(timezone.localdate(now)).select_related("unit", "keeper").order_by("pk")
    lines = [
        Line(
            f"{key.unit}",
            f"{key.get_kind_display()}，原保管人 {key.keeper}",
            reverse("accounts:key", args=[key.pk]),
            "late",
        )
        for key in keys[:MOST]
    ]
    return block(
        "没有保管人的密钥",
        lines,
        url=reverse("accounts:keys"),
        empty="在用的密钥都有在岗的保管人。保管人离岗而没有交回的列在这里，请收回。",
        count=keys.count() if len(lines) == MOST else None,
    )


def keys_to_issue(user: Any, now: datetime) -> Block:
    """Keys that were applied for, those due first on top (Article 14)."""
    keys = SealKey.objects.filter(state=SealKey.State.REQUESTED).select_related("unit")
    lines = [
        Line(
            f"{key.unit}",
            f"{key.get_kind_display()}，{key.get_occasion_display()}，"
            + (f"应在 {moment(key.due_at, now)} 前制发" if key.due_at else f"{moment(key.requested_at, now)} 申请"),
            reverse("accounts:key", args=[key.pk]),
            "late" if key.due_at and key.due_at < now else "soon" if key.due_at else "pending",
        )
        for key in keys.order_by("due_at", "requested_at", "pk")
    ]
    lines.sort(key=lambda line: line.tone == "pending")
    return block(
        "待制发的密钥",
        lines,
        url=reverse("accounts:keys"),
        empty="没有待制发的密钥。单位申请、损坏重新制发的密钥列在这里。",
    )


def sign_in_help(user: Any, now: datetime) -> Block:
    """Locked names and slips that wait for a second person."""
    locks, slips = standing_locks(now), Slip.objects.waiting().count()
    lines = []
    if locks:
        lines.append(Line("登录锁定", f"{len(locks)} 个用户名被锁定", reverse("accounts:locks"), "soon"))
    if slips:
        lines.append(Line("密码单", f"{slips} 张等待复核", reverse("accounts:slips"), "pending"))
    return block("登录帮助", lines, empty="没有被锁定的用户名，也没有待复核的密码单。")


def stops(user: Any, now: datetime) -> Block:
    """Stops of the platform that are on or begin within a day."""
    lines = [
        Line(stop.get_kind_display(), stop.sentence(now), reverse("accounts:outage", args=[stop.pk]), "soon")
        for stop in at_hand(now)
    ]
    return block(
        "平台停用",
        lines,
        url=reverse("accounts:outages"),
        empty="现在没有停用，24 小时内也没有预告。停机维护请先在“平台停用”公告。",
    )


def people_on_duty(user: Any, now: datetime) -> Asking[Block]:
    """Who receives for the units that the person leads, who answers there today, and who stands in for whom."""
    led = units_where(user, Right.MANAGE_STAFF)
    today = timezone.localdate(now)
    standing = StandIn.objects.in_force(today).filter(unit__in=led).select_related("person", "absent")
    parts: tuple[Asking[Any], ...] = (
        asking_contacts(led),
        rows_of(
            Unit.objects.filter(pk__in=led).in_order(),
            staffed_units().filter(pk__in=led),
            duty_entries(led, today),
            standing.order_by("ends_on", "pk"),
        ),
    )
    named, (units, staffed, entries, stand_ins) = yield from gathered(parts)
    answering = {entry.unit_id: entry.person for entry in entries}
    lines = [
        Line(
            f"{unit}收发员",
            "、".join(contact.name for contact in named[unit.pk] if contact.role == Role.CLERK) or "没有收发员，请报备",
            tone="" if any(contact.role == Role.CLERK for contact in named[unit.pk]) else "late",
        )
        for unit in units
    ]
    lines += [
        Line(
            f"{unit}今日值班",
            answering[unit.pk].name if unit.pk in answering else "没有另排，由收发员值守",
            reverse("accounts:unit_duty", args=[unit.code]),
        )
        for unit in staffed
    ]
    lines += [
        Line(
            f"{stand_in.get_role_display()}代行",
            f"{stand_in.person} 代 {stand_in.absent}，至 {stand_in.ends_on.month}月{stand_in.ends_on.day}日",
        )
        for stand_in in stand_ins
    ]
    return block("在岗人员", lines, url=reverse("accounts:stand_ins"), empty="您没有分管的单位。")


def contracts(user: Any, now: datetime) -> Block:
    """What one's own house renders under which contract."""
    held = Provider.objects.for_person(user).in_force(timezone.localdate(now)).in_order().select_related("unit")
    lines = [
        Line(
            each.get_service_display(),
            f"{each.unit}，"
            + (f"合同 {each.contract}，" if each.contract else "")
            + (f"至 {each.until:%Y-%m-%d}" if each.until else "长期")
            + f"，服务电话 {each.phone}",
        )
        for each in held
    ]
    return block("保障服务", lines, empty="没有在有效期内的保障合同，请与市网信办核对。")


def _days_left(days: int) -> str:
    return f"还有 {days} 天到期" if days > 0 else "今天到期"
