"""Whether the figures of earlier years are still as they were handed in, and as the ledger entered them (Article 28)."""

from collections.abc import Iterator
from datetime import datetime

from cms import ledger
from cms.ledger import Entry
from cms.verifying import Fault, register
from reports.deeds import Deed
from reports.earlier import EarlierImport, digest_of, facts_of


@register
def check_earlier_figures(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Lines agree with the digest, the digest with the ledger, and what the ledger says was taken in is there."""
    entries = Entry.objects.filter(deed=Deed.EARLIER_TAKEN).order_by("pk")
    entered = {entry.subject: entry.said for entry in entries}
    for batch in EarlierImport.objects.select_related("area").prefetch_related("rows").order_by("pk"):
        rows, said = list(batch.rows.all()), entered.pop(ledger.subject_of(batch), None)
        if said is None:
            yield Fault(str(batch), "台账没有登记导入，是后来加入的。")
        elif facts_of(batch, lines=len(rows)) != said:
            yield Fault(str(batch), "行数或者摘要与台账登记的不一致，记录被改动过。")
        if digest_of(rows) != batch.digest:
            yield Fault(str(batch), "各行的数字与导入时的摘要不一致，记录被改动过。")
    for subject in entered:
        yield Fault(f"往年数据（{subject}）", "台账登记了导入，数据库里没有，记录被删除。")
