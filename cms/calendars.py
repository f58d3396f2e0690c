"""The working calendar of an area: a year is loaded whole, a single day put right with a reason (Article 22).

Due times that waited for a year are settled by whoever listens to ``calendar_loaded``; what has its due time keeps it.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.dispatch import Signal

from cms import ledger
from cms.areas import Area
from cms.calendartable import WEEKDAYS, YEARS
from cms.deeds import Deed
from cms.lifecycles import OutOfOrder
from cms.workdays import CalendarDay, CalendarYear, local

# Sent inside the act with ``at`` and ``by``: the days of one more year are known.
calendar_loaded = Signal()

# The holidays of a year are announced around the beginning of November before it.
ANNOUNCED_IN_MONTH = 11
LONGEST_SOURCE = 200


class Standing(models.TextChoices):
    """How a day may stand in the calendar of a year."""

    OFF = "off", "放假"
    WORKED = "worked", "调休上班"
    USUAL = "usual", "按平常（周一至周五上班，周末休息）"


def missing_year(now: datetime, area: str = "") -> int | None:
    """The year whose working days are needed and not loaded in the area of this code, the home area where none is named: this one, or from 1 November on the next; one query."""
    today = local(now)
    needed = {today.year, today.year + (today.month >= ANNOUNCED_IN_MONTH)}
    loaded = CalendarYear.objects.filter(area__code=area or settings.AREA, year__in=needed).values_list(
        "year", flat=True
    )
    return min(needed - set(loaded), default=None)


@transaction.atomic
def load_calendar(
    area: Area, year: int, days: Sequence[CalendarDay], *, source: str, by: Any, at: datetime
) -> CalendarYear:
    """The year is loaded with the days its notice names, and what waited for it has been settled.

    ``days`` are as ``calendartable.read_calendar`` returns them. Raises ``ValidationError`` for a year out of reach or without its
    notice, and ``OutOfOrder`` for a year that is loaded already.
    """
    if year not in YEARS:
        raise ValidationError({"year": f"年份须在{YEARS[0]}至{YEARS[-1]}之间。"})
    source = source.strip()
    if not source or len(source) > LONGEST_SOURCE:
        raise ValidationError({"source": f"请写明依据的放假通知，不超过 {LONGEST_SOURCE} 个字。"})
    Area.objects.select_for_update().get(pk=area.pk)
    if CalendarYear.objects.filter(area=area, year=year).exists():
        raise OutOfOrder(f"{year}年的工作日历已经载入。个别日子有变化的，请更正那一天。")
    loaded = CalendarYear.objects.create(area=area, year=year, source=source)
    for day in days:
        day.area = area
    CalendarDay.objects.bulk_create(days)
    ledger.enter(
        Deed.CALENDAR_LOADED,
        subject=ledger.subject_of(loaded),
        by=by,
        at=at,
        facts={"year": year, "source": source, "days": [f"{day.date} {day.said} {day.name}" for day in days]},
    )
    calendar_loaded.send(CalendarYear, at=at, by=by)
    return loaded


@transaction.atomic
def correct_day(
    area: Area, day: date, standing: Standing, *, name: str, reason: str, by: Any, at: datetime
) -> CalendarYear:
    """The day of a loaded year stands so, and the ledger says how it stood before and why it was changed.

    Raises ``ValidationError`` for a day that cannot stand so and ``OutOfOrder`` when it does already.
    """
    Area.objects.select_for_update().get(pk=area.pk)
    loaded = CalendarYear.objects.filter(area=area, year=day.year).first()
    if loaded is None:
        raise ValidationError({"date": f"{day.year}年的工作日历还没有载入，请先载入整年。"})
    name = "" if standing == Standing.USUAL else name.strip()
    _refuse_contradiction(day, standing, name, reason)
    stood = CalendarDay.objects.filter(area=area, date=day).first()
    before, after = _said(day, stood), _said(day, _named(area, day, standing, name))
    if before == after:
        raise OutOfOrder(f"{day}已经是“{after}”，没有改动。")
    if stood is not None:
        stood.delete()
    if new := _named(area, day, standing, name):
        new.save(force_insert=True)
    ledger.enter(
        Deed.CALENDAR_CORRECTED,
        subject=ledger.subject_of(loaded),
        by=by,
        at=at,
        facts={"date": day, "before": before, "after": after, "reason": reason.strip()},
    )
    return loaded


def corrections_of(loaded: CalendarYear) -> Iterable[ledger.Entry]:
    """What was put right in a year since it was loaded, the latest first."""
    entries = ledger.Entry.objects.of(loaded).filter(deed=Deed.CALENDAR_CORRECTED)
    return entries.select_related("person").order_by("-pk")


def _refuse_contradiction(day: date, standing: Standing, name: str, reason: str) -> None:
    found = {}
    if standing == Standing.WORKED and day.weekday() < 5:
        said = f"{day} 是星期{WEEKDAYS[day.weekday()]}，本来就上班，不能列为调休上班；要取消放假，请选“按平常”。"
        found["standing"] = said
    if standing != Standing.USUAL and not name:
        found["name"] = "请写明节日名称。"
    if not reason.strip():
        found["reason"] = "请写明更正理由。"
    if found:
        raise ValidationError(found)


def _named(area: Area, day: date, standing: Standing, name: str) -> CalendarDay | None:
    """The row that says so; an ordinary day needs none."""
    if standing == Standing.USUAL:
        return None
    return CalendarDay(area=area, date=day, is_working=standing == Standing.WORKED, name=name)


def _said(day: date, named: CalendarDay | None) -> str:
    if named is not None:
        return f"{named.said}（{named.name}）"
    return "按平常上班" if day.weekday() < 5 else "按平常休息"
