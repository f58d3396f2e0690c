"""A search of 20,000 circulars: words that stand in every one, in few, in none, for a clerk, a sender and who inspects."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median

from django.db import transaction

from circulars.registration import Circular
from circulars.search.finding import find
from circulars.search.question import Question
from circulars.searchindex.passages import Passage, Source, keep
from cms.bigrams import passages
from tests.bench.desklist import desk_of
from tests.bench.register import Register
from tests.bench.stock import Stock
from tests.bench.stopwatch import Figure, queries, timed

CIRCULARS, FEWER = 20_000, 5_000
TURNS = 7
AIM = 500.0  # milliseconds
PARAGRAPHS = 14  # of one paper
_SAMPLES = Path(__file__).parents[1] / "data" / "circulars.json"

# What is asked → in how many papers it stands.
QUESTIONS = {
    "通知": "in every paper",
    "认真贯彻执行": "in every fourth",
    "签收 政务信息化 印章": "three words",
    "第4321项": "in one paper",
    "通贯认签": "its characters everywhere, itself nowhere",
    "jyb": "first letters",
}


@dataclass(frozen=True)
class Found:
    figures: list[Figure]
    remarks: list[str]


def measure(register: Register, stock: Stock) -> Found:
    """Each question at a quarter of the archive and at the whole of it; the bare way is the smaller one."""
    stock.shelve(CIRCULARS, reader=register.units[0])
    written = _texts()
    circulars = list(Circular.objects.order_by("pk").only("pk", "title", "number")[:CIRCULARS])
    _take_in(circulars[:FEWER], written)
    few = _timed(register)
    _take_in(circulars[FEWER:], written)
    stock.look_around()
    many = _timed(register)
    figures = [
        Figure(f"search, {said}, {FEWER:,} → {CIRCULARS:,}", "wall ms", few[said], taken, taken / few[said])
        for said, taken in many.items()
    ]
    get = partial(desk_of(register.clerks[0]).get, "/search/?q=通知")
    figures.append(
        Figure(
            "page of a search",
            "wall ms",
            AIM,
            took := median(timed(lambda turn: get(), turn).wall for turn in range(TURNS)),
            took / AIM,
            1.0,
            queries(get),
        )
    )
    worst = max(many, key=lambda said: many[said])
    return Found(
        figures,
        [
            (
                f"search: {Passage.objects.count():,} passages of {len(circulars):,} circulars, "
                f"the dearest “{worst}” {many[worst]:.0f} ms; to stay within {AIM:.0f}"
            )
        ],
    )


def _timed(register: Register) -> dict[str, float]:
    found = {}
    for words, where in QUESTIONS.items():
        for who, person in (
            ("clerk", register.clerks[0]),
            ("sender", register.sender),
            ("secretary", register.secretary),
        ):
            question = Question(words=words)
            laps = [timed(lambda turn: find(person, question, most=25), turn).wall for turn in range(TURNS)]  # noqa: B023  called at once
            found[f"{where}, {who}"] = median(laps)
    return found


def _texts() -> list[str]:
    """The paragraphs of the sample papers."""
    rows = json.loads(_SAMPLES.read_text())["circulars"]
    return [line for row in rows for line in row["body"].split("\n") if line]


@transaction.atomic
def _take_in(circulars: list[Circular], written: list[str]) -> None:
    keep(
        Passage(circular=circular, source=source, place=place, words=words)
        for circular in circulars
        for source, lines in (
            (Source.HEAD, [circular.title, circular.number]),
            (Source.BODY, list(islice(_paragraphs(circular.pk, written), PARAGRAPHS))),
        )
        for place, words in enumerate(passages(lines))
    )


def _paragraphs(key: int, written: list[str]) -> Iterator[str]:
    """Other paragraphs in every paper, the same in every run."""
    step = key % 11 + 1
    yield from ("认真贯彻执行。",) if key % 4 == 0 else ()
    for place in range(PARAGRAPHS):
        yield written[(key * 7 + place * step) % len(written)]
