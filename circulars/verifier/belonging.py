"""Whether an entry of the ledger tells of this circular: it names it, or it is one of the draft's, or of a press that signed its receipts later.

The way to the approval was gone before there was a circular: its entries name the draft and the text. A press of 补签 signs the receipts of
any number of circulars; the ledger has one digest over theirs. What a unit did with the paper inside names its register's line, its handling
or its work.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

from circulars.verifier import shapes
from circulars.verifier.bundle import canonical_json
from circulars.verifier.findings import Fault, Finding
from circulars.verifier.kinds import PACKAGE
from circulars.verifier.reading import Evidence

SIGNED_LATER = "ledger/signed-later.json"
_DRAFT = "circulars.circularpage:"
_PRESS = "receipts.signed"
# What makes a text the approved one: it was signed off, or the registrar mended letters of one that was.
_APPROVING = ("draft.approved", "text.corrected")
# A unit that got the circular has entered it in its register, and what it does with it then is one of these.
REGISTERED = "incoming.registered"
_INSIDE = ("incoming.", "handling.", "work.", "circulation.")
_LINES, _WORK = ("circulars.incoming:", "circulars.handling:"), "circulars.assignment:"


@dataclass(frozen=True)
class Said:
    """An entry at its place in the tree, and what it says; nothing where its text is none."""

    index: int
    facts: dict[str, Any]

    @cached_property
    def payload(self) -> dict[str, Any]:
        return _facts_of(str(self.facts.get("payload")))

    @property
    def deed(self) -> str:
        return str(self.facts.get("deed"))

    @property
    def subject(self) -> str:
        return str(self.facts.get("subject"))

    @property
    def key(self) -> str:
        """Which one of its kind the subject is."""
        return self.subject.partition(":")[2]

    @property
    def is_of_a_draft(self) -> bool:
        return self.facts.get("circular") is None and str(self.facts.get("subject")).startswith(_DRAFT)

    @property
    def is_of_a_press(self) -> bool:
        return self.facts.get("circular") is None and self.facts.get("deed") == _PRESS


def said_by(index: int, text: str) -> Said:
    """The entry of this text."""
    return Said(index, _facts_of(text))


def check(evidence: Evidence, entries: list[Said], where: str) -> Iterator[Finding]:
    """Every entry is about the circular; ``where`` is the file they stand in. Raises ``Unreadable``."""
    document = evidence.manifest["document"]
    yield from _draft(evidence, [entry for entry in entries if entry.is_of_a_draft], where)
    yield from _presses(evidence, [entry for entry in entries if entry.is_of_a_press])
    inside = {entry.index for entry in inside_of(entries, document)} if evidence.kind is PACKAGE else set()
    for entry in entries:
        is_ours = entry.is_of_a_draft or entry.is_of_a_press or entry.facts.get("circular") == document
        if not is_ours and entry.index not in inside:
            yield Fault(where, f"第 {entry.index} 号叶不是本公文的记录。")


def inside_of(entries: list[Said], document: str) -> list[Said]:
    """Those that tell what the unit did with the circular which its register has, in its hands."""
    lines = {entry.key for entry in registered_in(entries, document)}
    inside = [entry for entry in entries if entry.facts.get("circular") is None and entry.deed.startswith(_INSIDE)]
    of_lines = [entry for entry in inside if entry.subject.startswith(_LINES) and entry.key in lines]
    units = {str(entry.facts.get("unit")) for entry in [*registered_in(entries, document), *of_lines]}
    of_work = (entry for entry in inside if entry.subject.startswith(_WORK) and str(entry.facts.get("unit")) in units)
    return [*of_lines, *of_work]


def registered_in(entries: list[Said], document: str) -> list[Said]:
    """The entries that put the circular into the register of the unit that got it."""
    return [entry for entry in entries if entry.deed == REGISTERED and entry.facts.get("circular") == document]


def _draft(evidence: Evidence, entries: list[Said], where: str) -> Iterator[Finding]:
    """They are of one draft, whose approved text is the one that was sealed."""
    approved = {str(entry.payload.get("digest")) for entry in entries if entry.facts.get("deed") in _APPROVING}
    is_one = len({entry.facts["subject"] for entry in entries}) == 1
    if entries and not (is_one and evidence.manifest["revision_digest"] in approved):
        yield Fault(where, "审签的记录不是本公文文稿的，或者缺少签发。")


def _presses(evidence: Evidence, entries: list[Said]) -> Iterator[Finding]:
    """Each press signed receipts that are here; those of other circulars are named by their digests alone."""
    if not entries and SIGNED_LATER not in evidence.bundle.heads:
        return
    facts = evidence.facts(SIGNED_LATER, shapes.SIGNED_LATER)
    if facts["document"] != evidence.manifest["document"]:
        yield Fault(SIGNED_LATER, "是另一件公文的记录。")
    listed = {press["index"]: press["receipts"] for press in facts["presses"]}
    if sorted(press["index"] for press in facts["presses"]) != sorted(entry.index for entry in entries):
        yield Fault(SIGNED_LATER, "与台账的补签记录不是一一对应。")
    signed = _signed(evidence)
    for entry in entries:
        receipts = listed.get(entry.index, [])
        if sha256("\n".join(sorted(receipts)).encode()).hexdigest() != entry.payload.get("receipts"):
            yield Fault(SIGNED_LATER, f"第 {entry.index} 号叶补签的不是所列的回执。")
        elif signed.isdisjoint(receipts):
            yield Fault(SIGNED_LATER, f"第 {entry.index} 号叶补签的不是本公文的回执。")


def _signed(evidence: Evidence) -> set[str]:
    """The digests of the receipts here that bear a signature."""
    signatures = [name for name in evidence.names("receipts") if name.endswith(".p7s")]
    texts = {name.removesuffix("p7s") + "json" for name in signatures} & evidence.bundle.heads.keys()
    return {sha256(evidence.bundle.read(name)).hexdigest() for name in texts}


def _facts_of(text: str) -> dict[str, Any]:
    try:
        facts = json.loads(text)
        return facts if isinstance(facts, dict) and canonical_json(facts) == text.encode() else {}
    except (ValueError, RecursionError):
        return {}
