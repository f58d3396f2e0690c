"""A search of 20,000 circulars as a whole page: whatever is asked, by whomever, with and without filters; and what the index costs."""

import time
from dataclasses import dataclass
from functools import partial
from statistics import median
from urllib.parse import urlencode

from django.test import Client

from accounts.people import User
from circulars.registration import Circular
from circulars.search.finding import find
from circulars.search.question import Question
from circulars.searchindex.indexing import queue
from circulars.searchindex.passages import Passage
from tests.bench.archivetext import EVERY_FOURTH, RARE, take_in
from tests.bench.desklist import desk_of
from tests.bench.hands import Hands
from tests.bench.register import Register
from tests.bench.stock import Stock
from tests.bench.stopwatch import Figure, queries, timed

CIRCULARS, FEWER = 20_000, 5_000
SHOWN = ("pk", "title", "number", "issuer", "issuer_name", "sequence")
TURNS = 5
AIM = 500.0  # milliseconds

# What is asked, in how many papers it stands → the words.
QUESTIONS = {
    "in every paper": "通知",
    "in every title": "关于进一步做好",
    "in every fourth body": EVERY_FOURTH.strip("。"),
    "three words": "签收 政务信息化 印章",
    "a whole title": "第4321项工作的通知",
    "part of a number": "14321号",
    "one figure": "7",
    "its characters everywhere, itself nowhere": "通贯认签",
    "first letters of every title": "gyjyb",
    "first letters of none": "zqmxl",
    "in few attachments": RARE.strip("。"),
    "a hundred thousand characters": "通贯" * 50_000,
    "thousands of wildcards": "%_* ?[a-z]* " * 3_000,
    "many phrases, one alone rare": "的 和 通知 单位 工作 一 不 鑫",
}
# The filters of the form, each as an address has it; asked of the first words.
FILTERS = {
    "of a year": {"year": "2024"},
    "received and signed": {"side": "received", "state": "signed"},
    "still to sign for": {"state": "unsigned"},
    "returned": {"state": "returned"},
    "of a kind that there is none of": {"type": "letter"},
    "from this sender": {"sender": "FWJG"},
    "issued here and recalled": {"side": "issued", "state": "recalled"},
}


@dataclass(frozen=True)
class Found:
    figures: list[Figure]
    remarks: list[str]


def measure(register: Register, stock: Stock, hands: Hands) -> Found:
    """The finding alone at a quarter of the archive and at the whole of it, the quarter being the bare way; then whole pages."""
    stock.shelve(CIRCULARS, reader=register.units[0])
    circulars = list(Circular.objects.order_by("pk").only(*SHOWN)[:CIRCULARS])
    take_in(circulars[:FEWER])
    stock.look_around()
    few = _found_in(register)
    began = time.process_time()
    take_in(circulars[FEWER:])
    a_minute = (len(circulars) - FEWER) / (time.process_time() - began) * 60
    stock.look_around()
    many = _found_in(register)
    figures = [
        Figure(f"search, {said}, {FEWER:,} → {CIRCULARS:,}", "wall ms", few[said], taken, taken / few[said])
        for said, taken in many.items()
    ]
    pages, worst = _pages(register, hands)
    queued = queries(lambda: queue(circulars[0]))
    return Found(
        [*figures, *pages],
        [
            (
                f"search: {Passage.objects.count():,} passages of {len(circulars):,} circulars, taken in at {a_minute:,.0f} papers "
                f"a minute of computing, their files read already"
            ),
            f"search: the dearest page “{worst.scene}” {worst.ours:.0f} ms; to stay within {AIM:.0f}",
            f"search: whoever registers a paper waits for {queued} statement, which queues it",
        ],
    )


def _found_in(register: Register) -> dict[str, float]:
    """Milliseconds of ``find`` for a word that is everywhere and one that is nowhere."""
    found = {}
    for said in ("in every paper", "its characters everywhere, itself nowhere"):
        for who, person in (("clerk", register.clerks[0]), ("secretary", register.secretary)):
            act = partial(_find, person, Question(words=QUESTIONS[said]))
            found[f"{said}, {who}"] = median(timed(act, turn).wall for turn in range(TURNS))
    return found


def _find(person: User, question: Question, turn: int = 0) -> None:
    find(person, question, most=25)


def _pages(register: Register, hands: Hands) -> tuple[list[Figure], Figure]:
    """Of each person the dearest page, by the wall and by what this process computed, and the dearest of all."""
    figures = []
    for who, person in (
        ("clerk", register.clerks[0]),
        ("sender", register.sender),
        ("secretariat", register.secretary),
        ("leader", hands.leader),
        ("division", hands.handler),
    ):
        desk, taken = desk_of(person), {}
        for said, asked in _asked().items():
            laps = [timed(partial(_get, desk, f"/search/?{asked}"), turn) for turn in range(TURNS)]
            taken[said] = (median(lap.wall for lap in laps), median(lap.cpu for lap in laps), asked)
        said, (wall, cpu, asked) = max(taken.items(), key=lambda item: item[1][0])
        scene = f"page of a search, {who}, dearest of {len(taken)}: {said}"
        counted = queries(partial(_get, desk, f"/search/?{asked}"))
        figures.append(Figure(scene, "wall ms", AIM, wall, wall / AIM, 1.0, counted))
        figures.append(Figure(scene, "CPU ms", AIM, cpu, cpu / AIM))
    return figures, max(figures, key=lambda figure: figure.ours)


def _asked() -> dict[str, str]:
    """Every question and, of the first and of one without words, every filter, as addresses."""
    asked = {said: urlencode({"q": words}) for said, words in QUESTIONS.items()}
    for said, chosen in FILTERS.items():
        asked[f"{said}, no words"] = urlencode(chosen)
        asked[f"in every paper, {said}"] = urlencode({"q": QUESTIONS["in every paper"]} | chosen)
    return asked


def _get(desk: Client, address: str, turn: int = 0) -> None:
    response = desk.get(address)
    if response.status_code != 200:
        raise AssertionError(f"{address} answered {response.status_code}.")
