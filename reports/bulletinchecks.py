"""Whether what units said before a bulletin and what was decided on it is as the ledger entered it (Article 28)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import models

from cms import ledger
from cms.ledger import Entry
from cms.verifying import Fault, register
from reports.deeds import Deed
from reports.explanations import Explanation, Ruling, facts_given, facts_ruled


@register
def check_explanations(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Every explanation and decision has its entry and says the same; one whose words were taken out after a secret says less."""
    given = Explanation.objects.select_related("asked").order_by("pk")
    yield from _compared(given, Deed.EXPLANATION_GIVEN, facts_given, "text")
    rulings = Ruling.objects.select_related("explanation__asked").order_by("pk")
    yield from _compared(rulings, Deed.EXPLANATION_RULED, facts_ruled, "reason")


def _compared(rows: "models.QuerySet[Any]", deed: Deed, facts_of: Any, words: str) -> Iterator[Fault]:
    entered = {entry.subject: entry for entry in Entry.objects.filter(deed=deed).order_by("pk")}
    for row in rows:
        entry = entered.pop(ledger.subject_of(row), None)
        if entry is None:
            yield Fault(str(row), "台账没有登记，是后来加入的。")
            continue
        said, facts = entry.said, facts_of(row)
        if not getattr(row, words):
            facts[f"{words}_digest"] = said.get(f"{words}_digest")
        if said != facts or entry.person_id != row.by_id:
            yield Fault(str(row), "内容与台账登记的不一致，记录被改动过。")
    for subject in entered:
        yield Fault(f"{deed.label}（{subject}）", "台账登记了，数据库里没有，记录被删除。")
