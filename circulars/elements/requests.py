"""Requests and reports (2012 regulation art. 15)."""

import re
from collections.abc import Iterator

from circulars.elements.problem import Problem, Register, Snapshot
from circulars.layouts import DocumentType


def report_asks_for_nothing(draft: Snapshot, register: Register) -> Iterator[Problem]:
    """Art. 15(5): a report may not carry a request."""
    if draft["document_type"] == DocumentType.REPORT and re.search(
        r"妥否，请批示|请予批准|请审批|当否，请批示", draft["body"].replace(",", "，")
    ):
        yield Problem("R15-5", "body", "报告不得夹带请示事项，请删去请示用语，或改用“请示”。")
