"""The ledger's word: every entry about the circular is in the tree whose root was signed, and the timeline tells these entries (Article 28).

The entry of the sealing names the manifest: without it, or with another, whatever else the ledger says is about some other paper.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from circulars.verifier import belonging, shapes
from circulars.verifier.belonging import Said, said_by
from circulars.verifier.findings import Fault, Finding, Remark
from circulars.verifier.reading import UNSEALED, Evidence, said_of
from circulars.verifier.receipts import FOLDER as RECEIPTS
from cms.merkle import is_included, leaf_hash
from cms.signing.certificates import Use

ENTRIES, PROOFS = "ledger/entries.json", "ledger/proofs.json"
CHECKPOINT, CHECKPOINT_SIGNATURE = "ledger/checkpoint.json", "ledger/checkpoint.p7s"
_PACKAGED, _REGISTERED = "archive.package_made", "circular.registered"
TIMELINE, NOTICES, URGES = "timeline.json", "notices.json", "urges.json"


def check(evidence: Evidence) -> Iterator[Finding]:
    """The checkpoint is signed and stamped, and each entry leads to its root; what is told of the entries is what they say."""
    checkpoint = evidence.facts(CHECKPOINT, shapes.CHECKPOINT)
    yield from said_of(CHECKPOINT_SIGNATURE, evidence.verdict(CHECKPOINT, CHECKPOINT_SIGNATURE, use=Use.LEDGER))
    entries = evidence.facts(ENTRIES, shapes.ENTRIES)
    proofs = evidence.facts(PROOFS, shapes.PROOFS)
    yield from _included(entries["entries"], proofs, checkpoint)
    document = evidence.manifest["document"]
    said = [said_by(entry["index"], entry["text"]) for entry in entries["entries"]]
    yield from belonging.check(evidence, said, ENTRIES)
    told = {entry.index: (entry.facts.get("happened_at"), entry.facts.get("deed")) for entry in said}
    own = [entry for entry in said if entry.facts.get("circular") == document]
    receipts = {str(entry.payload["receipt"]) for entry in own if entry.payload.get("receipt")}
    # An entry of a package made for the archive names the list of that package by the same word.
    naming = [entry for entry in own if entry.facts.get("deed") != _PACKAGED]
    manifests = {str(entry.payload["manifest"]) for entry in naming if entry.payload.get("manifest")}
    if evidence.is_unsealed:
        yield from _unsealed(evidence, own, manifests)
    elif manifests != {evidence.manifest_digest}:
        yield Fault(evidence.kind.manifest, "台账登记的不是这份清单，清单被换过，或者用印的记录没有放进包里。")
    yield from _receipts(evidence, receipts)
    timeline = evidence.facts(TIMELINE, shapes.TIMELINE)
    lines = [(line["index"], (line["happened_at"], line["deed"])) for line in timeline["entries"]]
    if len(lines) != len(told) or dict(lines) != told:
        yield Fault(TIMELINE, "与台账记录不一致。")
    for name, facts in (
        (ENTRIES, entries),
        (TIMELINE, timeline),
        (NOTICES, evidence.facts(NOTICES, shapes.NOTICES)),
        (URGES, evidence.facts(URGES, shapes.URGES)),
    ):
        if facts["document"] != document:
            yield Fault(name, "是另一件公文的记录。")


def _unsealed(evidence: Evidence, own: list[Said], manifests: set[str]) -> Iterator[Finding]:
    """What has no seal never had one, and its text is the one that was registered, where that entry is here."""
    if manifests:
        yield Fault(UNSEALED, "台账里有用印的记录，包里却没有盖章的公文，是被抽走的。")
    registered = {str(entry.payload.get("digest")) for entry in own if entry.facts.get("deed") == _REGISTERED}
    if not registered:
        yield Remark(UNSEALED, "包里没有登记的台账记录，文稿的摘要没有经过台账核对。")
    elif registered != {evidence.manifest["revision_digest"]}:
        yield Fault(UNSEALED, "台账登记的不是这份文稿。")


def _receipts(evidence: Evidence, entered: set[str]) -> Iterator[Finding]:
    """The ledger named every receipt when the unit signed for it: even one without a signature is the one of that day."""
    here = {
        name: sha256(evidence.bundle.read(name)).hexdigest()
        for name in evidence.names(RECEIPTS)
        if name.endswith(".json")
    }
    for name, digest in here.items():
        if digest not in entered:
            yield Fault(name, "台账没有登记这份回执，回执被改动过或者是伪造的。")
    for digest in sorted(entered.difference(here.values())):
        yield Fault(RECEIPTS, f"缺少台账登记的回执（{digest[:12]}）。")


def _included(entries: list[dict[str, Any]], proofs: dict[str, Any], checkpoint: dict[str, Any]) -> Iterator[Finding]:
    paths = {proof["index"]: proof["path"] for proof in proofs["proofs"]}
    size, root = checkpoint["size"], _hash(checkpoint["root"])
    if proofs["size"] != size:
        yield Fault(PROOFS, "不是对这一检查点的证明。")
    numbers = [entry["index"] for entry in entries]
    if len(set(numbers)) != len(numbers) or len(paths) != len(proofs["proofs"]) or paths.keys() != set(numbers):
        yield Fault(PROOFS, "与台账记录不是一一对应。")
    for entry in entries:
        index, leaf = entry["index"], leaf_hash(sha256(entry["text"].encode()).digest())
        path = [_hash(step) for step in paths.get(index, [])]
        if not is_included(leaf, index, size, path, root):
            yield Fault(ENTRIES, f"第 {index} 号叶不在检查点的台账里，记录被改动过或者是伪造的。")


def _hash(text: str) -> bytes:
    """The 32 bytes that the hexadecimal text stands for; for any other text none, which nothing equals."""
    try:
        return bytes.fromhex(text) if len(text) == 64 else b""
    except ValueError:
        return b""
