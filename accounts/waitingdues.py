"""Due times of key service that waited for the calendar of a year are set when it is there, once (Articles 14 and 17)."""

from datetime import datetime
from typing import Any

from accounts import keyclocks
from accounts.backups import BackupRun
from accounts.renewals import Renewal
from accounts.seals import SealKey


def settle_at_once(*, at: datetime, **_: Any) -> None:
    """In the act that loads a year, what waited for it has its due time."""
    settle(at)


def settle(at: datetime) -> None:
    """Every clock that began in a year without a calendar and can be told now has its due time."""
    damaged = SealKey.objects.filter(occasion=SealKey.Occasion.DAMAGED, due_at=None).select_related("unit__area")
    renewals = Renewal.objects.filter(started_at__isnull=False, due_at=None).select_related("key__unit__area")
    runs = BackupRun.objects.standing().filter(due_at=None).select_related("provider__unit__area")
    waiting: list[tuple[Any, str, Any, datetime]] = [
        *((key, keyclocks.REISSUE, key.unit.area, key.requested_at) for key in damaged),
        *((one, keyclocks.RENEWAL, one.key.unit.area, one.started_at) for one in renewals if one.started_at),
        *((run, keyclocks.BACKUP, run.provider.unit.area, run.started_at) for run in runs),
    ]
    for row, kind, area, began in waiting:
        due_at = keyclocks.due(kind, area, began)
        if due_at is not None:
            type(row).objects.filter(pk=row.pk, due_at=None).update(due_at=due_at)
