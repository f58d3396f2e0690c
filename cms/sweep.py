"""The minute sweep: re-finds due work from the tables and leaves a heartbeat.

The queue may lose or repeat a task; what must happen is therefore always found again from the rows themselves.
An app registers its jobs in ``AppConfig.ready``, where its ears for signals are named too; a job takes the time and must be safe to run twice.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import models

logger = logging.getLogger(__name__)

Job = Callable[[datetime], None]
_JOBS: dict[str, Job] = {}

# Two missed minutes are a restart; after five the home screens say that background work has stopped.
STALE_AFTER = timedelta(minutes=5)


class Heartbeat(models.Model):
    """When the sweep last got on."""

    name = models.CharField("名称", max_length=40, primary_key=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "心跳"
        verbose_name_plural = "心跳"

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"


def register(job: Job) -> Job:
    """The sweep runs this job every minute from now on."""
    _JOBS[f"{job.__module__}.{job.__qualname__}"] = job
    return job


def sweep(at: datetime, *, clock: Callable[[], datetime] | None = None) -> list[str]:
    """Every job has been tried once as of ``at``; returns the names of those that failed.

    A failing job is logged and keeps nobody else from running. The heart beats by ``clock`` whenever a job is done, so that a long sweep
    is alive while it gets on and a job that hangs is not; without a clock it says ``at``.
    """
    failed = []
    for name, job in _JOBS.items():
        try:
            job(at)
        except Exception:
            logger.exception("sweep job %s failed", name)
            failed.append(name)
        Heartbeat.objects.update_or_create(name="sweep", defaults={"at": clock() if clock else at})
    return failed


def is_alive(now: datetime) -> bool:
    """Whether the sweep got on lately."""
    return Heartbeat.objects.filter(name="sweep", at__gte=now - STALE_AFTER).exists()
