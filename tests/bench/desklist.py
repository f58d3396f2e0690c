"""The list a clerk lives in: 25 rows of 100,000 as a whole request, against the plainest page Django makes of the same rows."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from statistics import median

from django.conf import settings
from django.test import Client, override_settings

from accounts.people import User
from tests.bench.register import Register
from tests.bench.stopwatch import Figure, dearest, queries, race, statements

TURNS, TAKEN_APART = 30, 7
AIM = 2.0
ROWS = 25


@dataclass(frozen=True)
class Found:
    """Figures and remarks at one size of the table, and how many bare pages each of our lists is worth."""

    deliveries: int
    figures: list[Figure]
    remarks: list[str]
    times_bare: dict[str, float]


def measure(register: Register, deliveries: int) -> Found:
    """The open list, on which a clerk lands, and the signed one, which grows for ever."""
    found = Found(deliveries, [], [], {})
    ours, bare = desk_of(register.clerks[0]), bare_desk(register)
    for scene, address, plain_address in (
        ("open list", "/received/", "/open/"),
        ("signed list", "/received/?show=signed", "/signed/"),
    ):
        get = partial(_get, ours, address)
        run = race(TURNS, bare=partial(_get, bare, plain_address), ours=get)
        asked = queries(get)
        name = f"{scene}, {deliveries:,} deliveries"
        wall = run.wall(name, queries=asked)
        found.figures.extend([run.cpu(name, aim=AIM, queries=asked), wall])
        found.times_bare[scene] = wall.ratio
        spent = _taken_apart(get)
        found.remarks.append(f"{scene}: its statements take {sum(spent.values()):.1f} ms, of which {dearest(spent, 5)}")
    return found


def desk_of(person: User) -> Client:
    """The person's browser, signed in."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(person, backend="accounts.signin.NamedPersonBackend")
    return client


def bare_desk(register: Register) -> Client:
    """A site of one view behind Django's own middleware: sessions and sign-in as the product has them, nothing of ours."""
    desk = desk_of(register.clerks[0])
    kept = [name for name in settings.MIDDLEWARE if name.startswith("django.")]
    with override_settings(MIDDLEWARE=["tests.bench.baresite.at_home", *kept]):
        desk.handler.load_middleware()
    return desk


def _taken_apart(get: Callable[[], object]) -> dict[str, float]:
    turns = []
    for _ in range(TAKEN_APART):
        with statements() as spent:
            get()
        turns.append(spent)
    return {what: median(turn[what] for turn in turns) for what in turns[0]}


def _get(desk: Client, address: str, turn: int = 0) -> None:
    response = desk.get(address)
    if response.status_code != 200 or response.content.count(b"<tr") != ROWS + 1:
        raise AssertionError(f"{address} answered {response.status_code} without a page of {ROWS} rows.")
