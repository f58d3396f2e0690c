"""The seals in the PDF file: those that the manifest names, each of a body that issued the circular, and nothing changed since (Articles 4 and 10)."""

from collections.abc import Iterator
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256

from circulars.verifier.findings import Fault, Finding
from circulars.verifier.pdf import Embedded, SignedPdf, opened
from circulars.verifier.reading import PDF, Evidence, said_of, seals_on
from cms.signing.detached import verify_detached
from cms.signing.signatures import take_apart
from cms.signing.timestamps import check_time_stamp
from cms.signing.trust import Trust


def check(evidence: Evidence) -> Iterator[Finding]:
    """Every seal stands; a paper that bears none (minutes, telegrams) is bound by its manifest alone; one older than the seals has no file."""
    pdf = evidence.kind.pdf
    if evidence.is_unsealed:
        if pdf in evidence.bundle.heads:
            yield Fault(pdf, "启用电子印章以前的公文没有盖章的版式文件。")
        return
    yield from judged(opened(evidence.bundle.read(pdf), pdf), evidence.manifest, evidence.trust, file=pdf)


def judged(pdf: SignedPdf, facts: dict[str, Any], trust: Trust, *, file: str = PDF) -> Iterator[Finding]:
    """What is wrong with the seals of the file of this name, measured by what the manifest says of them."""
    if pdf.pages != facts["pdf"]["pages"]:
        yield Fault(file, f"有 {pdf.pages} 页，清单写的是 {facts['pdf']['pages']} 页。")
    issuers = {issuer["code"]: issuer["name"] for issuer in facts["issuers"]}
    listed = {seal["field"]: seal for seal in facts["seals"]}
    here = {one.name: one for one in pdf.signatures if not one.is_time_stamp}
    if len(listed) != len(facts["seals"]) or len(here) != sum(not one.is_time_stamp for one in pdf.signatures):
        yield Fault(file, "两枚印章用了同一个签名域。")
    for field in sorted(listed.keys() - here.keys()):
        yield Fault(_place(file, field), "清单列有此印章，文件里没有。")
    for field in sorted(here.keys() - listed.keys()):
        yield Fault(_place(file, field), "清单没有列出此印章。")
    for field in sorted(listed.keys() & here.keys()):
        seal = listed[field]
        if seal["unit"] not in issuers:
            yield Fault(_place(file, field), "不是发文机关的印章。")
        wanted = {"use": seals_on(facts["kind"]), "code": seal["unit"]}
        yield from _seal(trust, file, here[field], seal["certificate"], wanted)
    if listed or pdf.signatures:
        yield from _preserved(trust, file, pdf.signatures)


def _seal(trust: Trust, file: str, one: Embedded, certificate: str, wanted: dict[str, Any]) -> Iterator[Finding]:
    where = _place(file, one.name)
    verdict = verify_detached(one.covered, one.signature, trust, is_stamped=True, **wanted)
    yield from said_of(where, verdict)
    if verdict.readable and take_apart(one.signature).certificate.fingerprint(SHA256()).hex() != certificate:
        yield Fault(where, "印章的证书不是清单写明的那一张。")
    if not one.is_covering:
        yield Fault(where, "印章没有覆盖盖章时的全部内容。")
    elif not one.is_unchanged:
        yield Fault(where, "盖章以后文件内容被改动过。")


def _preserved(trust: Trust, file: str, signatures: tuple[Embedded, ...]) -> Iterator[Finding]:
    """A time-stamp over everything closes the file, so that its seals can be judged after their certificates are over (PAdES B-LTA)."""
    for one in signatures:
        if one.is_time_stamp and not check_time_stamp(one.signature, one.covered, trust).stands:
            yield Fault(_place(file, one.name), "文件时间戳无效。")
    last = signatures[-1] if signatures else None
    if last is None or not (last.is_time_stamp and last.is_covering and last.is_closing):
        yield Fault(file, "最后一枚印章之后没有覆盖全文的时间戳，不能长期证明盖章时间。")


def _place(file: str, field: str) -> str:
    return f"{file} {field}"
