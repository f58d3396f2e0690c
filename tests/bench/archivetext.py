"""The words of all circulars, in the index: paragraphs of the sample papers, others in every paper and the same in every run."""

import json
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path

from django.db import transaction

from circulars.registration import Circular, IssuerLine
from circulars.searchindex.passages import Passage, Source, keep
from cms.bigrams import EDGE, passages
from cms.initials import initials
from tests.bench.stock import OPEN

PARAGRAPHS = 14  # of one paper
EVERY_FOURTH = "认真贯彻执行。"
# In the attachment of every third paper, and of these in every sixteenth.
EVERY_THIRD, RARE = "附件表格填报说明。", "设备采购清单明细。"
_SAMPLES = Path(__file__).parents[1] / "data" / "circulars.json"


@transaction.atomic
def take_in(circulars: list[Circular]) -> None:
    """These can be found by head, first letters, text and, but for those whose text is kept and has none, attachment."""
    written = _paragraphs()
    IssuerLine.objects.bulk_create(
        [IssuerLine(circular=each, unit_id=each.issuer_id, name=each.issuer_name, place=0) for each in circulars],
        batch_size=500,
        ignore_conflicts=True,  # what was registered to be sent has its line
    )
    keep(
        Passage(circular=circular, source=source, file=int(source == Source.FILE), place=place, words=words)
        for circular in circulars
        for source, lines in (
            (Source.HEAD, [circular.title, circular.number, circular.issuer_name]),
            (Source.BODY, list(islice(_body(circular.pk, written), PARAGRAPHS))),
            (Source.FILE, [] if circular.sequence <= OPEN + 1 else list(_attachment(circular.pk, written))),
        )
        for place, words in enumerate(passages(lines))
    )
    keep(
        Passage(circular=circular, source=Source.INITIALS, place=0, words="", folded=_letters(circular))
        for circular in circulars
    )


@cache
def _paragraphs() -> list[str]:
    rows = json.loads(_SAMPLES.read_text())["circulars"]
    return [line for row in rows for line in row["body"].split("\n") if line]


def _body(key: int, written: list[str]) -> Iterator[str]:
    step = key % 11 + 1
    yield from (EVERY_FOURTH,) if key % 4 == 0 else ()
    for place in range(PARAGRAPHS):
        yield written[(key * 7 + place * step) % len(written)]


def _attachment(key: int, written: list[str]) -> Iterator[str]:
    if key % 3 == 0:
        yield EVERY_THIRD
        yield from (RARE,) if key % 16 == 0 else ()
        yield from islice(_body(key + 1, written), 1, PARAGRAPHS)


def _letters(circular: Circular) -> str:
    return EDGE + EDGE.join(initials(name, end=EDGE) for name in (circular.title, circular.issuer_name)) + EDGE
