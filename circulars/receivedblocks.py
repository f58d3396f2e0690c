"""What this app puts on a leader's home of what the unit has received: what waits for the leader, and what nobody has taken up (Articles 19 and 22)."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.roles import Right, units_where
from circulars.handling.seen import to_instruct, to_read
from circulars.incoming import IncomingQuerySet
from circulars.incoming.lying import lying_of
from circulars.incoming.waiting import waiting_count
from cms.blocks import MOST, Block, Line, block
from cms.limits import moment
from cms.ruleversions import NoRules
from cms.workdays import CalendarMissing


def papers_to_instruct(user: Any, now: datetime) -> Block | None:
    """待批, the oldest first; nothing for who instructs nowhere."""
    if not units_where(user, Right.INSTRUCT):
        return None
    return _papers("待批", to_instruct(user), "to_instruct", "没有等您批示的收文。收发员拟办以后列在这里。", now)


def papers_to_read(user: Any, now: datetime) -> Block | None:
    """待阅, likewise."""
    if not units_where(user, Right.READ_CIRCULATED):
        return None
    return _papers("待阅", to_read(user), "to_read", "没有传给您阅的收文。传阅到您时列在这里。", now)


def papers_left(user: Any, now: datetime) -> Block | None:
    """How much of what the units have signed for is not registered, and how much of that for too long."""
    units = units_where(user, Right.MANAGE_STAFF) & units_where(user, Right.READ)
    if not units:
        return None
    url, lines = reverse("circulars:left_lying"), [Line("待登记", f"{waiting_count(units)} 件")]
    try:
        lying = lying_of(units, now).count()
        lines.append(Line("签而不办", f"{lying} 件", url, "late" if lying else "signed"))
    except (CalendarMissing, NoRules) as missing:
        lines.append(Line("签而不办", f"不能统计：{missing}", tone="late"))
    return block("收文登记", lines, url=reverse("circulars:register_book"))


def _papers(title: str, entries: IncomingQuerySet, name: str, empty: str, now: datetime) -> Block:
    shown = entries.select_related("circular").order_by("registered_at", "pk")[:MOST]
    lines = [
        Line(
            entry.title,
            f"{entry.number}，{moment(entry.registered_at, now)} 登记",
            reverse("circulars:handling", args=[entry.pk]),
            "review",
        )
        for entry in shown
    ]
    count = entries.count() if len(lines) == MOST else None
    return block(title, lines, url=reverse(f"circulars:{name}"), empty=empty, count=count)
