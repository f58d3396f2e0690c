"""The board of a circular to 300 units, whole and as the part that renews itself, against a plain table of the same rows."""

from functools import partial
from uuid import uuid4

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from circulars.deliveries import Channel, Delivery
from circulars.recipients import Addressed
from circulars.registration import Circular
from tests.bench.desklist import bare_desk, desk_of
from tests.bench.register import Register
from tests.bench.stock import AFTER, Stock
from tests.bench.stopwatch import Figure, queries, race

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
    Circular.objects.filter(pk=circular.pk).update(state=Circular.State.SENT, sender=register.sender, sent_at=sent_at)
    due_at, clerk = sent_at + AFTER["due_at"], register.clerks[0]
    rows = []
    for place, unit in enumerate(register.units[:UNITS]):
        signed_at = [due_at - AFTER["opened_at"], due_at + AFTER["opened_at"], None][place % 3]
        rows.append(
            Delivery(
                circular=circular,
                unit=unit,
                unit_name=unit.short_name,
                issuer=register.office,
                role=Addressed.PRIMARY,
                channel=Channel.ELECTRONIC,
                urgency=circular.urgency,
                sent_at=sent_at,
                due_at=due_at,
                warn_at=sent_at + AFTER["warn_at"],
                delivered_at=sent_at,
                opened_at=sent_at,
                window_minutes=540,
                rules=register.rules,
                state=Delivery.State.SIGNED_FOR if signed_at else Delivery.State.OPENED,
                signed_at=signed_at,
                signed_by=clerk if signed_at else None,
                signing_key=uuid4() if signed_at else None,
                taken_minutes=100 if signed_at else None,
            )
        )
    Delivery.objects.bulk_create(rows)
    return circular


def _get(desk: Client, address: str, turn: int = 0, **rest: object) -> None:
    response = desk.get(address, **rest)  # type: ignore[arg-type]
    if response.status_code != 200 or response.content.count(b"<tr") < UNITS:
        raise AssertionError(f"{address} answered {response.status_code} without its {UNITS} units.")
