"""收文办理过程: what the unit that got the circular did with it, as ``process.xml`` tells it after the events (Articles 19 and 27; regulation art. 24).

Who did it under which entry of the ledger, in which words. The ledger has the words by their digest; a package from before this part has none
of it and stays valid.
"""

from collections.abc import Iterator
from hashlib import sha256

from circulars.verifier import shapes
from circulars.verifier.belonging import Said, inside_of, registered_in, said_by
from circulars.verifier.findings import Fault, Finding, Remark
from circulars.verifier.kinds import PACKAGE
from circulars.verifier.ledger import ENTRIES
from circulars.verifier.package import PROCESS, trail_in
from circulars.verifier.plainxml import Element
from circulars.verifier.reading import Evidence

# Each kind of line with its attributes, in this order. ``index`` is the entry's leaf in the ledger; of a line without one it is empty.
ATTRIBUTES = {
    "register": (
        "number", "unit", "source", "kind", "review", "state", "received_at", "registered_at", "by", "post", "index",
    ),
    "step": ("register", "at", "what", "limit", "by", "post", "index", "mark"),
    "printed": ("sanctioned", "originals", "spoilt", "copies"),
    "reply": ("version", "at", "by", "post", "index"),
    "answer": ("label", "sha256"),
}  # fmt: skip
# The files of the form that the unit filled in.
ANSWERS = "content/answers"
SUPERSEDED, EMPTIED = "已由后来的批示取代", "内容已清空"
NOTHING = sha256(b"").hexdigest()
_HANDED_ON = "incoming.handed_on"
# These name the circular themselves.
_NAMING = ("incoming.corrected", "answer.handed_in")


def check(evidence: Evidence, *, is_due: bool = False) -> Iterator[Finding]:
    """Every line is one of ours and says what the ledger's entry says, and every entry with words has its line.

    Where there is none of it, that is a remark, or a fault where it ``is_due``. Raises ``Unreadable``.
    """
    if evidence.kind is not PACKAGE:
        return
    document = evidence.manifest["document"]
    entries = [said_by(row["index"], row["text"]) for row in evidence.facts(ENTRIES, shapes.ENTRIES)["entries"]]
    trail, registered = trail_in(evidence), registered_in(entries, document)
    if not trail and is_due:
        yield Fault(PROCESS, "缺少本单位的收文办理过程。")
    elif not trail and registered:
        yield Remark(PROCESS, "没有收文单位的办理过程：归档包是列入这一项以前制作的。")
    elif not all(tuple(one.attributes) == ATTRIBUTES.get(one.tag) for one in trail):
        yield Fault(PROCESS, "收文办理过程的字段与约定不一致。")
        return
    yield from _compared(trail, entries, registered, document)
    listed = sorted(filter(None, (one.attributes["sha256"] for one in trail if one.tag == "answer")))
    here = (evidence.bundle.members.get(name) for name in evidence.names(ANSWERS))
    if sorted(one.sha256 for one in here if one) != listed:
        yield Fault(ANSWERS, "不是上报的回执表里的文件。")


def _compared(trail: list[Element], entries: list[Said], registered: list[Said], document: str) -> Iterator[Finding]:
    inside = inside_of(entries, document)
    naming = [entry for entry in entries if entry.deed in _NAMING and entry.facts.get("circular") == document]
    known = {str(entry.index): entry for entry in [*registered, *inside, *naming]}
    became = {
        str(entry.payload["became"]) for entry in inside if entry.deed == _HANDED_ON and "became" in entry.payload
    }
    for line in trail:
        index = line.attributes.get("index", "")
        if index and index not in known:
            yield Fault(PROCESS, f"收文办理过程里的第 {index} 号叶不是本公文的办理记录。")
        elif index and not _agrees(line, known[index], became):
            yield Fault(PROCESS, f"收文办理过程与台账不一致（第 {index} 号叶）。")
    told = [line.attributes["index"] for line in trail if line.tag == "step" and line.attributes["index"]]
    if len(set(told)) != len(told):
        yield Fault(PROCESS, "收文办理过程里有一条记录写了两次。")
    for entry in [*inside, *(naming if trail else ())]:
        if entry.payload.get("text_digest", NOTHING) != NOTHING and str(entry.index) not in told:
            yield Fault(PROCESS, f"收文办理过程缺少台账登记的一步（第 {entry.index} 号叶）。")
    lines = [line.attributes["index"] for line in trail if line.tag == "register"]
    for entry in registered if trail else ():
        if entry.payload.get("number") and str(entry.index) not in lines:
            yield Fault(PROCESS, f"收文办理过程缺少登记的收文（第 {entry.index} 号叶）。")


def _agrees(line: Element, entry: Said, became: set[str]) -> bool:
    """Whether the line tells of what the entry does: the same moment, and its number, version or words."""
    said, payload = line.attributes, entry.payload
    if line.tag == "register":
        numbers = {str(payload.get("number")), *became}
        moments = (said["registered_at"], said["received_at"])
        return said["number"] in numbers and moments == (entry.facts.get("happened_at"), payload.get("received_at"))
    if said["at"] != entry.facts.get("happened_at"):
        return False
    if line.tag == "reply":
        return said["version"] == str(payload.get("version"))
    if "text_digest" not in payload or EMPTIED in said["mark"]:
        return True
    return sha256(line.text.encode()).hexdigest() == payload["text_digest"]
