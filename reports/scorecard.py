"""保障单位考核: how each provider did with the repairs of a month, and key vendors with the keys (Articles 7(4), 8, 13(2) and 17).

A task belongs to the month in which the provider was called. A month is reckoned anew from the tasks whenever it is asked for; what was
still running then may be late when it is asked for again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Count, Q

from accounts.providers import Provider, ProviderQuerySet
from accounts.repairs import Repair
from cms.offices import office_of
from cms.workdays import CalendarMissing, Office
from reports.keyscore import KeyScore, key_scores
from reports.months import Month


@dataclass(frozen=True)
class Task:
    """One repair as it stood at the time of the report; ``minutes`` of office time from the call to its end, None while it runs."""

    repair: Repair
    is_late: bool
    minutes: int | None
    refused: int

    @property
    def hours(self) -> float | None:
        return None if self.minutes is None else round(self.minutes / 60, 1)


@dataclass(frozen=True)
class Score:
    """What one provider was called for in the month, and how it went; every task is in time, late, running or taken away."""

    provider: Provider
    tasks: tuple[Task, ...]

    @cached_property
    def late(self) -> int:
        return self._count(lambda task: task.is_late)

    @cached_property
    def in_time(self) -> int:
        return self._count(lambda task: not task.is_late and task.repair.done_at is not None)

    @cached_property
    def running(self) -> int:
        return self._count(lambda task: not task.is_late and task.repair.is_unfinished)

    @cached_property
    def called_off(self) -> int:
        return self._count(lambda task: not task.is_late and task.repair.called_off_at is not None)

    @property
    def refused(self) -> int:
        """How often work of the month failed the test."""
        return sum(task.refused for task in self.tasks)

    @property
    def rate(self) -> float | None:
        """What part of that which ended or should have was in time; None where nothing was."""
        ended = self.in_time + self.late
        return self.in_time / ended if ended else None

    @property
    def hours(self) -> float | None:
        """How long a repair took on average, in office hours from the call."""
        taken = [task.minutes for task in self.tasks if task.minutes is not None]
        return round(sum(taken) / len(taken) / 60, 1) if taken else None

    def _count(self, holds: Callable[[Task], bool]) -> int:
        return sum(map(holds, self.tasks))


@dataclass(frozen=True)
class Scorecard:
    """What page and workbook print."""

    month: Month
    as_of: datetime
    scores: list[Score]
    keys: list[KeyScore]

    @property
    def tasks(self) -> list[Task]:
        return [task for score in self.scores for task in score.tasks]

    @property
    def title(self) -> str:
        return "保障单位考核表"


def scorecard(month: Month, providers: ProviderQuerySet, *, as_of: datetime) -> Scorecard:
    """Every one of these providers that was under contract or called in the month, in the order of services and units; in four queries."""
    called = Repair.objects.contacted_between(month.starts_at, month.ends_at)
    covered = Q(since__lte=month.last_day) & (Q(until=None) | Q(until__gte=month.starts_at.date()))
    listed = providers.filter(covered | Q(pk__in=called.values("provider"))).select_related("unit").in_order()
    failed = Count("acceptances", filter=Q(acceptances__is_good=False))
    repairs = called.filter(provider__in=providers).select_related("fault__unit__area", "provider__unit")
    offices: dict[int, Office] = {}
    tasks: dict[int, list[Task]] = {}
    for repair in repairs.annotate(refused=failed).order_by("contacted_at", "pk"):
        area = repair.fault.unit.area
        office = offices.get(area.pk) or offices.setdefault(area.pk, office_of(area))
        task = Task(repair, repair.is_late(as_of), _minutes(repair, office), repair.refused)
        tasks.setdefault(repair.provider_id, []).append(task)
    scores = [Score(provider, tuple(tasks.get(provider.pk, ()))) for provider in listed]
    return Scorecard(month, as_of, scores, key_scores(month, [score.provider for score in scores], as_of=as_of))


def _minutes(repair: Repair, office: Office) -> int | None:
    if repair.done_at is None:
        return None
    try:
        return office.minutes_between(repair.contacted_at, repair.done_at)
    except CalendarMissing:
        return None
