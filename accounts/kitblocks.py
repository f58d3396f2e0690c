"""What kit and isolation put on the homes of network office and leaders (Articles 9, 11 and 18)."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.browsers import old_browsers as found_old
from accounts.networks import ClientNetwork
from accounts.overseeing import area_overseen, overseen
from accounts.roles import Right, units_where
from accounts.selfchecks import KitProblem, is_asked, missing, monday_of, weeks_between
from cms.blocks import MOST, Block, Line, block
from cms.isolation import isolation_warnings
from cms.limits import moment
from cms.offices import office_of
from cms.together import Asking
from cms.workdays import CalendarMissing


def isolation(user: Any, now: datetime) -> Block:
    """Whether everybody may come, and what points outside."""
    address = reverse("accounts:isolation")
    lines = [Line("隔离自查", warning, address, "late") for warning in isolation_warnings(now)]
    if not ClientNetwork.objects.in_force(now).exists():
        lines.insert(0, Line("允许的网段", "还没有设定，任何地址都可以访问", address, "soon"))
    return block("网络隔离", lines, url=address, empty="只有允许的网段能够访问，自查没有发现对外的通路。")


def unchecked_kit(user: Any, now: datetime) -> Block | None:
    """The units that have not looked over their kit this week; nothing in a week that asks for none."""
    area, week = area_overseen(user, Right.INSPECT_KIT), monday_of(timezone.localdate(now))
    try:
        if not is_asked(week, office_of(area)):
            return None
    except CalendarMissing:
        return None
    units = missing(week, every=weeks_between(area, now)).filter(overseen(user, Right.INSPECT_KIT).of("area"))
    address = reverse("accounts:kit_missing")
    lines = [
        Line(
            f"{unit}",
            (f"上一次 {unit.last_check:%Y-%m-%d}" if unit.last_check else "还没有自查过")
            if unit.has_devices
            else "未登记设备",
            address,
            "soon",
        )
        for unit in units[:MOST]
    ]
    return block(
        "本周尚未自查设备的单位",
        lines,
        url=address,
        empty="各单位本周都已自查。没有自查、没有登记设备的列在这里，请联系提醒。",
        count=units.count() if len(lines) == MOST else None,
    )


def old_browsers(user: Any, now: datetime) -> Block:
    """The units that sign in with a browser too old for the pages."""
    address = reverse("accounts:old_browsers")
    lines = [
        Line(f"{found.unit}", f"{found}，{found.seen_on:%Y-%m-%d} 登录", address)
        for found in found_old(now, overseen(user, Right.INSPECT_KIT).units())
    ]
    return block(
        "旧浏览器", lines, url=address, empty="近 30 天没有单位用旧浏览器登录。用旧浏览器的列在这里，请联系更换。"
    )


def problems_of_mine(user: Any, now: datetime) -> Asking[Block | None]:
    """What checks found at the units whose kit the person oversees and nobody has put right, the unseen on top."""
    led = units_where(user, Right.OVERSEE_KIT)
    if not led:
        return None
    (problems,) = yield (KitProblem.objects.filter(unit__in=led).unsolved().known().order_by("found_at", "pk"),)
    lines = [
        Line(
            f"{problem.thing}",
            f"{problem.text}，{moment(problem.found_at, now)} 发现，{problem.get_state_display()}",
            reverse("accounts:kit_problem", args=[problem.pk]),
            "late" if problem.seen_at is None else "soon",
        )
        for problem in sorted(problems, key=lambda problem: problem.seen_at is not None)
    ]
    return block(
        "设备问题",
        lines,
        url=reverse("accounts:kit"),
        empty="没有待解决的设备问题。收发员自查发现的问题列在这里，请知悉。",
    )
