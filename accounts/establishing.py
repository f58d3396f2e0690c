"""设立辖区: a unit runs the rule over its own units, by a calendar, office hours and numbers of its own (Article 29).

It begins with the rule, the calendar and the hours of the area to which it belongs; from then on its secretariat changes its own.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from accounts.deeds import Deed
from accounts.grants import derive_groups_at
from accounts.units import Unit
from cms import ledger
from cms.areas import Area
from cms.deeds import Deed as RulesDeed
from cms.ruleversions import RuleVersion
from cms.workdays import CalendarDay, CalendarYear, OfficeHours

BEGINNING = "设立辖区，沿用{area}的规则"


@transaction.atomic
def establish_area(seat: Unit, *, code: str, name: str, by: Any, at: datetime) -> Area:
    """The unit runs an area of this name, to which all units below it belong; it belongs itself where it belonged.

    Raises ``ValidationError`` for a code that an area bears already, and for a unit that runs one, is a division, or has no standing.
    """
    seat = Unit.objects.select_for_update(of=("self",)).get(pk=seat.pk)
    if seat.runs_id is not None:
        raise ValidationError(f"“{seat}”已经主管“{seat.runs}”辖区。")
    if seat.is_division or not seat.is_active:
        raise ValidationError(f"“{seat}”不能主管辖区，请选择在用的单位。")
    if Area.objects.filter(code=code).exists():
        raise ValidationError(f"辖区代码“{code}”已经使用，请换一个。")
    area = Area(code=code, name=name)
    area.full_clean()
    area.save()
    _begin_like(seat.area, area, by=by, at=at)
    Unit.objects.filter(pk=seat.pk).update(runs=area)
    below = Unit.objects.under(seat).exclude(pk=seat.pk).exclude(is_division=True, depth=seat.depth + 1)
    below.filter(area=seat.area_id).update(area=area)
    ledger.enter(
        Deed.AREA_ESTABLISHED,
        subject=ledger.subject_of(area),
        by=by,
        at=at,
        unit=seat.pk,
        facts={"code": code, "name": name, "units": below.count()},
    )
    derive_groups_at(Unit.objects.filter(Q(pk=seat.pk) | Q(served_by=seat.pk) | Q(area=area)))
    return area


def _begin_like(superior: Area, area: Area, *, by: Any, at: datetime) -> None:
    CalendarYear.objects.bulk_create(_copied(CalendarYear.objects.filter(area=superior), area))
    CalendarDay.objects.bulk_create(_copied(CalendarDay.objects.filter(area=superior), area))
    OfficeHours.objects.bulk_create(_copied(OfficeHours.objects.filter(area=superior), area))
    rules = RuleVersion.objects.in_force(superior, at).rule_set
    # What its units did while they were the superior's is judged by a rule too: this version holds for the time before.
    begins = RuleVersion.objects.filter(area=superior).earliest("in_force_from").in_force_from
    reason = BEGINNING.format(area=superior)
    version = RuleVersion.objects.add(area, rules, in_force_from=begins, by=by, at=at, reason=reason)
    facts = {"number": version.number, "title": version.title, "in_force_from": begins, "changes": [], "reason": reason}
    ledger.enter(
        RulesDeed.RULES_SET, subject=ledger.subject_of(version), by=by, at=at, facts={"against": None, **facts}
    )


def _copied(rows: Iterable[Any], area: Area) -> list[Any]:
    copies = list(rows)
    for row in copies:
        row.pk, row.area = None, area
    return copies
