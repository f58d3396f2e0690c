"""The seals inside a file, judged as a stranger's program judges them (Articles 4 and 10)."""

from typing import Any

from circulars.verifier.bundle import Unreadable
from circulars.verifier.findings import Fault
from circulars.verifier.pdf import opened
from circulars.verifier.seals import judged
from cms.signing.trust import Trust


def flaw_of_seals(pdf: bytes, facts: dict[str, Any], trusted: Trust) -> str:
    """The first thing that is wrong with them, in half a sentence; ``facts`` are a manifest's, or as much of them as there is yet."""
    try:
        found = judged(opened(pdf, "版式文件"), facts, trusted)
        return next((fault.what.rstrip("。") for fault in found if isinstance(fault, Fault)), "")
    except Unreadable as damaged:
        return str(damaged).rstrip("。")
