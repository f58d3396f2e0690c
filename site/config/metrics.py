"""``GET /metrics``: the figures of ``cms.vitals`` for a watcher on the same network, in the text form of Prometheus (Article 7(2))."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from hmac import compare_digest

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from circulars.deliveries import Delivery
from cms.accesslog import Look, note
from cms.authorityends import all_ends
from cms.vitals import disk_of, stores, vitals

WRONG = "运行指标口令不对"


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures at this minute, for whoever has METRICS_TOKEN; not found for everybody else, and for all where none is set."""
    token = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not compare_digest(given.encode(), token.encode()):
        if not request.user.is_authenticated:  # who is signed in is written down at the door
            note(Look.REFUSED, at=timezone.now(), subject=WRONG)
        raise Http404
    registry = CollectorRegistry()
    registry.register(_Figures(timezone.now()))
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Figures:
    """What is collected once, when it is asked for."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        now, found = self.now, vitals(self.now)
        yield _gauge("heartbeat_age_seconds", "Since the sweep last got on.", _age(found.beat, now))
        yield _gauge("queue_tasks", "Tasks that wait or run.", found.waiting)
        lag = max(now - found.waiting_since, timedelta()) if found.waiting_since else timedelta()
        yield _gauge("queue_oldest_seconds", "How long the oldest task has waited.", lag.total_seconds())
        yield _gauge(
            "clock_ahead_seconds", "This machine's clock less the database's.", found.clock_ahead.total_seconds()
        )
        made = found.checkpoint
        yield _gauge(
            "checkpoint_age_seconds", "Since the ledger was last signed.", _age(made.made_at if made else None, now)
        )
        yield _gauge("checkpoint_entries", "Entries of the ledger under the last signature.", made.size if made else 0)
        yield _gauge(
            "deliveries_overdue", "Deliveries unsigned past their due time.", Delivery.objects.overdue(now).count()
        )
        yield _each("disk_free_bytes", "Free where files lie.", "folder", _disks("free"))
        yield _each("disk_size_bytes", "Size of the disk where files lie.", "folder", _disks("size"))
        ends = {end.name: (end.at - now).total_seconds() for end in all_ends(now)}
        yield _each("certificate_left_seconds", "Until a certificate of the authority ends.", "certificate", ends)


def _disks(of: str) -> dict[str, float]:
    return {name: getattr(disk_of(folder), of) for name, folder in stores().items()}


def _age(moment: datetime | None, now: datetime) -> float:
    """Seconds since then; of what never was, not a number."""
    return (now - moment).total_seconds() if moment else float("nan")


def _gauge(name: str, said: str, value: float) -> Metric:
    return GaugeMetricFamily(f"gongwen_{name}", said, value=value)


def _each(name: str, said: str, label: str, values: dict[str, float]) -> Metric:
    family = GaugeMetricFamily(f"gongwen_{name}", said, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
