"""The archive itself and its index: nothing is missing, nothing was added, no byte is another one (Articles 3 and 28)."""

from collections.abc import Iterator

from circulars.verifier.bundle import Member, Unreadable
from circulars.verifier.findings import Fault, Finding
from circulars.verifier.reading import Evidence, said_of

REQUIRED = "README.txt"


def check(evidence: Evidence) -> Iterator[Finding]:
    """The archive is written in the one way, and the ledger's key of the installation signed the list of exactly these files."""
    listed, kind = evidence.listed, evidence.kind
    if not evidence.bundle.is_as_written():
        yield Fault("", "这个 ZIP 不是原来的文件：是重新打包的，或者夹有多余的字节。")
    yield from said_of(kind.signature, evidence.index_verdict)
    yield from _compared(evidence, listed)
    for name in sorted(evidence.bundle.heads):
        if not kind.known.fullmatch(name):
            yield Fault(name, f"不是{kind.label}里应有的文件。")
    if REQUIRED not in evidence.bundle.heads:
        raise Unreadable(f"缺少 {REQUIRED}。")


def standing(evidence: Evidence) -> str:
    """What of a faulty archive still holds: which files are those of the signed list; empty where no list is. Raises ``Unreadable``."""
    if evidence.index_verdict.problem:
        return ""
    listed = evidence.listed
    changed = {str(fault.where) for fault in _compared(evidence, listed)}
    intact = sum(file["name"] not in changed for file in listed)
    said = f"索引列出的 {len(listed)} 个文件，有 {intact} 个与签了名的索引一致"
    return f"{said}；不一致的只有 {REQUIRED}，它是说明，不是证据。" if changed == {REQUIRED} else f"{said}。"


def _compared(evidence: Evidence, files: list[dict]) -> Iterator[Finding]:
    listed = {file["name"]: Member(file["name"], file["sha256"], file["size"]) for file in files}
    if len(listed) != len(files):
        yield Fault(evidence.kind.index, "同一文件列了两次。")
    here = evidence.bundle.heads.keys() - {evidence.kind.index, evidence.kind.signature}
    for name in sorted(listed.keys() - here):
        yield Fault(name, "索引列有此文件，包内缺少。")
    for name in sorted(here - listed.keys()):
        yield Fault(name, "索引没有列出此文件，是后来加入的。")
    for name in sorted(here & listed.keys()):
        if evidence.bundle.members.get(name) != listed[name]:
            yield Fault(name, "内容与索引不符，文件被改动过或者已损坏。")
