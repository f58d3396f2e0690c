"""How the platform stands, in figures: what the home of the network office says in words and ``/metrics`` in numbers (Article 7(2) and (3))."""

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Count, Min
from django.db.models.functions import Now
from django_q.models import OrmQ

from cms.checkpoints import Checkpoint
from cms.sweep import Heartbeat

# So far the clocks of machine and database may be apart; beyond it times cannot be trusted.
CLOCKS_APART = timedelta(seconds=2)


@dataclass(frozen=True)
class Disk:
    """What is free where a kind of file lies, in bytes."""

    free: int
    size: int

    @property
    def share(self) -> float:
        """The free part, 0 to 1."""
        return self.free / self.size if self.size else 0.0


@dataclass(frozen=True)
class Vitals:
    """Heartbeat, queue, clock, ledger: what the database says of them, in three queries."""

    beat: datetime | None  # when the sweep last got on
    clock_ahead: timedelta  # this machine's clock, less the database's
    waiting: int  # tasks
    waiting_since: datetime | None
    checkpoint: Checkpoint | None

    @property
    def is_clock_right(self) -> bool:
        return abs(self.clock_ahead) <= CLOCKS_APART


def vitals(now: datetime) -> Vitals:
    """What the database says at this time of the machine's clock."""
    beat = Heartbeat.objects.filter(name="sweep").annotate(told=Now()).values_list("at", "told").first()
    queue = OrmQ.objects.aggregate(count=Count("pk"), since=Min("lock"))
    return Vitals(
        beat=beat[0] if beat else None,
        clock_ahead=_ahead(beat[1], now) if beat else timedelta(),
        waiting=queue["count"],
        waiting_since=queue["since"],
        checkpoint=Checkpoint.objects.order_by("-made_at").first(),
    )


def clock_ahead() -> timedelta:
    """How far this machine's clock is ahead of the database's; on SQLite they are one clock."""
    if connection.vendor == "sqlite":
        return timedelta()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return _ahead(cursor.fetchone()[0], datetime.now(UTC))


def disk_of(folder: Path | str) -> Disk:
    """The disk on which the folder lies, or will lie once it is made."""
    place = Path(folder)
    while not place.exists():
        place = place.parent
    usage = shutil.disk_usage(place)
    return Disk(usage.free, usage.total)


def _ahead(told: datetime, now: datetime) -> timedelta:
    return timedelta() if connection.vendor == "sqlite" else now - told


def stores() -> dict[str, Path]:
    """The folders that fill up, by the name that a watcher reads."""
    return {"attachments": Path(settings.ATTACHMENTS_ROOT), "var": Path(settings.VAR)}
