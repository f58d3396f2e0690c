"""What must not grow dearer while deliveries pile up: pages of the desk and the counts on its rail, measured when the table is small and again when it is full."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from statistics import median

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.people import User
from circulars.rail import rail
from circulars.registration import Circular
from reports.months import Month
from tests.bench.desklist import bare_desk, desk_of
from tests.bench.register import Register
from tests.bench.stopwatch import Figure, dearest, race, statements

TURNS, TAKEN_APART = 20, 5
AIM = 1.1


@dataclass(frozen=True)
class Found:
    """How many bare lists of 25 each of these is worth, and where its time goes."""

    times_bare: dict[str, float]
    remarks: list[str]


def measure(register: Register) -> Found:
    """Each by turns with the bare list, because minutes lie between the two sizes of the table."""
    found, bare = Found({}, []), bare_desk(register)
    for scene, act in _scenes(register).items():
        run = race(TURNS, bare=partial(_get, bare, "/open/"), ours=act)
        found.times_bare[scene] = run.wall(scene).ratio
        spent = _taken_apart(act)
        found.remarks.append(
            f"{scene}: {median(lap.wall for lap in run.ours):.1f} ms, its statements {sum(spent.values()):.1f}, "
            f"of which {dearest(spent, 4)}"
        )
    return found


def figures(early: dict[str, float], late: dict[str, float], few: int, many: int) -> list[Figure]:
    """How much dearer everything became while the table grew from few deliveries to many."""
    return [
        Figure(f"{scene}, {few:,} → {many:,}", "bare pages", before, late[scene], late[scene] / before, aim=AIM)
        for scene, before in early.items()
    ]


def _scenes(register: Register) -> dict[str, Callable[..., object]]:
    now = timezone.now()
    last_month = Month.of(now).previous
    newest = Circular.objects.filter(state=Circular.State.SENT).latest("sent_at")
    sender, secretary = desk_of(register.sender), desk_of(register.secretary)
    return {
        "board of one circular": partial(_get, sender, reverse("circulars:board", args=[newest.uuid])),
        "outbox": partial(_get, sender, reverse("circulars:outbox")),
        "overview of today": partial(_get, secretary, reverse("reports:overview")),
        "page of a month": partial(_get, secretary, f"{reverse('reports:month')}?month={last_month}"),
        "rail counts of a clerk": lambda turn=0: rail(User.objects.get(pk=register.clerks[0].pk), now, "/received/"),
    }


def _taken_apart(act: Callable[..., object]) -> dict[str, float]:
    turns = []
    for _ in range(TAKEN_APART):
        with statements() as spent:
            act()
        turns.append(spent)
    return {what: median(turn.get(what, 0.0) for turn in turns) for what in turns[0]}


def _get(desk: Client, address: str, turn: int = 0) -> None:
    response = desk.get(address)
    if response.status_code != 200:
        raise AssertionError(f"{address} answered {response.status_code}.")
