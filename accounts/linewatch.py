"""Lines that are not back soon, and reports of inspections that do not come: carrier and network office are told, each once (Articles 7(4), 8(1) and 16)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.urls import reverse

from accounts.holders import holders, holders_of
from accounts.inspections import owing, report_due, reported
from accounts.lineoutages import LineOutage
from accounts.lineregister import Line
from accounts.providers import Provider
from accounts.roles import Right
from cms.areas import Area
from cms.limits import when
from cms.messages import Message, tell
from cms.quarters import Quarter

# Our reading: a carrier is reminded of the quarter's reports a week ahead, and of those that are missing for a week after.
AHEAD = AFTER = timedelta(days=7)


def watch_outages(at: datetime) -> None:
    """Of each line that is down carrier and network office know when its hours run out soon, and when they have run out."""
    words = {word: outage for outage in _open() if (word := _word_of(outage, at))}
    fresh = words.keys() - _told(words)
    if not fresh:
        return
    office = set(holders(Right.OPERATE).values_list("user_id", flat=True))
    serving = _serving(words[word].line.carrier.unit_id for word in fresh)
    for word in sorted(fresh):
        outage = words[word]
        due = when(outage.due_at)
        said = f"须在 {due} 前恢复" if at <= outage.due_at else f"应在 {due} 前恢复，已经超过，请立即抢修"
        tell(
            office | serving[outage.line.carrier.unit_id],
            key=word,
            text=f"{outage.line}自 {when(outage.down_at)} 中断，{said}。依据：第十六条。",
            link=reverse("accounts:line_outage", args=[outage.pk]),
            at=at,
        )


def watch_inspections(at: datetime) -> None:
    """A week before the reports of a quarter are due each carrier knows how many are missing, and afterwards the network office too."""
    area, this = Area.objects.home(), Quarter.of(at)
    for quarter in filter(None, (this.previous, this)):
        due_at = report_due(quarter, area)
        if due_at is not None and due_at - AHEAD <= at <= due_at + AFTER:
            _speak_of_missing(quarter, due_at, at=at)


def _speak_of_missing(quarter: Quarter, due_at: datetime, *, at: datetime) -> None:
    word = "inspections-late" if at > due_at else "inspections-soon"
    missing: defaultdict[int, int] = defaultdict(int)
    lines = owing(Line.objects.all(), quarter).exclude(reported(quarter))
    for contract in lines.values_list("carrier", flat=True):
        missing[contract] += 1
    keys = {f"{word}:{quarter}:{contract}": contract for contract in missing}
    fresh = keys.keys() - _told(keys)
    if not fresh:
        return
    carriers = Provider.objects.select_related("unit").in_bulk([keys[key] for key in fresh])
    serving = _serving(carrier.unit_id for carrier in carriers.values())
    office = set(holders(Right.OPERATE).values_list("user_id", flat=True)) if at > due_at else set()
    for key in sorted(fresh):
        carrier = carriers[keys[key]]
        said = "已经逾期" if at > due_at else f"截止 {when(due_at)}"
        tell(
            office | serving[carrier.unit_id],
            key=key,
            text=f"{carrier.unit}还有 {missing[carrier.pk]} 条线路没有报送{quarter.label}巡检报告，{said}。依据：第十六条。",
            link=f"{reverse('accounts:inspections')}?quarter={quarter}&show=missing",
            at=at,
        )


def _open() -> Iterable[LineOutage]:
    return (
        LineOutage.objects.open().select_related("line__unit", "line__carrier__unit", "rules").order_by("due_at", "pk")
    )


def _word_of(outage: LineOutage, at: datetime) -> str:
    """Under which key what is to be said now is told; nothing while there is time. A corrected time is spoken of anew."""
    ahead = (outage.due_at - outage.down_at) * outage.rules.rule_set.warn_percent / 100
    if at <= outage.due_at - ahead:
        return ""
    step = "late" if at > outage.due_at else "soon"
    return f"line-{step}:{outage.pk}:{outage.due_at:%Y%m%d%H%M}"


def _told(words: Iterable[str]) -> set[str]:
    return set(Message.objects.filter(key__in=list(words)).values_list("key", flat=True))


def _serving(units: Iterable[int]) -> defaultdict[int, set[int]]:
    found: defaultdict[int, set[int]] = defaultdict(set)
    for person, unit in holders_of(Right.SERVE, set(units)):
        found[unit].add(person)
    return found
