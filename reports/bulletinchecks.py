"""Whether a bulletin, what units said before it and what was decided on it is as the ledger entered it (Article 28)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import models

from circulars.reasons import digest_of_reason
from cms import ledger
from cms.ledger import Entry
from cms.verifying import Fault, register
from reports.bulletins import Bulletin, Lengthening, facts_lengthened
from reports.deeds import Deed
from reports.explanations import Explanation, Ruling, facts_given, facts_ruled

# Which columns say by whom a step was done.
_STEPS = {
    Deed.BULLETIN_OPENED: "opened_by_id",
    Deed.BULLETIN_ASKED: "asked_by_id",
    Deed.BULLETIN_APPROVED: "approved_by_id",
    Deed.BULLETIN_DROPPED: "dropped_by_id",
}


@register
def check_bulletins(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Who opened, asked, approved and dropped it, why it was dropped and until when units could explain is as the ledger says, and it is there."""
    entered: dict[str, dict[str, Entry]] = {}
    for entry in Entry.objects.filter(deed__in=_STEPS).order_by("pk"):
        entered.setdefault(entry.subject, {})[entry.deed] = entry
    for bulletin in Bulletin.objects.prefetch_related("lengthenings").order_by("pk"):
        if not _agrees(bulletin, entered.pop(ledger.subject_of(bulletin), {})):
            yield Fault(str(bulletin), "办理经过与台账登记的不一致，记录被改动过。")
    for subject in entered:
        yield Fault(f"通报（{subject}）", "台账登记了，数据库里没有，记录被删除。")
    rows = Lengthening.objects.select_related("bulletin").order_by("pk")
    yield from _compared(rows, Deed.BULLETIN_LENGTHENED, facts_lengthened)


def _agrees(bulletin: Bulletin, steps: dict[str, Entry]) -> bool:
    for deed, column in _STEPS.items():
        person = steps[deed].person_id if deed in steps else None
        # Who asked was not always kept.
        if getattr(bulletin, column) != person and not (deed == Deed.BULLETIN_ASKED and bulletin.asked_by_id is None):
            return False
    ends = [each.until for each in bulletin.lengthenings.all()]
    until = steps[Deed.BULLETIN_ASKED].said.get("until") if Deed.BULLETIN_ASKED in steps else None
    until = ledger.instant(ends[-1]) if ends else until
    if until != (ledger.instant(bulletin.explain_until) if bulletin.explain_until else None):
        return False
    dropped = steps.get(Deed.BULLETIN_DROPPED)
    return dropped is None or dropped.said.get("reason_digest") == digest_of_reason(bulletin.dropped_why)


@register
def check_explanations(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Every explanation and decision has its entry and says the same; one whose words were taken out after a secret says less."""
    given = Explanation.objects.select_related("asked").order_by("pk")
    yield from _compared(given, Deed.EXPLANATION_GIVEN, facts_given, "text")
    rulings = Ruling.objects.select_related("explanation__asked").order_by("pk")
    yield from _compared(rulings, Deed.EXPLANATION_RULED, facts_ruled, "reason")


def _compared(rows: "models.QuerySet[Any]", deed: Deed, facts_of: Any, words: str = "") -> Iterator[Fault]:
    entered = {entry.subject: entry for entry in Entry.objects.filter(deed=deed).order_by("pk")}
    for row in rows:
        entry = entered.pop(ledger.subject_of(row), None)
        if entry is None:
            yield Fault(str(row), "台账没有登记，是后来加入的。")
            continue
        said, facts = entry.said, facts_of(row)
        if words and not getattr(row, words):
            facts[f"{words}_digest"] = said.get(f"{words}_digest")
        if said != facts or entry.person_id != row.by_id:
            yield Fault(str(row), "内容与台账登记的不一致，记录被改动过。")
    for subject in entered:
        yield Fault(f"{deed.label}（{subject}）", "台账登记了，数据库里没有，记录被删除。")
