"""Whether every drill on record is what the ledger says came of it (Articles 17 and 28)."""

from collections.abc import Iterator
from datetime import datetime

from accounts.deeds import Deed
from accounts.drills import Drill
from cms.ledger import Entry, instant, subject_of
from cms.verifying import Fault, register


@register
def check_drills(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Drills are few, so all are asked whatever ``since`` is; one that was taken out is missed."""
    entered = {entry.subject: entry.said for entry in Entry.objects.filter(deed=Deed.DRILL_HELD)}
    for drill in Drill.objects.order_by("pk"):
        told = entered.pop(subject_of(drill), None)
        if told is None:
            yield Fault(f"恢复演练 {drill.pk}", "台账里没有这次演练。")
        elif told != facts_of(drill):
            yield Fault(f"恢复演练 {drill.pk}", "与台账的记录不符。")
    for subject in entered:
        yield Fault(f"恢复演练 {subject.rpartition(':')[2]}", "已被删除。")


def facts_of(drill: Drill) -> dict[str, object]:
    return {
        "manifest": drill.manifest,
        "made_at": instant(drill.made_at) if drill.made_at else None,
        "size": drill.size,
        "is_good": drill.is_good,
        "verdict": drill.verdict,
    }
