"""Whether rows and the ledger's entries say the same: how every check of ``verify`` compares the two (Articles 3 and 28).

Whoever owns the database can put a row in or take one out, and make rows agree with each other; not with what was entered when the act was
done. Entries are read before rows: act and entry are one transaction, so that an entry that was read has its row.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import models

from cms import ledger
from cms.ledger import Entry, EntryQuerySet
from cms.verifying import CHUNK, Fault, in_chunks

Row = TypeVar("Row", bound=models.Model)
Kept = TypeVar("Kept")

CHANGED = "内容与台账登记的不一致，记录被改动过。"


def entries_of(*deeds: str, since: datetime | None = None) -> EntryQuerySet:
    """The entries of these deeds in their order, of those recorded since then or of all."""
    entries = Entry.objects.filter(deed__in=deeds).order_by("pk")
    return entries if since is None else entries.filter(recorded_at__gte=since)


def subject_of_entry(entry: Entry) -> str:
    return entry.subject


def compared(
    entries: "models.QuerySet[Entry]",
    rows: "models.QuerySet[Row]",
    flaws: Callable[[Row, Entry], Iterable[str]],
    *,
    lost: Callable[[Entry], str],
    inner: Callable[[Row], Iterable[str]] = lambda row: (),
    named: Callable[[Row], str] = str,
    act: str = "",
    key: Callable[[Row], Hashable] = ledger.subject_of,
    entry_key: Callable[[Entry], Hashable] = subject_of_entry,
) -> Iterator[Fault]:
    """Each row has its entry and each entry its row, found by ``key`` and ``entry_key``; ``flaws`` says what of a row is otherwise than its entry,
    ``inner`` what does not hold together in the row itself.

    ``act`` is what the ledger entered of the rows (登记公布), ``named`` how a row is named and ``lost`` how one that is gone. A deed that can be
    done once is the first of its kind: whatever was entered for the same row later was put there to make another row good.
    """
    entered: dict[Hashable, Entry] = {}
    for entry in entries.iterator(CHUNK):
        entered.setdefault(entry_key(entry), entry)
    for row in rows.iterator(CHUNK):
        found = entered.pop(key(row), None)
        if found is None:
            yield Fault(named(row), f"台账没有登记{act}，是后来加入的。")
        else:
            yield from (Fault(named(row), flaw) for flaw in flaws(row, found))
        yield from (Fault(named(row), flaw) for flaw in inner(row))
    for entry in entered.values():
        yield Fault(lost(entry), f"台账登记了{act}，数据库里没有，记录被删除。")


def said_otherwise(facts: Mapping[str, Any], entry: Entry) -> bool:
    """Whether the entry's facts are others than these, each as the ledger writes it down."""
    return ledger.canonical(facts) != ledger.canonical(entry.said)


def looked_up(
    entries: "models.QuerySet[Entry]",
    name_of: Callable[[Entry], str | None],
    kept: Callable[[Collection[str]], Mapping[str, Kept]],
) -> Iterator[tuple[str, Entry, Kept | None]]:
    """For each entry that names a row by its digest: the name, the entry, and what ``kept`` has under it (nothing where the row is gone)."""
    for chunk in in_chunks(entries.iterator(CHUNK)):
        named = [(name, entry) for entry in chunk if (name := name_of(entry))]
        there = kept({name for name, _ in named})
        yield from ((name, entry, there.get(name)) for name, entry in named)


def lists_agree(entries: Collection[Entry], keys: Collection[int]) -> bool:
    """Whether entries that name many rows by their number and the digest of their keys mean these rows, all of them together."""
    if len(entries) == 1:
        said = next(iter(entries)).said
        return (said.get("count"), said.get("list_digest")) == (len(keys), ledger.digest_of_keys(keys))
    return sum(_count(entry) for entry in entries) == len(keys)


def _count(entry: Entry) -> int:
    count = entry.said.get("count")
    return count if isinstance(count, int) else 0
