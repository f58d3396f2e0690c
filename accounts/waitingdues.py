"""Due times of faults, repairs and key service that waited for the calendar of a year are set when it is there, once (Articles 13, 14 and 17)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Model, Q

from accounts import keyclocks
from accounts.backups import BackupRun
from accounts.faults import Fault
from accounts.renewals import Renewal
from accounts.repairs import Repair
from accounts.seals import SealKey
from cms.areas import Area


class Clock(NamedTuple):
    """That a due time of a row is not known: in which field, of which limit, begun where and when."""

    row: Model
    field: str
    kind: str
    area: Area
    began: datetime | None


def settle_at_once(*, at: datetime, **_: Any) -> None:
    """In the act that loads a year, what waited for it has its due time."""
    settle(at)


def settle(at: datetime) -> None:
    """Every clock that began in a year without a calendar and can be told now has its due time."""
    for row, field, kind, area, began in (*_of_keys(), *_of_faults(), *_of_repairs(at)):
        due_at = keyclocks.due(kind, area, began) if began else None
        if due_at is not None:
            type(row)._default_manager.filter(pk=row.pk, **{field: None}).update(**{field: due_at})


def _of_keys() -> Iterator[Clock]:
    damaged = SealKey.objects.filter(occasion=SealKey.Occasion.DAMAGED, due_at=None).select_related("unit__area")
    renewals = Renewal.objects.filter(started_at__isnull=False, due_at=None).select_related("key__unit__area")
    runs = BackupRun.objects.standing().filter(due_at=None).select_related("provider__unit__area")
    for key in damaged:
        yield Clock(key, "due_at", keyclocks.REISSUE, key.unit.area, key.requested_at)
    for one in renewals:
        yield Clock(one, "due_at", keyclocks.RENEWAL, one.key.unit.area, one.started_at)
    for run in runs:
        yield Clock(run, "due_at", keyclocks.BACKUP, run.provider.unit.area, run.started_at)


def _of_faults() -> Iterator[Clock]:
    """Of those that last: what a confirmed one did to the unit's receipts stays."""
    unknown = Q(report_due_at=None) | Q(contact_due_at=None)
    for fault in Fault.objects.open().filter(unknown).select_related("unit__area"):
        yield Clock(fault, "report_due_at", "fault_report", fault.unit.area, fault.detected_at)
        yield Clock(fault, "contact_due_at", "contact", fault.unit.area, fault.reported_at)


def _of_repairs(at: datetime) -> Iterator[Clock]:
    """Of those that are over as well: whether the provider was late is asked month by month. The time to test begins when its end can be told."""
    untested = Q(state=Repair.State.DONE, test_due_at=None)
    for repair in Repair.objects.filter(Q(due_at=None) | untested).select_related("fault__unit__area"):
        yield Clock(repair, "due_at", "repair", repair.fault.unit.area, repair.contacted_at)
        if repair.state == Repair.State.DONE:
            yield Clock(repair, "test_due_at", "acceptance", repair.fault.unit.area, at)
