"""请示 and 报告: one matter, an own opinion, no request in a report, and whom to ring (2012 regulation art. 15(3), (4))."""

import re
from collections.abc import Iterator

from circulars.elements.problem import Facts, Problem, Snapshot
from circulars.layouts import Direction, DocumentType

_QUOTED = re.compile(r"《[^》]{0,200}》")
_ASKS = re.compile(
    r"(?:妥否|当否|可否|是否妥当)[，,]?(?:敬|恭)?请(?:予)?(?:以)?(?:批示|审示|指示|批复|批准|审批)"
    r"|(?:恳|敬|特|呈)?请予(?:以)?(?:批准|审批|批复|批示)|请(?:审批|批准|批示|批复)(?=[。！]|$)|(?:恳请|敬请)[^。\n]{0,30}(?:批准|批复|批示)",
    re.MULTILINE,
)
_TWO_MATTERS = re.compile(r"(?<![涉普波危触顾推遍以])及(?!时|早|格)|以及|暨")
_TRANSMITS = re.compile(
    r"转报|转呈|呈报|上报|报来|收悉|附后|随文|现将|现就|如下$|妥否|当否|可否|特此|^以上|"
    r"请(?:予)?(?:以)?(?:批示|审示|审批|批复|批准|审阅|示)"
)
_OPINES = re.compile(r"认为|意见|建议|同意|经研究|经审核|经审查|可行|拟")
_SHORTEST_OPINION = 12
_PHONE = re.compile(r"1\d{10}|\d{7,8}|\d{3,4}\s?[-—－转]\s?\d{3,8}")


def report_asks_for_nothing(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """Art. 15(4): a report may not carry a request."""
    if draft["document_type"] == DocumentType.REPORT and _ASKS.search(_QUOTED.sub("", draft["body"])):
        yield Problem("R15-5", "body", "报告不得夹带请示事项，请删去请示用语，或改用“请示”。")


def request_has_one_matter(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """Art. 15(4): one matter in a request, as far as its title and the papers it refers to tell."""
    if draft["document_type"] != DocumentType.REQUEST:
        return
    if _TWO_MATTERS.search(_QUOTED.sub("", draft["title"])) or len(draft["references"]) > 1:
        yield Problem("R15-5", "title", "请示应当一文一事，请核对标题和来文关联是否只有一件事项。", is_error=False)


def forwarded_request_has_an_own_opinion(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """Art. 15(3): a subordinate's request goes on upward with a recommendation, never as it came."""
    if draft["direction"] != Direction.UPWARD or not any(_forwards_request(row, facts) for row in draft["references"]):
        return
    body = _QUOTED.sub("", draft["body"])
    own = [clause.strip() for clause in re.split(r"[，。；！？：\n]", body)]
    own = [clause for clause in own if clause and not _TRANSMITS.search(clause)]
    if sum(map(len, own)) < _SHORTEST_OPINION:
        yield Problem("R15-4", "body", "不得原文转报下级机关的请示，请在正文中写明本机关的倾向性意见。")
    elif not any(_OPINES.search(clause) for clause in own):
        yield Problem(
            "R15-4", "body", "转报下级机关的请示应当提出倾向性意见，请核对正文是否写明本机关的意见。", is_error=False
        )


def _forwards_request(reference: Snapshot, facts: Facts) -> bool:
    known = facts.referenced.get(reference.get("circular") or "")
    is_request = known.document_type == DocumentType.REQUEST if known else reference["title"].endswith("请示")
    return reference["relation"] == "forwards" and is_request


def request_says_whom_to_ring(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """Art. 9(14): the annotation of a request gives a person and a telephone."""
    if draft["document_type"] != DocumentType.REQUEST:
        return
    annotation = draft["annotation"]
    if "联系" not in annotation or not _PHONE.search(annotation):
        yield Problem("E-CONTACT", "annotation", "请示应在附注中写明联系人和电话，请核对。", is_error=False)
