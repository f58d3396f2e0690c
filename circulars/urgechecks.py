"""Whether every urge of a sender and every reminder of the ladder is one that the ledger knows, and none is missing (Articles 20 and 28)."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from circulars.chasing import Urge
from circulars.deeds import Deed
from circulars.ladder import Kind
from circulars.registration import Circular
from cms import ledger
from cms.entered import entries_of, lists_agree
from cms.ledger import Entry
from cms.verifying import Fault, in_chunks, register

_AT_ONCE = 200
# Of which circular, what it was, for when it was planned and when it was given: what one act did.
_Act = tuple[int, str, str | None, str]


@register
def check_urges(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """To each circular that was sent since then: one act of urging or reminding reached as many units, and those, as the ledger says."""
    sent = Circular.objects.filter(sent_at__isnull=False).order_by("pk")
    sent = sent if since is None else sent.filter(sent_at__gte=since)
    for chunk in in_chunks(sent.iterator(_AT_ONCE), _AT_ONCE):
        yield from _of({circular.pk: circular for circular in chunk})


def _of(circulars: dict[int, Circular]) -> Iterator[Fault]:
    subjects = {ledger.subject_of(circular): pk for pk, circular in circulars.items()}
    told: dict[_Act, list[Entry]] = defaultdict(list)
    for entry in entries_of(Deed.DELIVERIES_URGED, Deed.DELIVERIES_REMINDED).filter(subject__in=subjects):
        said = entry.said
        kind = Kind.MANUAL if entry.deed == Deed.DELIVERIES_URGED else str(said.get("kind"))
        told[subjects[entry.subject], kind, said.get("planned_at"), ledger.instant(entry.happened_at)].append(entry)
    here: dict[_Act, list[int]] = defaultdict(list)
    rows = Urge.objects.filter(delivery__circular__in=circulars).order_by("pk")
    named = rows.values_list("delivery__circular", "kind", "planned_at", "at", "delivery")
    for pk, kind, planned, given, delivery in named:
        here[pk, kind, ledger.instant(planned) if planned else None, ledger.instant(given)].append(delivery)
    for act in {**told, **here}:
        entries, keys = told.get(act, []), here.get(act, [])
        if not lists_agree(entries, keys):
            pk, kind, _, at = act
            label = Kind(kind).label if kind in Kind.values else kind
            yield Fault(f"{circulars[pk].number} {label}（{at[:16]}）", _what(entries, len(keys)))


def _what(entries: list[Entry], units: int) -> str:
    if not entries:
        return f"台账没有登记，{units} 家的记录是后来加入的。"
    if not units:
        return "台账登记了，数据库里没有，记录被删除。"
    return f"单位与台账登记的不一致，现在有 {units} 家，记录被增减或者换过。"
