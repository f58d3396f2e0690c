"""Whether every bulletin, whom it asked and named, and what units said before it is as the ledger entered it (Article 28)."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from circulars.reasons import digest_of_reason
from cms import ledger
from cms.entered import CHANGED, compared, entries_of, said_otherwise
from cms.ledger import Entry
from cms.verifying import Fault, register
from reports.bulletins import Bulletin, Lengthening, facts_lengthened, facts_opened
from reports.deeds import Deed
from reports.explanations import AskedReceipt, Explanation, Ruling, facts_given, facts_ruled
from reports.named import NamedUnit

_State = Bulletin.State


@register
def check_bulletins(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Each was opened, has asked and named whom, and was approved or dropped by whom and when the ledger says; none that was opened is missing.

    More time has its entry, and until when units may explain is what the last of it says.
    """
    deeds = (Deed.BULLETIN_ASKED, Deed.BULLETIN_APPROVED, Deed.BULLETIN_DROPPED)
    asked, approved, dropped = (_first(entries_of(deed)) for deed in deeds)
    more_time = entries_of(Deed.BULLETIN_LENGTHENED)
    entries = entries_of(Deed.BULLETIN_OPENED)

    def inner(bulletin: Bulletin) -> Iterator[str]:
        subject = ledger.subject_of(bulletin)
        yield from _asked(bulletin, asked.get(subject))
        yield from _approved(bulletin, approved.get(subject))
        yield from _dropped(bulletin, dropped.get(subject))

    kept = ("asked", "named", "lengthenings")
    rows = Bulletin.objects.select_related("area", "snapshot").prefetch_related(*kept).order_by("pk")
    yield from compared(entries, rows, _opened, inner=inner, lost=_lost, act="开始办理")
    times = Lengthening.objects.select_related("bulletin").order_by("pk")
    yield from compared(more_time, times, _words(facts_lengthened, "reason"), lost=_lost)


@register
def check_explanations(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Every explanation and decision has its entry and says the same; one whose words were taken out after a secret says less."""
    given = Explanation.objects.select_related("asked").order_by("pk")
    yield from compared(entries_of(Deed.EXPLANATION_GIVEN), given, _words(facts_given, "text"), lost=_lost)
    rulings = Ruling.objects.select_related("explanation__asked").order_by("pk")
    yield from compared(entries_of(Deed.EXPLANATION_RULED), rulings, _words(facts_ruled, "reason"), lost=_lost)


def _words(facts_of: Callable[[Any], dict[str, Any]], words: str) -> Callable[[Any, Entry], Iterable[str]]:
    def flaws(row: Any, entry: Entry) -> Iterator[str]:
        facts = facts_of(row)
        if not getattr(row, words):
            facts[f"{words}_digest"] = entry.said.get(f"{words}_digest")
        if said_otherwise(facts, entry) or (entry.person_id, entry.happened_at) != (row.by_id, row.at):
            yield CHANGED

    return flaws


def _opened(bulletin: Bulletin, entry: Entry) -> Iterator[str]:
    by_whom = (entry.person_id, entry.happened_at) != (bulletin.opened_by_id, bulletin.opened_at)
    if by_whom or said_otherwise(facts_opened(bulletin), entry):
        yield "月份、范围、理由或者办理人与台账登记的不一致，记录被改动过。"


def _asked(bulletin: Bulletin, entry: Entry | None) -> Iterator[str]:
    rows: list[AskedReceipt] = list(bulletin.asked.all())
    if (entry is None) is not (bulletin.asked_at is None):
        yield "是否请各单位说明与台账登记的不一致，记录被改动过。"
    if entry is None:
        if rows:
            yield "台账没有登记请各单位说明，所列收文是后来加入的。"
        return
    digest = ledger.digest_of_keys(row.delivery_id for row in rows)
    if (entry.said.get("count"), entry.said.get("list_digest")) != (len(rows), digest):
        yield f"请单位说明的收文台账登记了 {entry.said.get('count')} 件，现在有 {len(rows)} 件，或者不是那些，记录被增减或者改动过。"
    until = bulletin.explain_until and ledger.instant(bulletin.explain_until)
    times = [ledger.instant(each.until) for each in bulletin.lengthenings.all()]
    if (times[-1] if times else entry.said.get("until"), entry.happened_at) != (until, bulletin.asked_at):
        yield "请各单位说明的时间或者说明截止与台账登记的不一致，记录被改动过。"
    if bulletin.asked_by_id not in (None, entry.person_id):  # who asked was not always kept
        yield "请各单位说明的人与台账登记的不一致，记录被改动过。"


def _approved(bulletin: Bulletin, entry: Entry | None) -> Iterator[str]:
    named: list[NamedUnit] = list(bulletin.named.all())
    if (entry is None) is (bulletin.state == _State.APPROVED):
        yield "是否审定与台账登记的不一致，记录被改动过。"
    if entry is None:
        if named:
            yield "台账没有登记审定，点名的单位是后来加入的。"
        return
    said, snapshot = entry.said, bulletin.snapshot
    if said.get("named") != sorted(row.unit_id for row in named):
        yield "点名的单位与审定时台账登记的不一致，单位被增减过。"
    published = (snapshot.version, snapshot.digest) if snapshot else (None, None)
    if (said.get("version"), said.get("figures"), said.get("below")) != (*published, bulletin.named_percent):
        yield "公布的统计或者点名的比例与台账登记的不一致，记录被改动过。"
    if (entry.person_id, entry.happened_at) != (bulletin.approved_by_id, bulletin.approved_at):
        yield "审定人或者审定时间与台账登记的不一致，记录被改动过。"


def _dropped(bulletin: Bulletin, entry: Entry | None) -> Iterator[str]:
    if (entry is None) is (bulletin.state == _State.DROPPED):
        yield "是否取消办理与台账登记的不一致，记录被改动过。"
    if entry is None:
        return
    by_whom = (entry.person_id, entry.happened_at) != (bulletin.dropped_by_id, bulletin.dropped_at)
    if by_whom or entry.said.get("reason_digest") != digest_of_reason(bulletin.dropped_why):
        yield "取消办理的人、时间或者理由与台账登记的不一致，记录被改动过。"


def _first(entries: "QuerySet[Entry]") -> dict[str, Entry]:
    """By subject; a bulletin asks and is approved once, and whatever was entered later was put there."""
    found: dict[str, Entry] = {}
    for entry in entries:
        found.setdefault(entry.subject, entry)
    return found


def _lost(entry: Entry) -> str:
    return f"{entry.label}（{entry.subject}）"
