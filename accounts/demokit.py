"""A demo's kit: devices, checks and a problem or two of some units, and browsers that are too old."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.browsers import note_browser
from accounts.equipment import DeviceKind, register_device
from accounts.holders import holders_of
from accounts.people import User
from accounts.roles import Right
from accounts.selfchecks import KitProblem, Thing, record_check
from accounts.units import Unit

_KIT = (
    (DeviceKind.COMPUTER, "长城 世恒 TF830A", True),
    (DeviceKind.PRINTER, "奔图 P3301DN", True),
    (DeviceKind.STICK, "北信源 32G", True),
    (DeviceKind.SCANNER, "紫光 Q2240", True),
)
_OLD = ("Chrome/86.0.4240.198", "Firefox/78.0")
_UNITS, _WEEKS = 16, 3


@transaction.atomic
def make_demo_kit(now: datetime, *, first: str) -> int:
    """So many units, the one with the code ``first`` among them, have kit and looked it over in past weeks; returns how many devices."""
    bodies = Unit.objects.bodies().filter(connected=True, served_by=None)
    units = [*bodies.filter(code=first), *bodies.exclude(code=first).in_order()[:_UNITS]]
    clerk_of = {unit: person for person, unit in reversed(holders_of(Right.KEEP_KIT, [unit.pk for unit in units]))}
    people, made = User.objects.in_bulk(clerk_of.values()), 0
    for place, unit in enumerate(unit for unit in units if unit.pk in clerk_of):
        clerk, begun = people[clerk_of[unit.pk]], now - timedelta(weeks=_WEEKS + 1)
        devices = [
            register_device(
                unit,
                kind,
                model,
                f"{unit.code}-{number:02}",
                clerk,
                conforms=conforms and (place, number) != (3, 2),
                in_use_since=timezone.localdate(begun),
                by=clerk,
                at=begun,
            )
            for number, (kind, model, conforms) in enumerate(_KIT[: 2 + place % 3], 1)
        ]
        made += len(devices)
        for week in range(_WEEKS, 0, -1):
            if place and place % 4 == 0 and week == 1:
                continue
            problems: dict[Thing, str] = {devices[1]: "打印有黑道，硒鼓快用完"} if place in (0, 5) and week == 1 else {}
            record_check(unit, problems, by=clerk, at=now - timedelta(weeks=week))
        if place in (2, 7):
            note_browser(clerk, _OLD[place % 2], timezone.localdate(now))
    for problem in KitProblem.objects.exclude(unit=units[0]).select_related("check_made__done_by"):
        problem.fix("更换硒鼓", by=problem.check_made.done_by, at=now)
    return made
