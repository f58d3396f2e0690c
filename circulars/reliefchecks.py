"""Whether everything that is relieved was relieved by what the ledger knows: a decision, a fault, a stop or a blocked paper (Articles 7(3), 13 and 28)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain
from typing import Any

from django.db.models import Q, Subquery

from accounts.faults import Fault as ReportedFault
from circulars.decidedrelief import RoundRelief
from circulars.deeds import Deed
from circulars.deliveries import Delivery, DeliveryRound, Relief
from circulars.receipts.ledgerchecks import named_round
from cms import ledger
from cms.entered import CHANGED, entries_of, lists_agree
from cms.ledger import Entry
from cms.verifying import CHUNK, Fault, register

# One round of a delivery; and by what and for which stretch (起、止, as the ledger writes them) rounds were relieved together.
_Round = tuple[int, int]
_Stretch = tuple[str, str | None, str | None]


@register
def check_decided_relief(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """What is relieved by a decision was relieved by the one that the ledger names; all are asked whatever ``since`` is."""
    given: dict[_Round, Entry] = {}
    for entry in entries_of(Deed.RELIEF_GIVEN).iterator(CHUNK):
        said = entry.said
        if "delivery" in said:
            given.setdefault((said["delivery"], said.get("round", 0)), entry)
    there: set[_Round] = set()
    for row in _rows(Q(relief=Relief.DECIDED)):
        there.add(_round(row))
        if _round(row) not in given:
            yield Fault(named_round(row), f"写着{Relief.DECIDED.label}，台账没有登记，是后来加入的。")
    kept = RoundRelief.objects.select_related("closed_round__delivery__circular").order_by("pk")
    for relief in kept.iterator(CHUNK):
        there.add(key := _round(relief.closed_round))
        where = f"{named_round(relief.closed_round)}的{Relief.DECIDED.label}"
        if key not in given:
            yield Fault(where, "台账没有登记，是后来加入的。")
        elif _acted(given[key]) != (relief.decision, relief.given_by_id, relief.given_at):
            yield Fault(where, CHANGED)
    yield from _lost(given.keys() - there)


@register
def check_stops(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """As many are relieved by a fault or a stop of the platform as the ledger says of it, and by a blocked paper those of papers that were blocked."""
    told: dict[_Stretch, list[Entry]] = defaultdict(list)
    for entry in entries_of(Deed.RELIEF_GIVEN).iterator(CHUNK):
        if "list_digest" in (said := entry.said):
            is_fault = entry.subject.startswith(f"{ReportedFault._meta.label_lower}:")
            relief = Relief.FAULT if is_fault else Relief.MAINTENANCE
            told[relief, said.get("stopped_from"), said.get("stopped_until")].append(entry)
    here: dict[_Stretch, list[Any]] = defaultdict(list)
    for row in _rows(Q(relief__in=[Relief.FAULT, Relief.MAINTENANCE])):
        here[row.relief, _instant(row.stopped_from), _instant(row.stopped_until)].append(row)
    # What had been relieved and was blocked before anybody signed for it bears the block alone.
    blocked = Delivery.objects.filter(relief=Relief.BLOCKED, stopped_from__isnull=False, fault_unreported=False)
    later: dict[tuple[str | None, str | None], int] = defaultdict(int)
    for ends in blocked.values_list("stopped_from", "stopped_until"):
        later[_instant(ends[0]), _instant(ends[1])] += 1
    for key in {**told, **here}:
        yield from _stretch(key, told.get(key, []), here.get(key, []), later[key[1:]])
    entered = entries_of(Deed.SECRECY_BLOCKED).filter(circular__isnull=False).order_by().values("circular")
    for row in _rows(Q(relief=Relief.BLOCKED), entered):
        yield Fault(named_round(row), f"写着{Relief.BLOCKED.label}，台账没有登记封存，是后来加入的。")


def _stretch(key: _Stretch, entries: list[Entry], rows: list[Any], later: int) -> Iterator[Fault]:
    """What is wrong with those that were relieved together, of which so many may have been blocked later."""
    label = Relief(key[0]).label
    if not entries:
        yield from (Fault(named_round(row), f"写着{label}，台账没有登记，是后来加入的。") for row in rows)
        return
    keys = [_round(row)[0] for row in rows]
    count = sum(int(entry.said.get("count") or 0) for entry in entries)
    if lists_agree(entries, keys) or (later and len(keys) < count <= len(keys) + later):
        return
    where = f"{label}（{(key[1] or '')[:16]} 至 {(key[2] or '')[:16]}，{entries[0].subject}）"
    yield Fault(where, f"台账登记了 {count} 件，现在有 {len(keys)} 件，或者不是那些，记录被增减或者改动过。")


def _rows(relieved: Q, entered: Any = None) -> Iterator[Any]:
    """The deliveries and, after them, the closed rounds that are relieved in this way; only those of papers of which nothing was entered, if asked so."""
    deliveries = Delivery.objects.filter(relieved).select_related("circular").order_by("pk")
    rounds = DeliveryRound.objects.filter(relieved).select_related("delivery__circular").order_by("pk")
    if entered is not None:
        deliveries = deliveries.exclude(circular__uuid__in=Subquery(entered))
        rounds = rounds.exclude(delivery__circular__uuid__in=Subquery(entered))
    return chain(deliveries.iterator(CHUNK), rounds.iterator(CHUNK))


def _lost(rounds: Iterable[_Round]) -> Iterator[Fault]:
    """Relief that was entered and is not there; what was blocked since bears the block alone."""
    keys = sorted(rounds)
    rows = Delivery.objects.select_related("circular").in_bulk([pk for pk, _ in keys])
    for pk, number in keys:
        row = rows.get(pk)
        if row is None or row.relief != Relief.BLOCKED:
            paper = f"（{row.circular.number}，第 {number} 轮）" if row else ""
            yield Fault(f"收文 {pk}{paper}", f"台账登记了{Relief.DECIDED.label}，数据库里没有，记录被删除。")


def _round(row: Any) -> _Round:
    return (row.pk if isinstance(row, Delivery) else row.delivery_id, row.round)


def _acted(entry: Entry) -> tuple[str, int | None, datetime]:
    return entry.subject, entry.person_id, entry.happened_at


def _instant(at: datetime | None) -> str | None:
    return ledger.instant(at) if at else None
