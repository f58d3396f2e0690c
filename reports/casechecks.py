"""Whether the facts of every case of delay are still those that were frozen, and as the ledger entered them (Article 28)."""

from collections.abc import Iterator
from datetime import datetime

from cms import ledger
from cms.ledger import Entry
from cms.verifying import Fault, register
from reports.accountability.judging import digest_of_facts
from reports.accountability.record import DelayCase
from reports.deeds import Deed


@register
def check_delay_cases(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Facts agree with their digest, the digest with the ledger, and what the ledger says was opened is there."""
    entered = {entry.subject: entry.said for entry in Entry.objects.filter(deed=Deed.CASE_OPENED).order_by("pk")}
    for case in DelayCase.objects.order_by("pk"):
        said = entered.pop(ledger.subject_of(case), None)
        if said is None:
            yield Fault(str(case), "台账没有登记立案，是后来加入的。")
        elif said.get("facts") != case.digest or digest_of_facts(case.facts) != case.digest:
            yield Fault(str(case), "责任认定的事实与立案时的不一致，记录被改动过。")
    for subject in entered:
        yield Fault(subject, "台账登记了立案，数据库里没有，记录被删除。")
