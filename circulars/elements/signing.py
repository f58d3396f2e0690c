"""Who signed off and who signs (2012 regulation arts. 9(6), 9(13), 17)."""

from collections.abc import Iterator

from circulars.elements.problem import Problem, Register, Snapshot
from circulars.layouts import Direction


def upward_papers_name_their_signer(draft: Snapshot, register: Register) -> Iterator[Problem]:
    """Art. 9(6): an upward document names who signed it off, one for each issuing body."""
    if draft["direction"] == Direction.UPWARD and len(draft["signers"]) < len(draft["issuers"]):
        yield Problem("E-SIGNER", "signers", "上行文应标注签发人，联合行文每个机关一名。")
