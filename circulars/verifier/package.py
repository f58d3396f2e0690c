"""What a package for the archive has beyond a bundle of evidence: metadata and process as XML, and the text that was approved (Article 27).

Both must say what the signed manifest and the ledger's entries say; who reads only them is told nothing else.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any

from circulars.verifier import shapes
from circulars.verifier.findings import Fault, Finding
from circulars.verifier.kinds import PACKAGE
from circulars.verifier.ledger import TIMELINE
from circulars.verifier.listing import FORMAT, identifier_in
from circulars.verifier.plainxml import Element, read, written
from circulars.verifier.reading import Evidence

METADATA, PROCESS, TEXT = "metadata.xml", "process.xml", "content/text.json"
EVENT = "event"
# The eighteen elements of GB/T 33480, chapter 4, in its order; each stands there, be it empty.
CORE = {
    "document_identifier": "公文标识",
    "document_type": "文种",
    "copy_number": "份号",
    "classification": "密级和保密期限",
    "urgency": "紧急程度",
    "issuer_mark": "发文机关标志",
    "document_number": "发文字号",
    "signers": "签发人",
    "title": "标题",
    "primary_recipients": "主送机关",
    "attachment_notes": "附件说明",
    "signatories": "发文机关或签发人署名",
    "written_date": "成文日期",
    "annotation": "附注",
    "cc_recipients": "抄送机关",
    "printing_office": "印发机关",
    "printing_date": "印发日期",
    "distribution_level": "发布层次",
}
# These no circular is without.
NEEDED = ("document_identifier", "document_type", "urgency", "issuer_mark", "document_number", "title", "written_date")


def process_of(timeline: dict[str, Any], trail: Iterable[Element] = ()) -> bytes:
    """The events of the circular, as its timeline tells them, and after them what the unit that got it did with it."""
    root = Element("process", "", {"format": FORMAT, "document": timeline["document"]})
    events = (
        Element(EVENT, line["words"], {"index": str(line["index"]), "at": line["happened_at"], "deed": line["deed"]})
        for line in timeline["entries"]
    )
    return written(root, (*events, *trail))


def trail_in(evidence: Evidence) -> list[Element]:
    """What the process tells beside the events; raises ``Unreadable``."""
    return [one for one in read(evidence.bundle.read(PROCESS), PROCESS)[1] if one.tag != EVENT]


def check(evidence: Evidence) -> Iterator[Finding]:
    """The package lies in the folder of its identifier, and its XML says what is signed; of a bundle of evidence nothing is asked."""
    if evidence.kind is not PACKAGE:
        return
    identifier = identifier_in(evidence.bundle.read(PACKAGE.index), PACKAGE.index)
    if evidence.bundle.folder != f"{identifier}/":
        yield Fault("", "文件夹的名称不是归档包的标识。")
    yield from _metadata(evidence, identifier)
    if evidence.bundle.read(PROCESS) != process_of(evidence.facts(TIMELINE, shapes.TIMELINE), trail_in(evidence)):
        yield Fault(PROCESS, "与办理经过不一致。")
    if TEXT in evidence.bundle.heads:
        digest = sha256(evidence.bundle.read(TEXT)).hexdigest()
        if digest != evidence.manifest["revision_digest"]:
            yield Fault(TEXT, "不是签发的文稿。")
    elif evidence.is_unsealed:
        yield Fault(TEXT, "缺少登记的文稿。")


def _metadata(evidence: Evidence, identifier: str) -> Iterator[Finding]:
    root, elements = read(evidence.bundle.read(METADATA), METADATA)
    if root != Element("metadata", "", {"format": FORMAT, "identifier": identifier}):
        yield Fault(METADATA, "不是这个归档包的元数据。")
    said: dict[str, list[str]] = {}
    for one in elements:
        said.setdefault(one.attributes.get("name", ""), []).append(one.text)
    for name, label in CORE.items():
        if name not in said:
            yield Fault(METADATA, f"缺少元素“{label}”。")
        elif name in NEEDED and not any(said[name]):
            yield Fault(METADATA, f"元素“{label}”是空的。")
    signed = evidence.manifest
    expected = {
        "document_identifier": [signed["document"]],
        "document_number": [signed["number"]],
        "title": [signed["title"]],
        "written_date": [signed["issued_on"]],
        "issuing_units": [issuer["name"] for issuer in signed["issuers"]],
        "attachment_sha256": [file["sha256"] for file in signed["attachments"]],
    }
    pdf = {} if evidence.is_unsealed else signed["pdf"]
    expected |= {f"pdf_{name}": [str(pdf[name])] if pdf else [] for name in ("sha256", "size", "pages")}
    for name, values in expected.items():
        if said.get(name, []) != values:
            yield Fault(METADATA, f"元素 {name} 与公文清单不一致。")
