"""Whether every published month is still what was published, and as the ledger entered it (Article 28)."""

from collections.abc import Iterator
from datetime import datetime

from cms.entered import compared, entries_of, said_otherwise
from cms.ledger import Entry
from cms.verifying import Fault, register
from reports.deeds import Deed
from reports.snapshots import MonthlySnapshot, digest_of, facts_of


@register
def check_published_months(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Rows agree with the digest, the digest with the ledger, and what the ledger says was published is there."""
    kept = MonthlySnapshot.objects.select_related("area").prefetch_related("rows").order_by("pk")
    yield from compared(entries_of(Deed.MONTH_PUBLISHED), kept, _flaws, inner=_inner, lost=_lost, act="公布")


def _flaws(snapshot: MonthlySnapshot, entry: Entry) -> Iterator[str]:
    if said_otherwise(facts_of(snapshot, units=len(snapshot.figures)), entry):
        yield "月份、版次或者摘要与台账登记的不一致，记录被改动过。"


def _inner(snapshot: MonthlySnapshot) -> Iterator[str]:
    if digest_of(snapshot.figures) != snapshot.digest:
        yield "各单位的数字与公布时的摘要不一致，记录被改动过。"


def _lost(entry: Entry) -> str:
    return f"{entry.said.get('month')} 签收情况统计（第{entry.said.get('version')}版，{entry.subject}）"
