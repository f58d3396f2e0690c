"""The manifest: what the lead body signed is what is in the bundle, file by file (Articles 3 and 4)."""

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from circulars.verifier.findings import Fault, Finding, Remark
from circulars.verifier.kinds import Kind
from circulars.verifier.reading import UNSEALED, Evidence, said_of, seals_on

_NUMBERED = re.compile(r"([0-9]+)[-.][^/]+")


def check(evidence: Evidence) -> Iterator[Finding]:
    """The manifest is signed with the lead body's seal, and its PDF and attachments are the ones in the bundle, none more and none less."""
    facts, kind = evidence.manifest, evidence.kind
    if evidence.is_unsealed:
        yield Remark(UNSEALED, "这是启用电子印章以前的公文：没有公文清单，没有发文机关的签名，也没有盖章的版式文件。")
        yield Remark(UNSEALED, "能核验的是登记的文稿、附件、元数据和台账记录；印章和内容的真实性请与纸质原件核对。")
        yield from _attachments(evidence, facts["attachments"])
        return
    issuers = [issuer["code"] for issuer in facts["issuers"]]
    if issuers:
        wanted = {"use": seals_on(facts["kind"]), "code": issuers[0]}
        yield from said_of(kind.manifest_signature, evidence.verdict(kind.manifest, kind.manifest_signature, **wanted))
    else:
        yield Fault(kind.manifest, "没有发文机关。")
    sealed = {seal["unit"] for seal in facts["seals"]}
    for issuer in facts["issuers"]:
        if sealed and issuer["code"] not in sealed:
            yield Fault(kind.manifest, f"“{issuer['name']}”列为发文机关，却没有用印。")
    pdf = evidence.bundle.members.get(kind.pdf)
    if pdf is None or (pdf.sha256, pdf.size) != (facts["pdf"]["sha256"], facts["pdf"]["size"]):
        yield Fault(kind.pdf, "与清单不符，不是盖章的版式文件。")
    yield from _attachments(evidence, facts["attachments"])
    yield from _recipients(facts["recipients"], kind)


def _attachments(evidence: Evidence, listed: list[dict[str, Any]]) -> Iterator[Finding]:
    here: dict[int, str] = {}
    folder = evidence.kind.attachments
    for name in evidence.names(folder):
        numbered = _NUMBERED.fullmatch(name.removeprefix(f"{folder}/"))
        number = int(numbered[1][:9]) if numbered else 0
        if not 0 < number <= len(listed) or number in here:
            yield Fault(name, "清单里没有这个附件。")
        else:
            here[number] = name
    for number, file in enumerate(listed, 1):
        found = evidence.bundle.members.get(here.get(number, ""))
        if found is None:
            yield Fault(f"{folder}/{number:02d}", f"缺少附件“{file['name']}”。")
        elif (found.sha256, found.size) != (file["sha256"], file["size"]):
            yield Fault(found.name, f"与清单不符，不是附件“{file['name']}”。")


def _recipients(said: dict[str, Any], kind: Kind) -> Iterator[Finding]:
    codes = [unit["code"] for unit in said["list"]]
    digest = sha256("\n".join(sorted(codes)).encode()).hexdigest()
    if said["count"] != len(codes) or said["sha256"] != digest or len(set(codes)) != len(codes):
        yield Fault(kind.manifest, "收文单位名单与其个数、摘要不符。")
