"""What a provider must have finished before it is dissolved, and the end of its contracts (Articles 8, 13, 16 and 17).

Its lines are let, its repairs done and its reports due by contract; nobody succeeds to a contract without a new one, so all of it ends or goes
to another provider first, each by its own act.
"""

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import Q, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts.backups import BackupRun
from accounts.inspections import owing, reported
from accounts.lineregister import Line
from accounts.providers import Provider
from accounts.renewals import Renewal
from accounts.repairs import Repair
from accounts.units import Category, Unit
from cms.quarters import Quarter
from cms.workdays import ONE_DAY

NAMED = 3


def still_serving(unit: Unit, at: datetime) -> list[str]:
    """Sentences about what a provider still has in hand, each with what to do first; none for a unit that is no provider."""
    return list(_in_hand(unit, at)) if unit.category == Category.PROVIDER else []


def _in_hand(unit: Unit, at: datetime) -> Iterator[str]:
    lines = Line.objects.filter(carrier__unit=unit).in_force(timezone.localdate(at), date.max).in_order()
    if circuits := list(lines.values_list("circuit", flat=True)):
        yield f"还在提供线路：{_some(circuits, '条')}。请先停用，换运营商的登记新线路。"
    if (quarter := Quarter.of(at).previous) is not None:
        unreported = owing(Line.objects.filter(carrier__unit=unit), quarter).exclude(reported(quarter)).count()
        if unreported:
            yield f"{quarter.label}还有 {unreported} 条线路没有报送巡检报告。请先报送。"
    working = Repair.objects.filter(provider__unit=unit)
    open_ones = (working.unfinished() | working.to_test()).select_related("fault__unit").order_by("pk")
    if faults := [str(repair.fault) for repair in open_ones]:
        yield f"维修没有办结：{_some(faults, '件')}。请先验收，或者撤回后另行派单。"
    if backups := BackupRun.objects.running().filter(provider__unit=unit).count():
        yield f"还有 {backups} 次数据备份没有完成。请先填报完成或者作废。"
    if renewals := Renewal.objects.unfinished().filter(round__provider__unit=unit).count():
        yield f"还有 {renewals} 把密钥没有续费完。请先办完，或者不再办理、另行组织。"


def _some(names: list[str], count_word: str) -> str:
    more = f"等 {len(names)} {count_word}" if len(names) > NAMED else ""
    return "、".join(names[:NAMED]) + more


def end_contracts(unit: Unit, on_day: date) -> None:
    """The contracts of a provider that is dissolved from this day on held until the day before; one that begins later its first day alone."""
    last = on_day - ONE_DAY
    longer = Provider.objects.filter(Q(until=None) | Q(until__gt=last), unit=unit)
    longer.update(until=Greatest("since", Value(last)))
