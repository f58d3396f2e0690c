"""What this app puts on the homes of network office and leaders: who is silent today, and how the own units sign and look in (Articles 18, 22 and 28)."""

from collections.abc import Collection
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db.models import Count, Max, QuerySet
from django.urls import reverse

from accounts.contacts import Contact, asking_contacts
from accounts.lookins import LookIn
from accounts.overseeing import area_away, area_overseen
from accounts.roles import Right, Role, units_where
from circulars.deliveries import Delivery
from cms.blocks import MOST, Block, Line, block
from cms.counting import tally
from cms.limits import moment
from cms.ruleversions import NoRules
from cms.together import Asking, gathered, rows_of
from cms.workdays import CalendarMissing, local
from reports.explanations import AskedReceipt
from reports.figures import totals
from reports.months import Month
from reports.presence import UnitPresence, on_duty
from reports.presencemonth import today
from reports.presencetoday import asking_day
from reports.receipts import Issuers, asking_figures


def silent_today(user: Any, now: datetime) -> Block:
    """The units in which nobody has looked in since opening."""
    url = reverse("reports:presence_today")
    try:
        standing = today(now, area=area_overseen(user, Right.INSPECT))
    except (CalendarMissing, NoRules) as missing:
        return Block("今日未登录的单位", (Line("不能统计", str(missing), tone="late"),), url)
    lines = [
        Line(
            unit.name,
            f"已过 {unit.days[0].since_last} 个办公分钟，没有登录",
            reverse("reports:presence_unit", args=[unit.unit.code]),
            "late" if unit.days[0].breaches else "soon",
        )
        for unit in standing.silent
    ]
    empty = "各单位今天都已登录。" if standing.is_on else "现在没有登录要求。"
    return block("今日未登录的单位", lines, url=url, empty=f"{empty}上班后还没有收发员登录的单位列在这里。")


def receipts_of_mine(user: Any, now: datetime) -> Asking[Block]:
    """On-time rate of the own units this month beside that of their area, and what is overdue at this moment."""
    led, area = units_where(user, Right.MANAGE_STAFF), area_away(user)
    late_now = Delivery.objects.electronic().overdue(now).filter(unit__in=led)
    parts: tuple[Asking[Any], ...] = (asking_figures(Month.of(now), as_of=now, area=area), rows_of(tally(late_now)))
    figures, (found,) = yield from gathered(parts)
    overdue = sum(found)
    lines = []
    for unit in (each for each in figures if each.unit_id in led):
        place = f"，第 {unit.rank} 名（共 {len(figures)} 家）" if unit.rank else ""
        late = unit.late + unit.unsigned
        said = f"本月按时签收率 {_percent(unit.on_time_rate)}，逾期 {late} 件{place}"
        lines.append(Line(unit.name, said, tone="soon" if late else "signed"))
    if not lines:
        issuers = Issuers.GOVERNMENT.said_in(area) if area else Issuers.GOVERNMENT.label
        lines.append(Line("本单位", f"本月没有收到{issuers}的公文"))
    lines.append(Line(f"{area or '全市'}", f"本月按时签收率 {_percent(totals(figures).on_time_rate)}"))
    lines.append(
        Line(
            "现在已超时未签收",
            f"{overdue} 件",
            f"{reverse('circulars:inbox')}?show=late",
            "late" if overdue else "signed",
        )
    )
    return block("本月签收", lines, url=reverse("circulars:inbox"))


def late_to_explain(user: Any, now: datetime) -> Asking[Block | None]:
    """The late receipts of the own units that wait for an explanation before a bulletin; nothing while none do (Article 28)."""
    waiting = AskedReceipt.objects.for_person(user).waiting(now)
    (first,) = yield (waiting.select_related("delivery__circular", "bulletin").order_by("due_at", "pk")[:MOST],)
    if not first:
        return None
    lines = [
        Line(
            asked.delivery.circular.title,
            f"{asked.get_lateness_display()}，{moment(asked.bulletin.explain_until, now)} 前说明",
            reverse("reports:explain", args=[asked.pk]),
            "late",
        )
        for asked in first
    ]
    (found,) = (yield (tally(waiting),)) if len(lines) == MOST else (None,)
    count = None if found is None else sum(found)
    return block("逾期待说明", lines, url=reverse("reports:explanations"), count=count)


def look_ins_of_mine(user: Any, now: datetime) -> Asking[Block]:
    """Whether anybody of the own units was away for too long today, and when each of their clerks looked in last."""
    led = units_where(user, Right.MANAGE_STAFF)
    parts: tuple[Asking[Any], ...] = (asking_day(led, now), asking_contacts(led), rows_of(_looks(led, now)))
    at_work, contacts, (looks,) = yield from gathered(parts)
    units, lines = at_work.units, list[Line]()
    try:
        for unit in units:
            lines += [_judged(each) for each in (at_work.of(unit),) if each is not None]
    except (CalendarMissing, NoRules) as missing:
        lines.append(Line("不能统计", str(missing), tone="late"))
    seen = {person: (last, count) for person, last, count in looks}
    lines += _clerks([contact for unit in units for contact in contacts[unit.pk]], seen)
    url = reverse("reports:presence_unit", args=[units[0].code]) if len(units) == 1 else ""
    return block("今日登录", lines, url=url, empty="您分管的单位由别的单位代管收发，登录以代管单位为准。")


def _judged(unit: UnitPresence) -> Line:
    """What is to be said of the unit's day up to now."""
    url = reverse("reports:presence_unit", args=[unit.unit.code])
    day = unit.days[0] if unit.days else None
    if day is None or not day.is_owed:
        return Line(unit.name, "现在没有登录要求", url)
    if day.is_silent:
        return Line(unit.name, "上班后还没有登录", url, "late" if day.breaches else "soon")
    if day.breaches:
        return Line(unit.name, f"今日登录间隔超时 {day.breaches} 次，最长 {day.longest} 办公分钟", url, "late")
    longest = f"，最长间隔 {day.longest} 办公分钟" if day.longest else ""
    return Line(unit.name, f"符合要求{longest}", url, "signed")


def _looks(units: Collection[int], now: datetime) -> QuerySet[Any, Any]:
    """Of each person the last look-in today for those of these units that take part, and how many there were."""
    midnight = local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    here = on_duty().filter(pk__in=units).values("pk")
    rows = LookIn.objects.filter(unit__in=here, at__gte=midnight).values_list("person_id")
    return rows.annotate(Max("at"), Count("at", distinct=True))


def _clerks(contacts: list[Contact], seen: dict[int, tuple[datetime, int]]) -> list[Line]:
    """Each clerk's last look-in today."""
    lines = {}
    for contact in contacts:
        if contact.role == Role.CLERK:
            last, count = seen.get(contact.person, (None, 0))
            said = f"{local(last):%H:%M} 登录，今日 {count} 次" if last else "今日没有登录"
            lines[contact.person] = Line(contact.name, said)
    return list(lines.values())


def _percent(rate: Fraction | None) -> str:
    return "—" if rate is None else f"{float(rate):.2%}"
