"""人员操作 and 职责查阅: what a person saw and did, and who held which roles on a day; for who audits and for the secretariat (Articles 18, 23 and 28)."""

from collections.abc import Sequence
from datetime import date, timedelta
from io import BytesIO
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.overseeing import area_overseen
from accounts.people import posts_of
from accounts.roles import Right, may
from accounts.units import Unit
from circulars.bodytext import clean_line
from cms.accesslog import Look, note
from cms.reach import FIRST_YEAR, LAST_YEAR
from reports.downloads import workbook_answer
from reports.heldthen import unit_then
from reports.listbook import MOST
from reports.persontrail import PAGE, Line, Span, deeds, looks
from reports.reviewbook import HELD, TRAIL, write_held, write_trail
from reports.reviewed import people_reviewed, posts_reviewed

FOUND = 30
LONGEST_SPAN = timedelta(days=366)
TABS = {"looks": "看了什么", "deeds": "做了什么"}


@require_safe
def people_to_review(request: HttpRequest) -> HttpResponse:
    """People are looked for by name, user name or unit; who left is among them."""
    asked = clean_line(request.GET.get("q", ""))[:40]
    found: list[Any] = []
    known = posts_reviewed(request.user)
    if asked:
        named = Q(name__icontains=asked) | Q(username__icontains=asked)
        at_unit = Q(unit__name__icontains=asked) | Q(unit__short_name__icontains=asked)
        of_unit = Q(pk__in=known.filter(at_unit).values("person"))
        rows = people_reviewed(request.user).filter(named | of_unit)
        found = list(rows.order_by("name", "pk")[: FOUND + 1])
    posts = posts_of(found[:FOUND], timezone.localdate(), among=known)
    context = {
        "q": asked,
        "rows": [(person, posts[person.pk]) for person in found[:FOUND]],
        "without": _without(request.user),
        "is_cut": len(found) > FOUND,
    }
    return render(request, "reports/people_to_review.html", context)


@require_safe
def person_trail(request: HttpRequest, pk: int) -> HttpResponse:
    """One person's looks or deeds in a span, a page at a time; that it was looked at stands in the same log."""
    person, now = get_object_or_404(people_reviewed(request.user), pk=pk), timezone.now()
    span, refusal = _span_asked(request)
    tab = request.GET.get("tab", "looks")
    tab = tab if tab in TABS else "looks"
    asked = looks if tab == "looks" else deeds
    lines: Sequence[Line] = asked(person, span, request.user, after=request.GET.get("after", "")[:40])
    note(Look.OPENED, at=now, person=request.user, subject=f"{TRAIL} {person.username} {span.first} {span.last}")
    context = {
        "person": person,
        "posts": posts_of([person], timezone.localdate(), among=posts_reviewed(request.user))[person.pk],
        "without": _without(request.user),
        "scope": _scope(request.user),
        "span": span,
        "refusal": refusal,
        "tab": tab,
        "tabs": TABS.items(),
        "lines": lines[:PAGE],
        "next": lines[PAGE - 1].mark if len(lines) > PAGE else "",
        "is_first": not request.GET.get("after"),
    }
    return render(request, "reports/person_trail.html", context)


@require_safe
def trail_workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """Both lists as sheets, the newest lines of each."""
    person, now, content = get_object_or_404(people_reviewed(request.user), pk=pk), timezone.localtime(), BytesIO()
    span, _ = _span_asked(request)
    seen, done = (asked(person, span, request.user, most=MOST) for asked in (looks, deeds))
    write_trail(content, person, span, seen, done, scope=_scope(request.user), as_of=now)
    note(Look.EXPORTED, at=now, person=request.user, subject=f"{TRAIL} {person.username} {span.first} {span.last}")
    name = f"{TRAIL}（{person.username}，{span.first:%Y%m%d}-{span.last:%Y%m%d}）.xlsx"
    return workbook_answer(content.getvalue(), plain=f"trail-{person.pk}.xlsx", name=name)


@require_safe
def roles_then(request: HttpRequest) -> HttpResponse:
    """Who held which roles at a unit on a day."""
    units, now = _units(request.user), timezone.now()
    unit, day, refusal = _asked(request, units)
    context: dict[str, Any] = {"units": units, "unit": unit, "day": day, "refusal": refusal}
    if unit:
        context["then"] = unit_then(unit, day)
        note(Look.OPENED, at=now, person=request.user, subject=f"{HELD} {unit.code} {day}")
    return render(request, "reports/roles_then.html", context)


@require_safe
def roles_workbook(request: HttpRequest) -> HttpResponse:
    """The same as a sheet; without a unit the page asks for one."""
    unit, day, _ = _asked(request, _units(request.user))
    if unit is None:
        return roles_then(request)
    now, content = timezone.localtime(), BytesIO()
    write_held(content, unit_then(unit, day), as_of=now)
    note(Look.EXPORTED, at=now, person=request.user, subject=f"{HELD} {unit.code} {day}")
    name = f"{HELD}（{unit.short_name}，{day:%Y%m%d}）.xlsx"
    return workbook_answer(content.getvalue(), plain=f"roles-{day:%Y%m%d}.xlsx", name=name)


def _without(user: Any) -> str:
    """What stands for who holds no post: who oversees an area does not know of others."""
    return "" if may(user, Right.AUDIT) else "现在在本辖区没有任职"


def _scope(user: Any) -> str:
    """What is left out of a trail, as a sentence; who audits sees all."""
    return "" if may(user, Right.AUDIT) else "只列在本辖区任职期间、与本辖区的单位或者公文有关的记录。"


def _units(user: Any) -> QuerySet[Unit]:
    """All units for who audits, dissolved ones and divisions too; for the secretariat those of the area."""
    units: Any = Unit.objects.select_related("served_by").in_order()
    return units if may(user, Right.AUDIT) else units.filter(area=area_overseen(user, Right.REPORT))


def _asked(request: HttpRequest, units: QuerySet[Unit]) -> tuple[Unit | None, date, str]:
    """The unit and day asked for, as far as they can be read, and what is wrong with them."""
    day, refusal = _day(request.GET.get("day", ""), timezone.localdate())
    code = request.GET.get("unit", "")
    unit = units.filter(code=code).first() if code and "\0" not in code else None
    if code and unit is None:
        refusal = "没有这个单位，请从列表里选择。"
    return unit, day, refusal


def _day(text: str, otherwise: date) -> tuple[date, str]:
    if not text:
        return otherwise, ""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return otherwise, "请按“2026-10-01”的格式填写日期。"
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return otherwise, f"年份应在 {FIRST_YEAR} 至 {LAST_YEAR} 之间，请核对。"
    return day, ""


def _span_asked(request: HttpRequest) -> tuple[Span, str]:
    """The days asked for, the last week unless they are; never more than a year."""
    today = timezone.localdate()
    last, wrong_last = _day(request.GET.get("last", ""), today)
    first, wrong_first = _day(request.GET.get("first", ""), last - timedelta(days=6))
    refusal = wrong_first or wrong_last
    if first > last:
        first, refusal = last, "起始日期晚于截止日期，只显示截止日期当天。"
    elif last - first > LONGEST_SPAN:
        first, refusal = last - LONGEST_SPAN, "一次最多查一年，只显示最后一年。"
    return Span(first, last), refusal
