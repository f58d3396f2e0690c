"""Whether every published month is still what was published, and as the ledger entered it (Article 28)."""

from collections.abc import Iterator
from datetime import datetime

from cms import ledger
from cms.ledger import Entry
from cms.verifying import Fault, register
from reports.deeds import Deed
from reports.snapshots import MonthlySnapshot, digest_of, facts_of


@register
def check_published_months(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Rows agree with the digest, the digest with the ledger, and what the ledger says was published is there."""
    entries = Entry.objects.filter(deed=Deed.MONTH_PUBLISHED).order_by("pk")
    entered = {entry.subject: entry.said for entry in entries}
    kept = MonthlySnapshot.objects.select_related("area").prefetch_related("rows").order_by("pk")
    for snapshot in kept:
        said = entered.pop(ledger.subject_of(snapshot), None)
        if said is None:
            yield Fault(str(snapshot), "台账没有登记公布，是后来加入的。")
        elif facts_of(snapshot, units=len(snapshot.figures)) != said:
            yield Fault(str(snapshot), "月份、版次或者摘要与台账登记的不一致，记录被改动过。")
        if digest_of(snapshot.figures) != snapshot.digest:
            yield Fault(str(snapshot), "各单位的数字与公布时的摘要不一致，记录被改动过。")
    for subject, said in entered.items():
        where = f"{said.get('month')} 签收情况统计（第{said.get('version')}版，{subject}）"
        yield Fault(where, "台账登记了公布，数据库里没有，记录被删除。")
