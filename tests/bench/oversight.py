"""The matrix of 120 units and 100 circulars as a whole page and as a workbook, against a query that only fetches the rows."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from circulars.deliveries import Delivery
from circulars.registration import Circular
from tests.bench.desklist import desk_of
from tests.bench.register import Register
from tests.bench.stock import Stock
from tests.bench.stopwatch import Figure, queries, race
from tests.bench.thirds import in_thirds

UNITS, CIRCULARS, TURNS, AIM = 120, 100, 10, 1000  # the aim in milliseconds of this process's own computing


@dataclass(frozen=True)
class Found:
    figures: list[Figure]
    remarks: list[str]


def measure(register: Register, stock: Stock) -> Found:
    """A hundred circulars of the last hour, each to 120 units: a third signed in time, a third too late, a third not at all."""
    circulars = [circular.pk for circular in _sent(register, stock)]
    secretary, found = desk_of(register.secretary), Found([], [])

    def bare(turn: int = 0) -> int:
        rows = Delivery.objects.filter(circular__in=circulars).order_by()
        return len(list(rows.values_list("unit_id", "circular_id", "signed_at", "due_at")))

    if bare() != UNITS * CIRCULARS:
        raise AssertionError("The matrix is not the one that was written.")
    for name, scene in (("matrix", "page"), ("matrix_workbook", "workbook")):
        act = partial(_get, secretary, f"{reverse(f'reports:{name}')}?reach=7")
        run = race(TURNS, bare=bare, ours=act)
        scene = f"matrix of {UNITS} units and {CIRCULARS} circulars, {scene}"
        wall, cpu = run.wall(scene, queries=queries(act)), run.cpu(scene)
        found.figures.extend([wall, cpu])
        within = "within" if cpu.ours <= AIM else "over"
        found.remarks.append(f"{scene}: {cpu.ours:.0f} ms of computing, {within} the aim of {AIM}")
    return found


def _sent(register: Register, stock: Stock) -> list[Circular]:
    """The newest circulars of all, on their way to as many units as a city has."""
    circulars = stock.registered(("county",), CIRCULARS)
    now = timezone.now()
    for place, circular in enumerate(circulars):
        circular.state, circular.sender = Circular.State.SENT, register.sender
        circular.sent_at = now - timedelta(seconds=30 * place)
    Circular.objects.bulk_update(circulars, ["state", "sender", "sent_at"])
    rows = [row for circular in circulars for row in in_thirds(register, circular, register.units[:UNITS])]
    Delivery.objects.bulk_create(rows, batch_size=2000)
    stock.look_around()
    return circulars


def _get(desk: Client, address: str, turn: int = 0) -> None:
    response = desk.get(address)
    is_page = "html" in response["Content-Type"]
    if response.status_code != 200 or (is_page and response.content.count(b'class="mark mark--') < UNITS * CIRCULARS):
        raise AssertionError(f"{address} answered {response.status_code} without its {UNITS * CIRCULARS} cells.")
