"""What this app puts on a leader's home of what the unit has received: what waits for the leader, and what nobody has taken up (Articles 19 and 22)."""

from datetime import datetime
from typing import Any

from django.db.models import Subquery
from django.urls import reverse

from accounts.roles import Right, units_where
from accounts.units import Unit
from circulars.handling.seen import to_instruct, to_read
from circulars.incoming import IncomingQuerySet
from circulars.incoming.lying import lying_before, lying_since
from circulars.incoming.waiting import to_register
from cms.areas import Area
from cms.blocks import MOST, Block, Line, block
from cms.counting import tally
from cms.limits import moment
from cms.offices import office_of
from cms.ruleversions import NoRules, RuleVersion, the_first
from cms.together import Asking
from cms.workdays import CalendarMissing


def papers_to_instruct(user: Any, now: datetime) -> Asking[Block | None]:
    """待批, the oldest first; nothing for who instructs nowhere."""
    if not units_where(user, Right.INSTRUCT):
        return None
    return (
        yield from _papers(
            "待批", to_instruct(user), "to_instruct", "没有等您批示的收文。收发员拟办以后列在这里。", now
        )
    )


def papers_to_read(user: Any, now: datetime) -> Asking[Block | None]:
    """待阅, likewise."""
    if not units_where(user, Right.READ_CIRCULATED):
        return None
    return (yield from _papers("待阅", to_read(user), "to_read", "没有传给您阅的收文。传阅到您时列在这里。", now))


def papers_left(user: Any, now: datetime) -> Asking[Block | None]:
    """How much of what the units have signed for is not registered, and how much of that for too long."""
    units = units_where(user, Right.MANAGE_STAFF) & units_where(user, Right.READ)
    if not units:
        return None
    areas = Area.objects.filter(pk=Subquery(Unit.objects.filter(pk__in=units).order_by("path").values("area")[:1]))
    here, in_force, waiting = yield (
        areas,
        RuleVersion.objects.filter(area__in=areas).begun(now)[:1],
        tally(to_register(units)),
    )
    url, lines = reverse("circulars:left_lying"), [Line("待登记", f"{sum(waiting)} 件")]
    try:
        before = lying_before(now, office_of(here[0]), the_first(in_force).rule_set.lying_days)
        (found,) = yield (tally(lying_since(before).filter(unit_id__in=units)),)
        lying = sum(found)
        lines.append(Line("签而不办", f"{lying} 件", url, "late" if lying else "signed"))
    except (CalendarMissing, NoRules) as missing:
        lines.append(Line("签而不办", f"不能统计：{missing}", tone="late"))
    return block("收文登记", lines, url=reverse("circulars:register_book"))


def _papers(title: str, entries: IncomingQuerySet, name: str, empty: str, now: datetime) -> Asking[Block]:
    (shown,) = yield (entries.select_related("circular").order_by("registered_at", "pk")[:MOST],)
    lines = [
        Line(
            entry.title,
            f"{entry.number}，{moment(entry.registered_at, now)} 登记",
            reverse("circulars:handling", args=[entry.pk]),
            "review",
        )
        for entry in shown
    ]
    (found,) = (yield (tally(entries),)) if len(lines) == MOST else (None,)
    count = None if found is None else sum(found)
    return block(title, lines, url=reverse(f"circulars:{name}"), empty=empty, count=count)
