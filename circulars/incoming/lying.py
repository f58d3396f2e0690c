"""签而不办: what was signed for and, days later, is neither registered nor handled (Article 22: received and dealt with in time)."""

from collections.abc import Collection
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.utils import timezone

from circulars.deliveries import Delivery, DeliveryQuerySet
from circulars.incoming.beginning import came_since
from circulars.secrecycases import shut_circulars
from cms.areas import Area
from cms.offices import office_of
from cms.ruleversions import RuleVersion
from cms.workdays import Office, local


def lying_before(now: datetime, office: Office, days: int) -> datetime:
    """What was signed for before this moment has lain for so many whole working days; the day of the signing is not counted.

    Raises ``CalendarMissing`` where the calendar does not reach so far back.
    """
    day = local(now).date()
    if office.is_working_day(day) and now <= office.close_of(day):
        day -= timedelta(days=1)
    while True:
        days -= office.is_working_day(day)
        if not days:
            return timezone.make_aware(datetime.combine(day, time.min))
        day -= timedelta(days=1)


def days_allowed(area: Area, now: datetime) -> int:
    """How many working days the rule in force in the area gives."""
    return RuleVersion.objects.in_force(area, now).rule_set.lying_days


def left_lying(area: Area, now: datetime) -> DeliveryQuerySet:
    """Everywhere what lies so by the area's rule; raises ``CalendarMissing`` and ``NoRules`` where that cannot be counted."""
    return lying_since(lying_before(now, office_of(area), days_allowed(area, now)))


def lying_since(before: datetime) -> DeliveryQuerySet:
    """Everywhere what was signed for before this moment and lies still."""
    rows = came_since(Delivery.objects.to_register().filter(signed_at__lt=before), "signed_at")
    return rows.exclude(circular__in=shut_circulars()).select_related("circular", "signed_by")


def lying_of(units: Collection[int], area: Area, now: datetime) -> DeliveryQuerySet:
    """That of these units, which belong to the area, the longest first."""
    return left_lying(area, now).filter(unit_id__in=units).order_by("signed_at", "pk")


def lying_by_unit(area: Area, now: datetime) -> QuerySet[Any, Any]:
    """For who inspects the area: how many of its papers lie in which unit, and since when the oldest; no paper is named."""
    rows = left_lying(area, now).filter(rules__area=area).order_by().values("unit_id")
    counted = rows.annotate(count=Count("pk"), oldest=Min("signed_at"))
    return counted.values("unit__name", "count", "oldest").order_by("-count", "unit__sort_order", "unit__code")
