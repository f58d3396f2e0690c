"""Whether the figures of earlier years are still as they were handed in, and as the ledger entered them (Article 28)."""

from collections.abc import Iterator
from datetime import datetime

from cms.entered import compared, entries_of, said_otherwise
from cms.ledger import Entry
from cms.verifying import Fault, register
from reports.deeds import Deed
from reports.earlier import EarlierImport, digest_of, facts_of


@register
def check_earlier_figures(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Lines agree with the digest, the digest with the ledger, and what the ledger says was taken in is there."""
    kept = EarlierImport.objects.select_related("area").prefetch_related("rows").order_by("pk")
    yield from compared(entries_of(Deed.EARLIER_TAKEN), kept, _flaws, inner=_inner, lost=_lost, act="导入")


def _flaws(batch: EarlierImport, entry: Entry) -> Iterator[str]:
    if said_otherwise(facts_of(batch, lines=len(batch.rows.all())), entry):
        yield "行数或者摘要与台账登记的不一致，记录被改动过。"


def _inner(batch: EarlierImport) -> Iterator[str]:
    if digest_of(batch.rows.all()) != batch.digest:
        yield "各行的数字与导入时的摘要不一致，记录被改动过。"


def _lost(entry: Entry) -> str:
    return f"往年数据（{entry.subject}）"
