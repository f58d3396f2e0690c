"""Whether a unit was told, called in vain or not to be reached as the ledger entered it: what decides who answers for a delay (Articles 21, 24 and 28)."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import Any

from django.db.models import Q

from circulars.deeds import Deed
from circulars.deliveries import Delivery, DeliveryRound
from circulars.notices import Notice
from circulars.receipts.ledgerchecks import named_round
from circulars.registration import Circular
from circulars.unreachable import NO_NUMBER
from cms import ledger
from cms.entered import CHANGED, compared, entries_of, lists_agree
from cms.ledger import Entry
from cms.verifying import Fault, in_chunks, register

_AT_ONCE = 200
_Round = tuple[str, int]  # a delivery, as the ledger names its subjects, and the number of its round
_DEEDS = (Deed.UNIT_CALLED, Deed.UNIT_UNREACHABLE, Deed.UNITS_TEXTED)


@register
def check_calls(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Every call is one that was entered, by whom, when and with what result the ledger says; all are asked whatever ``since`` is."""
    calls = Notice.objects.filter(channel=Notice.Channel.PHONE).exclude(name=NO_NUMBER)
    yield from compared(
        entries_of(Deed.UNIT_CALLED),
        calls.select_related("delivery__circular").order_by("pk"),
        _called,
        named=lambda row: (
            f"{row.delivery.circular.number} 电话通知（{row.delivery.unit_name}，{_minute(row.happened_at)}）"
        ),
        lost=lambda entry: f"{entry.label}（{entry.subject}，{_minute(entry.happened_at)}）",
        key=lambda row: (
            *(ledger.subject_of(row.delivery), row.round, ledger.instant(row.recorded_at)),
            *(ledger.instant(row.happened_at), row.result, row.name, row.number),
        ),
        entry_key=lambda entry: (
            *(entry.subject, entry.said.get("round"), ledger.instant(entry.happened_at)),
            *(entry.said.get(name) for name in ("happened_at", "result", "name", "number")),
        ),
    )


@register
def check_told(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Of each circular that was sent since then: every round that counts as told, or not to be reached, does so by an entry."""
    sent = Circular.objects.filter(sent_at__isnull=False).order_by("pk")
    sent = sent if since is None else sent.filter(sent_at__gte=since)
    for chunk in in_chunks(sent.iterator(_AT_ONCE), _AT_ONCE):
        yield from _of(chunk)


def _of(circulars: list[Circular]) -> Iterator[Fault]:
    called: dict[_Round, set[str]] = defaultdict(set)
    unreachable: dict[_Round, str] = {}
    texted: dict[Any, list[Entry]] = defaultdict(list)
    for entry in entries_of(*_DEEDS).filter(circular__in=[circular.uuid for circular in circulars]):
        said = entry.said
        key = (entry.subject, said.get("round", 0))
        if entry.deed == Deed.UNITS_TEXTED:
            texted[entry.circular].append(entry)
        elif entry.deed == Deed.UNIT_UNREACHABLE:
            unreachable.setdefault(key, ledger.instant(entry.happened_at))
        elif said.get("result") == Notice.Result.REACHED:
            called[key].add(str(said.get("happened_at")))
    by_text: dict[Any, list[int]] = defaultdict(list)
    there = set()
    for row in _rounds(circulars):
        delivery = row if isinstance(row, Delivery) else row.delivery
        there.add(key := (ledger.subject_of(delivery), row.round))
        if row.unreachable_at and unreachable.get(key) != ledger.instant(row.unreachable_at):
            yield Fault(named_round(row), "写着号码没有报备或有误，台账没有这样登记，记录被改动过。")
        if row.unreachable_at is None and key in unreachable:
            yield Fault(named_round(row), "台账登记了号码没有报备或有误，数据库里没有，记录被改动过。")
        if row.notified_at and ledger.instant(row.notified_at) not in called[key]:
            by_text[delivery.circular.uuid].append(delivery.pk)
    for subject, number in sorted(unreachable.keys() - there):
        yield Fault(f"{subject} 第 {number} 轮", "台账登记了号码没有报备或有误，数据库里没有，记录被改动过。")
    for circular in circulars:
        entries, keys = texted[circular.uuid], by_text[circular.uuid]
        if not lists_agree(entries, keys):
            count = sum(int(entry.said.get("count") or 0) for entry in entries)
            what = f"除登记的电话以外，台账登记短信通知到 {count} 家，现在写着已通知的有 {len(keys)} 家，或者不是那些，记录被增减或者改动过。"
            yield Fault(f"{circular.number} 通知到的单位", what)


def _rounds(circulars: list[Circular]) -> Iterator[Any]:
    """The rounds of these that count as told or not to be reached: as they stand and, after them, closed."""
    known = Q(notified_at__isnull=False) | Q(unreachable_at__isnull=False)
    standing = Delivery.objects.filter(known, circular__in=circulars).select_related("circular").order_by("pk")
    closed = DeliveryRound.objects.filter(known, delivery__circular__in=circulars)
    return chain(standing, closed.select_related("delivery__circular").order_by("pk"))


def _called(row: Notice, entry: Entry) -> Iterator[str]:
    if entry.person_id != row.caller_id:
        yield CHANGED


def _minute(at: datetime) -> str:
    return ledger.instant(at)[:16]
