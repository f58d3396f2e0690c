"""Whether each tombstone is the one that was raised, and says who decided as the ledger has it (Articles 4, 27 and 28).

Whoever owns the database can make the rows of a list agree with each other; not with what was entered when two leaders approved and two
people stood by.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from circulars.archive.destructionlists import DestructionLine, DestructionList
from circulars.archive.holdings import Holding
from circulars.archive.tombstones import Tombstone
from circulars.deeds import Deed
from circulars.sealing.records import Manifest
from circulars.secrecycases import SecrecyCase
from cms import ledger
from cms.entered import entries_of, looked_up
from cms.ledger import Entry
from cms.verifying import CHUNK, Fault, in_chunks, register

# A paper has been appraised, its list drawn up, approved by two, and seen to be carried out by two.
_ACTS = (
    Deed.DESTRUCTION_DRAWN,
    Deed.DESTRUCTION_APPROVED,
    Deed.DESTRUCTION_WITNESSED,
    Deed.DESTRUCTION_DONE,
    Deed.HOLDING_APPRAISED,
    Deed.HOLDING_DESTROYED,
)
_Act = tuple[str, str]  # by whom (user name) and when


@register
def check_tombstones(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Every tombstone is whole, in the ledger, and names the digests and the people that the ledger names."""
    rows = Tombstone.objects.order_by("pk") if since is None else Tombstone.objects.filter(at__gte=since).order_by("pk")
    for chunk in in_chunks(rows.select_related("holding__circular").iterator(CHUNK)):
        yield from faults_of(chunk)


@register
def check_destroyed(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Whatever the ledger says was destroyed has its tombstone, and nothing is gone without it."""
    entries = entries_of(Deed.HOLDING_DESTROYED, since=since)
    for _, entry, stone in looked_up(entries, lambda entry: str(entry.said.get("tombstone")), _kept):
        if stone is None:
            yield Fault(f"销毁存根 {_named(entry.said)}", "台账登记过，现在没有这份存根，已被删除或者换过。")
    bare = Holding.objects.filter(state=Holding.State.DESTROYED, tombstone=None).select_related("circular")
    for row in bare.order_by("pk").iterator(CHUNK):
        yield Fault(f"存档公文 {row}", "写着已销毁，却没有销毁存根，记录被改动过。")


def faults_of(stones: Sequence[Tombstone]) -> Iterator[Fault]:
    """What is wrong with these; the same few questions to the database however many they are."""
    holdings = [stone.holding for stone in stones]
    lines = DestructionLine.objects.filter(holding__in=holdings, sheet__state=DestructionList.State.DONE)
    sheets = dict(lines.values_list("holding", "sheet"))
    entered = _entered([*holdings, *(DestructionList(pk=key) for key in set(sheets.values()))])
    circulars = [holding.circular_id for holding in holdings]
    manifests = Manifest.objects.filter(circular__in=circulars).values_list("circular", "digest", "pdf_digest")
    sealed = {key: (digest, pdf) for key, digest, pdf in manifests}
    cases = SecrecyCase.objects.filter(circular__in=circulars, state=SecrecyCase.State.PURGED)
    purged = set(cases.values_list("circular", flat=True))
    for stone in stones:
        holding = stone.holding
        where = f"销毁存根 {holding}"
        of_paper = entered[ledger.subject_of(holding)]
        raised = [entry for entry in of_paper if entry.deed == Deed.HOLDING_DESTROYED]
        if not any(
            (entry.said.get("tombstone"), entry.happened_at, entry.person_id) == (stone.digest, stone.at, stone.by_id)
            for entry in raised
        ):
            yield Fault(where, "台账没有这样登记销毁，存根是后来加入的或者被改动过。")
        if holding.state != Holding.State.DESTROYED:
            yield Fault(where, f"公文却是“{holding.get_state_display()}”，记录被改动过。")
        if not stone.content and holding.circular_id in purged:
            continue
        if hashlib.sha256(stone.content.encode()).hexdigest() != stone.digest:
            yield Fault(where, "内容与摘要不符，存根被改动过。")
            continue
        of_list = entered[ledger.subject_of(DestructionList(pk=sheets.get(holding.pk)))]
        try:
            people, digests = _people_told(stone.facts), _digests_told(stone.facts)
        except (KeyError, TypeError):
            yield Fault(where, "内容残缺，不是系统写的存根。")
            continue
        if people != _people_entered(of_paper, of_list):
            yield Fault(where, "鉴定、批准或者监销的人和时间与台账登记的不一致。")
        if digests != [holding.circular.digest, *sealed.get(holding.circular_id, (None, None))]:
            yield Fault(where, "写明的文稿、清单或者版式文件摘要不是这件公文的。")


def _entered(things: Iterable[Any]) -> dict[str, list[Entry]]:
    """What the ledger says of each of these, in order, by subject."""
    found: dict[str, list[Entry]] = defaultdict(list)
    rows = Entry.objects.filter(subject__in={ledger.subject_of(thing) for thing in things}, deed__in=_ACTS)
    for entry in rows.select_related("person").order_by("pk"):
        found[entry.subject].append(entry)
    return found


def _digests_told(told: dict[str, Any]) -> list[str | None]:
    """Of text, manifest and sealed file."""
    return [told["digests"][name] for name in ("text", "manifest", "pdf")]


def _people_told(told: dict[str, Any]) -> list[list[_Act]]:
    """Who, by the tombstone: the appraiser, who drew the list up, two approvers, two witnesses."""
    acts = [[told["appraisal"]], [told["list"]], told["approvals"], told["witnesses"]]
    return [[(act["username"], act["at"]) for act in some] for some in acts]


def _people_entered(of_paper: Sequence[Entry], of_list: Sequence[Entry]) -> list[list[_Act]]:
    """The same by the ledger; no two people who had to be two are one."""

    def acts(rows: Sequence[Entry], *deeds: Deed) -> list[_Act]:
        people = [(entry.person, entry.happened_at) for entry in rows if entry.deed in deeds]
        return [(person.username, ledger.instant(at)) for person, at in people if person]

    appraised = [entry for entry in of_paper if entry.said.get("result") == "destroy"]
    approvals = acts(of_list, Deed.DESTRUCTION_APPROVED)
    witnesses = acts(of_list, Deed.DESTRUCTION_WITNESSED, Deed.DESTRUCTION_DONE)
    drawn = acts(of_list, Deed.DESTRUCTION_DRAWN)
    if len({name for name, _ in [*drawn, *approvals]}) != 3 or len({name for name, _ in witnesses}) != 2:
        return []
    return [acts(appraised, Deed.HOLDING_APPRAISED)[-1:], drawn, approvals, witnesses]


def _kept(digests: Collection[str]) -> dict[str, int]:
    return dict(Tombstone.objects.filter(digest__in=digests).values_list("digest", "pk"))


def _named(said: dict[str, Any]) -> str:
    return str(said.get("code") or said.get("number"))
