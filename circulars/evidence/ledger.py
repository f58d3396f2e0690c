"""The ledger's part of a bundle: the entries about the circular, and the way from each to a signed root (Articles 3 and 28)."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from accounts.people import User
from accounts.units import Unit
from circulars.deeds import Deed
from circulars.evidence.entries import entries_about, presses_for
from circulars.registration import Circular
from circulars.verifier.belonging import SIGNED_LATER
from circulars.verifier.bundle import canonical_json
from circulars.verifier.ledger import CHECKPOINT, CHECKPOINT_SIGNATURE, ENTRIES, PROOFS, TIMELINE
from cms.checkpoints import Checkpoint, LedgerRewritten, covering
from cms.ledger import Entry, Leaf, instant
from cms.ledgertree import LeavesMissing, Tree, number_leaves


def ledger_of(circular: Circular, at: datetime, unit: int | None = None) -> dict[str, bytes]:
    """Entries, proofs, timeline and checkpoint of everything that is in the ledger about the circular by now, from its draft on.

    For a unit that got it: of what is its own, and of the sealing and sending.

    Raises ``LedgerRewritten`` or ``LeavesMissing`` where the ledger is not whole from the circular's first entry on.
    """
    number_leaves(at)
    presses = presses_for(circular, unit)
    entries = list(entries_about(circular, presses, unit))
    if not entries:
        raise LeavesMissing(f"{circular.number} 在台账里没有记录，请执行 manage.py verify 核查。")
    checkpoint = covering(entries[-1].leaf.index, at)
    _refuse_gaps(entries[0].leaf.index, checkpoint)
    tree = Tree(checkpoint.size)
    proofs = [
        {"index": entry.leaf.index, "path": [step.hex() for step in tree.inclusion(entry.leaf.index)]}
        for entry in entries
    ]
    listed = [{"index": entry.leaf.index, "text": entry.text} for entry in entries]
    document = str(circular.uuid)
    later = [{"index": entry.leaf.index, "receipts": presses[entry.pk]} for entry in entries if entry.pk in presses]
    return {
        ENTRIES: _told("entries", document=document, entries=listed),
        PROOFS: _told("proofs", size=checkpoint.size, proofs=proofs),
        TIMELINE: _told("timeline", document=document, entries=_timeline(entries)),
        CHECKPOINT: checkpoint.text,
        CHECKPOINT_SIGNATURE: bytes(checkpoint.signature),
    } | ({SIGNED_LATER: _told("signed-later", document=document, presses=later)} if later else {})


def entered_since(circular: Circular, entries: bytes) -> set[str]:
    """The digests of receipts that the ledger has named since these entries were taken from it: their units sign while the bundle is made."""
    signings = Entry.objects.filter(circular=circular.uuid, deed=Deed.DELIVERY_SIGNED_FOR)
    named = {str(entry.facts.get("receipt", "")) for entry in signings} - {""}
    return {digest for digest in named if digest.encode() not in entries}


def _refuse_gaps(first: int, checkpoint: Checkpoint) -> None:
    """An entry that was taken out may have been one of this circular's: nobody can tell any more."""
    leaves = Leaf.objects.filter(index__gte=first, index__lt=checkpoint.size)
    if leaves.filter(Exists(Entry.objects.filter(pk=OuterRef("entry_id")))).count() != checkpoint.size - first:
        raise LedgerRewritten("台账里有记录被删除，不能证明本件的记录齐全，请执行 manage.py verify 核查。")


def _timeline(entries: list[Entry]) -> list[dict[str, Any]]:
    units = dict(Unit.objects.filter(pk__in={entry.unit for entry in entries}).values_list("pk", "name"))
    absent: dict[int, Any] = {entry.pk: entry.said.get("in_place_of") for entry in entries}
    people = dict(User.objects.filter(pk__in=filter(None, absent.values())).values_list("pk", "name"))
    return [
        {
            "index": entry.leaf.index,
            "happened_at": instant(entry.happened_at),
            "deed": entry.deed,
            "words": _words(entry, units.get(entry.unit or 0, ""), people.get(absent[entry.pk], "")),
        }
        for entry in entries
    ]


def _words(entry: Entry, unit: str, absent: str) -> str:
    """签发：延安市人民政府　李志远（代高延河）."""
    doer = "　".join(filter(None, [unit, entry.person.name if entry.person else "系统"]))
    return f"{entry.label}：{doer}（代{absent}）" if absent else f"{entry.label}：{doer}"


def _told(kind: str, **facts: Any) -> bytes:
    return canonical_json({"format": f"gongwen-{kind}/1", **facts})
