"""The board of a circular to 300 units, whole and as the part that renews itself, against a plain table of the same rows."""

from functools import partial

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from circulars.deliveries import Delivery
from circulars.registration import Circular
from tests.bench.desklist import bare_desk, desk_of
from tests.bench.register import Register
from tests.bench.stock import AFTER, Stock
from tests.bench.stopwatch import Figure, queries, race
from tests.bench.thirds import in_thirds

UNITS, TURNS = 300, 20
AIM = 2.0


def measure(register: Register, stock: Stock) -> list[Figure]:
    """A third of the units have signed in time, a third too late, a third not at all."""
    figures: list[Figure] = []
    circular = _followed(register, stock)
    bare, ours = bare_desk(register), desk_of(register.sender)
    address = reverse("circulars:board", args=[circular.uuid])
    plain = partial(_get, bare, f"/board/{circular.pk}/")
    for scene, act in (
        ("whole", partial(_get, ours, address)),
        ("the part that renews itself", partial(_get, ours, address, headers={"X-Fragment": "board"})),
    ):
        run = race(TURNS, bare=plain, ours=act)
        name = f"board of {UNITS} units, {scene}"
        figures += [run.cpu(name, aim=AIM, queries=queries(act)), run.wall(name)]
    return figures


def _followed(register: Register, stock: Stock) -> Circular:
    """A circular whose due time is over, on its way to this many units."""
    (circular,) = stock.registered(("county",), 1)
    sent_at = timezone.now() - 2 * AFTER["due_at"]
    circular.state, circular.sender, circular.sent_at = Circular.State.SENT, register.sender, sent_at
    circular.save(update_fields=["state", "sender", "sent_at"])
    Delivery.objects.bulk_create(in_thirds(register, circular, register.units[:UNITS]))
    return circular


def _get(desk: Client, address: str, turn: int = 0, **rest: object) -> None:
    response = desk.get(address, **rest)  # type: ignore[arg-type]
    if response.status_code != 200 or response.content.count(b"<tr") < UNITS:
        raise AssertionError(f"{address} answered {response.status_code} without its {UNITS} units.")
