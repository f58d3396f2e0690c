"""The manifest: what the lead body signed is what is in the bundle, file by file (Articles 3 and 4)."""

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from circulars.verifier.findings import Fault, Finding
from circulars.verifier.reading import MANIFEST, MANIFEST_SIGNATURE, PDF, Evidence, said_of, seals_on

_FOLDER = "circular/attachments"
_NUMBERED = re.compile(rf"{_FOLDER}/([0-9]+)[-.][^/]+")


def check(evidence: Evidence) -> Iterator[Finding]:
    """The manifest is signed with the lead body's seal, and its PDF and attachments are the ones in the bundle, none more and none less."""
    facts = evidence.manifest
    issuers = [issuer["code"] for issuer in facts["issuers"]]
    if issuers:
        wanted = {"use": seals_on(facts["kind"]), "code": issuers[0]}
        yield from said_of(MANIFEST_SIGNATURE, evidence.verdict(MANIFEST, MANIFEST_SIGNATURE, **wanted))
    else:
        yield Fault(MANIFEST, "没有发文机关。")
    sealed = {seal["unit"] for seal in facts["seals"]}
    for issuer in facts["issuers"]:
        if sealed and issuer["code"] not in sealed:
            yield Fault(MANIFEST, f"“{issuer['name']}”列为发文机关，却没有用印。")
    pdf = evidence.bundle.members.get(PDF)
    if pdf is None or (pdf.sha256, pdf.size) != (facts["pdf"]["sha256"], facts["pdf"]["size"]):
        yield Fault(PDF, "与清单不符，不是盖章的版式文件。")
    yield from _attachments(evidence, facts["attachments"])
    yield from _recipients(facts["recipients"])


def _attachments(evidence: Evidence, listed: list[dict[str, Any]]) -> Iterator[Finding]:
    here: dict[int, str] = {}
    for name in evidence.names(_FOLDER):
        numbered = _NUMBERED.fullmatch(name)
        number = int(numbered[1][:9]) if numbered else 0
        if not 0 < number <= len(listed) or number in here:
            yield Fault(name, "清单里没有这个附件。")
        else:
            here[number] = name
    for number, file in enumerate(listed, 1):
        found = evidence.bundle.members.get(here.get(number, ""))
        if found is None:
            yield Fault(f"{_FOLDER}/{number:02d}", f"缺少附件“{file['name']}”。")
        elif (found.sha256, found.size) != (file["sha256"], file["size"]):
            yield Fault(found.name, f"与清单不符，不是附件“{file['name']}”。")


def _recipients(said: dict[str, Any]) -> Iterator[Finding]:
    codes = [unit["code"] for unit in said["list"]]
    digest = sha256("\n".join(sorted(codes)).encode()).hexdigest()
    if said["count"] != len(codes) or said["sha256"] != digest or len(set(codes)) != len(codes):
        yield Fault(MANIFEST, "收文单位名单与其个数、摘要不符。")
