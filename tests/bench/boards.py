"""The homes of clerk, leader, division and archivist, and their lists far down, where years of papers were registered, handled and filed."""

from dataclasses import dataclass
from functools import partial
from statistics import median

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.people import User
from tests.bench.desklist import desk_of
from tests.bench.hands import Hands
from tests.bench.register import Register
from tests.bench.stopwatch import Figure, queries, timed

TURNS = 7
AIM = 300.0  # milliseconds
DEEP = 40  # pages


@dataclass(frozen=True)
class Found:
    figures: list[Figure]


def measure(register: Register, hands: Hands) -> Found:
    """Each page by the wall, with its queries, and by what this process computed; the bare way is the aim."""
    figures = []
    for scene, person, address in _pages(register, hands):
        get = partial(_get, desk_of(person), address)
        get()
        laps = [timed(get, turn) for turn in range(TURNS)]
        wall, cpu = median(lap.wall for lap in laps), median(lap.cpu for lap in laps)
        figures.append(Figure(scene, "wall ms", AIM, wall, wall / AIM, 1.0, queries(get)))
        figures.append(Figure(scene, "CPU ms", AIM, cpu, cpu / AIM))
    return Found(figures)


def _pages(register: Register, hands: Hands) -> list[tuple[str, User, str]]:
    clerk, this_year = register.clerks[0], timezone.localdate().year
    book, filed = reverse("circulars:register_book"), reverse("circulars:filed")
    year = this_year - 2
    return [
        ("home of a clerk", clerk, reverse("circulars:inbox")),
        ("home of a leader", hands.leader, reverse("leader_home")),
        ("home of a division's head", hands.head, reverse("circulars:to_handle")),
        ("home of an archivist", hands.archivist, "/"),
        ("to register", clerk, reverse("circulars:to_register")),
        ("to handle, clerk", clerk, reverse("circulars:to_handle")),
        ("to handle, handler", hands.handler, reverse("circulars:to_handle")),
        ("to read, division", hands.head, reverse("circulars:to_read")),
        ("to instruct", hands.leader, reverse("circulars:to_instruct")),
        ("left lying", clerk, reverse("circulars:left_lying")),
        ("register of this year", clerk, book),
        (f"register, page {DEEP}", clerk, f"{book}?year={year}&page={DEEP}"),
        ("register, words that few say", clerk, f"{book}?year={year}&q=第9999项"),
        ("to file", hands.archivist, reverse("circulars:to_file")),
        (f"to file, page {DEEP}", hands.archivist, f"{reverse('circulars:to_file')}?page={DEEP}"),
        ("filed", hands.archivist, filed),
        (f"filed, page {DEEP * 10}", hands.archivist, f"{filed}?page={DEEP * 10}"),
        ("filed, words that few say", hands.archivist, f"{filed}?q=第9999项"),
        ("to appraise", hands.archivist, reverse("circulars:to_appraise")),
        ("received and signed, far down", clerk, f"/received/?show=signed&page={DEEP * 10}"),
    ]


def _get(desk: Client, address: str, turn: int = 0) -> None:
    response = desk.get(address)
    if response.status_code != 200:
        raise AssertionError(f"{address} answered {response.status_code}.")
