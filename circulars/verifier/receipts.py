"""The receipts: each binds one unit's signature to this PDF and this manifest (Articles 20 and 22)."""

import re
from collections import defaultdict
from collections.abc import Iterator
from hashlib import sha256
from itertools import combinations
from typing import Any

from circulars.verifier import shapes
from circulars.verifier.bundle import TooMuch, Unreadable
from circulars.verifier.findings import Fault, Finding, Remark
from circulars.verifier.reading import Evidence, said_of
from cms.signing.certificates import Use

FOLDER = "receipts"
_NAMED = re.compile(rf"{FOLDER}/([A-Za-z0-9._-]+)-([0-9]+)\.(json|p7s)")


def check(evidence: Evidence) -> Iterator[Finding]:
    """Every receipt is about this circular, signed by the person it names for the unit it names, and follows the unit's one before it."""
    rounds: dict[str, list[tuple[int, str, Any]]] = defaultdict(list)
    for name in evidence.names(FOLDER):
        named = _NAMED.fullmatch(name)
        if named is None:
            yield Fault(name, "不是回执文件。")
        elif named[3] == "p7s":
            if name.removesuffix("p7s") + "json" not in evidence.bundle.heads:
                yield Fault(name, "只有签名，没有回执。")
        else:
            try:
                facts = evidence.facts(name, shapes.RECEIPT)
                yield from _receipt(evidence, name, facts)
            except TooMuch:
                raise
            except Unreadable as problem:
                yield Fault("", str(problem))
                continue
            rounds[facts["unit"]["code"]].append((facts["round"], name, facts))
    yield from _chains(evidence, rounds)


def _receipt(evidence: Evidence, name: str, facts: dict[str, Any]) -> Iterator[Finding]:
    manifest, unit, person = evidence.manifest, facts["unit"], facts["person"]
    if name != f"{FOLDER}/{unit['code']}-{facts['round']}.json":
        yield Fault(name, "文件名与回执的单位、轮次不符。")
    if (facts["document"], facts["number"]) != (manifest["document"], manifest["number"]):
        yield Fault(name, "是另一件公文的回执。")
    pdf = None if evidence.is_unsealed else manifest["pdf"]["sha256"]
    if facts["pdf_sha256"] != pdf:
        yield Fault(name, "签收的不是这份版式文件。")
    if facts["manifest_sha256"] != evidence.manifest_digest:
        yield Fault(name, "签收的不是这份清单。")
    listed = None if evidence.is_unsealed else {recipient["code"] for recipient in manifest["recipients"]["list"]}
    if listed is not None and unit["code"] not in listed:
        yield Remark(name, f"“{unit['name']}”不在清单的收文单位中，是用印之后补发的，或者由承接单位签收。")
    signature = name.removesuffix("json") + "p7s"
    if signature not in evidence.bundle.heads:
        yield Remark(name, f"“{unit['name']}”的回执待补签。")
        return
    wanted = {"use": Use.PERSON, "code": unit["code"], "person": person["username"]}
    yield from said_of(signature, evidence.verdict(name, signature, **wanted))


def _chains(evidence: Evidence, rounds: dict[str, list[tuple[int, str, Any]]]) -> Iterator[Finding]:
    """``previous`` can be followed where that receipt is in the bundle; a unit's receipts of other circulars are not."""
    owner = {
        sha256(evidence.bundle.read(name)).hexdigest(): (unit, number)
        for unit, receipts in rounds.items()
        for number, name, _ in receipts
    }
    for unit, receipts in rounds.items():
        receipts.sort(key=lambda receipt: receipt[:2])
        for number, name, facts in receipts:
            before = owner.get(facts["previous"] or "")
            if before is not None and (before[0] != unit or before[1] >= number):
                yield Fault(name, "所接的前一份回执不是本单位此前的回执。")
        for (_, _, earlier), (_, name, later) in combinations(receipts, 2):
            if later["previous"] is None or later["previous"] == earlier["previous"]:
                yield Fault(name, "没有接在本单位前一份回执之后。")
                break
