"""Times as a clerk says them: 还剩 1 小时 42 分, 今日 18:00, 11月13日 09:30."""

from datetime import datetime, timedelta

from django import template
from django.utils import timezone

from circulars.deadlines import Urgency, counted_in
from cms import limits

register = template.Library()


@register.filter
def span(minutes: int | None) -> str:
    """A number of minutes in days (of 24 hours), hours and minutes; a dash for none."""
    if minutes is None:
        return "—"
    days, rest = divmod(int(minutes), 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        return f"{days} 天" + (f" {hours} 小时" if hours else "")
    if hours and not minutes:
        return f"{hours} 小时"
    return (f"{hours} 小时 " if hours else "") + f"{minutes} 分"


@register.filter
def taken(minutes: int | None, urgency: str) -> str:
    """How long a unit took to sign for it: office time in hours, of which no day has 24; 待定 while the calendar of its year is missing."""
    if minutes is None:
        return "待定（那一年的工作日历没有载入）"
    if Urgency(urgency) is not Urgency.NORMAL:
        return span(minutes)
    hours, rest = divmod(minutes, 60)
    return f"{hours} 小时 {rest} 分" if hours and rest else f"{hours} 小时" if hours else f"{rest} 分"


register.filter(counted_in)


@register.filter
def iso(at: datetime) -> str:
    """The moment for machines, to the second, with its offset."""
    return timezone.localtime(at).isoformat(timespec="seconds")


@register.filter
def left(due_at: datetime, now: datetime) -> str:
    """How long there is still, or how long it has been over."""
    gap = due_at - now
    minutes = abs(gap) // timedelta(minutes=1)
    said = span(minutes) if minutes else "不足 1 分"
    return f"还剩 {said}" if gap >= timedelta(0) else f"已超 {said}"


@register.filter
def moment(at: datetime | None, now: datetime) -> str:
    """To the minute, without the year within it, and 今日 for today."""
    return "—" if at is None else limits.moment(at, now)
