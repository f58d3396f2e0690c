"""收入索引: a registered circular can be found by its words, and by those of its attachments once these have been read.

The act of registering queues this; the work may run twice, be killed between two files, and goes on where it stopped. A file is read in a
process of its own; one that breaks or outlasts its reader is unread, and the rest of the circular is found all the same.
"""

import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django_q.models import OrmQ
from django_q.tasks import async_task

from circulars.pages import CircularPage
from circulars.registration import Circular
from circulars.searchindex.parts import EDITION, TRIES, IndexedPart, not_indexed
from circulars.searchindex.passages import Passage, Source, drop, keep
from cms.attachments import place_of
from cms.bigrams import EDGE, passages
from cms.initials import initials
from cms.readapart import ReadApart, read_apart

# Seconds of one task; what is left then is another task, so that none outlasts its worker.
ENOUGH = 45
SETTLING = timedelta(minutes=10)
# The sweep queues so many, and none while as many tasks of any kind wait: an index that is behind by years catches up beside the daily work.
SWEPT_AT_ONCE = 50


def queue(circular: Circular) -> None:
    """The circular will be taken in once the act that this is part of stands."""
    async_task("circulars.tasks.index", circular.pk, task_name=f"index-{circular.pk}")


def take_in(circular: Circular, *, at: datetime, within: float = ENOUGH) -> bool:
    """What was missing of the circular is in the index; False when after so many seconds there is more to read."""
    begun = time.monotonic()
    if not _enter(circular, 0, at=at):
        return True
    done = set(IndexedPart.objects.done().filter(circular=circular.pk).values_list("file", flat=True))
    for number, row in _files(circular):
        if number in done:
            continue
        if time.monotonic() - begun > within:
            return False
        _read(circular, number, row["digest"], at=at)
    return True


def sweep_unindexed(at: datetime) -> None:
    """Circulars that are not in this edition of the index are queued, the newest first: papers from before it, and those whose task was lost.

    So after an upgrade the index fills by itself, as ``manage.py index_circulars`` would fill it.
    """
    if OrmQ.objects.count() < SWEPT_AT_ONCE:
        for circular in not_indexed().filter(registered_at__lt=at - SETTLING).order_by("-pk")[:SWEPT_AT_ONCE]:
            queue(circular)


def _files(circular: Circular) -> list[tuple[int, dict[str, Any]]]:
    return [(number, row) for number, row in enumerate(circular.snapshot["attachments"], 1) if row["digest"]]


def _read(circular: Circular, number: int, digest: str, *, at: datetime) -> None:
    """The file is in the index, or stands there as unread; the try is counted before it begins."""
    part, _ = IndexedPart.objects.get_or_create(circular=circular, file=number)
    IndexedPart.objects.filter(pk=part.pk).update(tries=F("tries") + 1)
    if part.tries >= TRIES and part.edition == EDITION:
        read = ReadApart("", "读取时中断，没有读完")
    else:
        read = read_apart(place_of(digest))
    _enter(circular, number, at=at, read=read)


@transaction.atomic
def _enter(circular: Circular, file: int, *, at: datetime, read: ReadApart | None = None) -> bool:
    """The part is in the index as it now is; nothing of a paper that is blocked or gone (Article 5), for which it says False."""
    page = CircularPage.objects.select_for_update().only("pk").get(pk=circular.page_id)
    if page.is_blocked or not Circular.objects.filter(pk=circular.pk, text__isnull=False).exists():
        return False
    part, _ = IndexedPart.objects.get_or_create(circular=circular, file=file)
    part = IndexedPart.objects.select_for_update().get(pk=part.pk)
    if part.done_at and part.edition == EDITION:
        return True
    if file == 0:  # what is still to be read of it is on record, so that no lost task loses it
        rest = [IndexedPart(circular=circular, file=number) for number, _ in _files(circular)]
        IndexedPart.objects.bulk_create(rest, ignore_conflicts=True)
    drop(Passage.objects.filter(circular=circular, file=file))
    keep(_passages(circular, file, Source.FILE, read.text.split("\n")) if read else _of_the_paper(circular))
    part.edition, part.done_at, part.unread = EDITION, at, read.unread if read else ""
    part.save(update_fields=["edition", "done_at", "unread"])
    return True


def _of_the_paper(circular: Circular) -> Iterator[Passage]:
    """Head, first letters and body; the typed attachments and the names of the files are part of the paper."""
    issuers = list(circular.issuers.select_related("unit"))
    names = [circular.issuer_name, *(line.name for line in issuers)]
    # People leave out the year: 延政办函118号.
    numbers = [circular.number, circular.number.replace(f"〔{circular.year}〕", "")]
    yield from _passages(circular, 0, Source.HEAD, dict.fromkeys([circular.title, *numbers, *names]))
    spelt = dict.fromkeys([circular.title, circular.number, *names, *(line.unit.short_name for line in issuers)])
    letters = [initials(name, end=EDGE) for name in spelt] + [line.unit.pinyin.lower() for line in issuers]
    yield Passage(
        circular=circular, source=Source.INITIALS, place=0, words="", folded=f"{EDGE}{EDGE.join(letters)}{EDGE}"
    )
    yield from _passages(circular, 0, Source.BODY, _lines(circular.snapshot))


def _lines(snapshot: dict[str, Any]) -> Iterator[str]:
    """What is printed on the pages but for the head, in its order, each paragraph for itself."""
    yield snapshot["issuer_mark"]
    yield snapshot["primary"]["text"]
    yield from snapshot["body"].split("\n")
    for row in snapshot["attachments"]:
        yield row["title"]
    yield from snapshot["signatures"]
    yield snapshot["annotation"]
    yield snapshot["cc"]["text"]
    yield snapshot["printing_office"]
    for row in snapshot["attachments"]:
        yield from (row["text"] or "").split("\n")


def _passages(circular: Circular, file: int, source: Source, lines: Iterable[str]) -> Iterator[Passage]:
    for place, words in enumerate(passages(lines)):
        yield Passage(circular=circular, file=file, source=source, place=place, words=words)
