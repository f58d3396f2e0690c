"""Papers that the draft answers, forwards, repeals or amends."""

from collections.abc import Iterator

from circulars.elements.problem import Problem, Register, Snapshot
from circulars.layouts import DocumentType


def reply_names_its_request(draft: Snapshot, register: Register) -> Iterator[Problem]:
    """R-REF1: a 批复 names the 请示 that it answers."""
    if draft["document_type"] == DocumentType.REPLY and not any(
        reference["relation"] == "replies_to" for reference in draft["references"]
    ):
        yield Problem("R-REF1", "references", "批复应写明所答复的请示的标题和文号，请在“来文关联”中填写。")
