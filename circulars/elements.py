"""The required elements and who may write to whom, as coded checks on a draft (2012 regulation arts. 9 to 17).

A check reads the canonical snapshot of a draft and answers with problems; errors keep a draft from being handed over, warnings are
for the reviewer. Each problem names the form field where the drafter can mend it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.units import Unit
from circulars.layouts import TRAITS, Direction, DocumentType, Layout

Snapshot = dict[str, Any]

_SECRECY_MARK = re.compile(r"(绝密|机密|秘密)\s*[★☆]")
_LONGEST_TITLE = 200


@dataclass(frozen=True)
class Problem:
    """What is wrong, where to mend it (a form field's name) and by which rule."""

    code: str
    field: str
    sentence: str
    is_error: bool = True


# The units that a draft names, by code.
Register = Mapping[str, Unit]
Check = Callable[[Snapshot, Register], Iterator[Problem]]
_CHECKS: list[Check] = []


def _check(function: Check) -> Check:
    _CHECKS.append(function)
    return function


def problems(draft: Snapshot, register: Register) -> list[Problem]:
    """Everything found wrong with the draft, errors first; ``register`` holds every unit that it names."""
    found = [problem for check in _CHECKS for problem in check(draft, register)]
    return sorted(found, key=lambda problem: not problem.is_error)


def errors(draft: Snapshot, register: Register) -> list[Problem]:
    """What keeps the draft from being handed over."""
    return [problem for problem in problems(draft, register) if problem.is_error]


@_check
def elements_are_present(draft: Snapshot, register: Register) -> Iterator[Problem]:
    """Art. 9: title, body, number series, issuer mark."""
    if not draft["title"]:
        yield Problem("E-TITLE", "title", "请填写标题。")
    if not draft["body"].strip():
        yield Problem("E-BODY", "body", "请填写正文，首页必须显示正文。")
    if not draft["series"]:
        yield Problem("E-SERIES", "series", "请选择文号系列；文号在复核登记时由系统编排。")
    if not draft["issuer_mark"]:
        yield Problem("E-MARK", "issuer_mark", "请填写发文机关标志。")
    if draft["layout"] != Layout.MINUTES and not draft["signatures"]:
        yield Problem("E-SIGNATURE", "signatures", "请填写发文机关署名。")


@_check
def title_says_matter_and_type(draft: Snapshot, register: Register) -> Iterator[Problem]:
    """Art. 9(7): issuer, matter and type of document."""
    title, kind = draft["title"], DocumentType(draft["document_type"])
    if len(title) > _LONGEST_TITLE:
        yield Problem("E-TITLE", "title", f"标题有 {len(title)} 个字，不能超过 {_LONGEST_TITLE} 个字。")
    if title and TRAITS[kind].title_ends_with_type and not title.rstrip("》）").endswith(kind.label):
        yield Problem("E-TITLE", "title", f"标题应以文种“{kind.label}”结尾。")


@_check
def type_fits_direction_and_layout(draft: Snapshot, register: Register) -> Iterator[Problem]:
    """Art. 8: what each type is for; GB/T 9704-2012, 10: orders, letters and minutes have layouts of their own."""
    kind, direction = DocumentType(draft["document_type"]), Direction(draft["direction"])
    traits = TRAITS[kind]
    if direction not in traits.directions:
        allowed = "、".join(d.label for d in Direction if d in traits.directions)
        yield Problem("R-DIRECTION", "direction", f"“{kind.label}”的行文方向应为{allowed}。")
    if not draft["layout"]:
        return
    layout = Layout(draft["layout"])
    own = {traits.layout} if traits.layout else {Layout.GENERAL, Layout.LETTER}
    if layout not in own:
        needed = "或".join(each.label for each in Layout if each in own)
        yield Problem("R-LAYOUT", "series", f"“{kind.label}”应用{needed}，请选择这种版式的文号系列。")


@_check
def primary_recipients_fit_the_type(draft: Snapshot, register: Register) -> Iterator[Problem]:
    """Art. 15(1): upward to one superior; art. 9(8): types that must name whom they are for."""
    primary = draft["primary"]
    named = len(primary["units"]) + len(primary["groups"])
    kind = DocumentType(draft["document_type"])
    if draft["direction"] == Direction.UPWARD and (len(primary["units"]) != 1 or primary["groups"]):
        yield Problem(
            "R15-1",
            "primary_units",
            f"上行文只主送一个上级机关，现在主送了 {named} 个，请只保留一个，需要告知的机关改为抄送。"
            if named
            else "上行文应主送一个上级机关，请选择。",
        )
    elif TRAITS[kind].needs_primary and not named:
        yield Problem("E-PRIMARY", "primary_units", f"“{kind.label}”应有主送机关，请勾选单位或类别。")


@_check
def nobody_is_addressed_twice(draft: Snapshot, register: Register) -> Iterator[Problem]:
    """R-CC1: no unit in both lines, and no issuer among the recipients."""
    primary, cc = draft["primary"], draft["cc"]
    for code in sorted(set(primary["units"]) & set(cc["units"])):
        yield Problem("R-CC1", "cc_units", f"“{register[code]}”既在主送又在抄送，请去掉一处。")
    for code in cc["units"]:
        if register[code].category in primary["groups"]:
            yield Problem("R-CC1", "cc_units", f"“{register[code]}”已包括在主送的类别里，请不要再抄送。")
    for field, units in (("primary_units", primary["units"]), ("cc_units", cc["units"])):
        for code in sorted(set(units) & set(draft["issuers"])):
            yield Problem("R-CC1", field, f"“{register[code]}”是发文机关，不能同时是收文机关。")


@_check
def upward_papers_name_their_signer(draft: Snapshot, register: Register) -> Iterator[Problem]:
    """Art. 9(6): an upward document names who signed it off, one for each issuing body."""
    if draft["direction"] == Direction.UPWARD and len(draft["signers"]) < len(draft["issuers"]):
        yield Problem("E-SIGNER", "signers", "上行文应标注签发人，联合行文每个机关一名。")


@_check
def reply_names_its_request(draft: Snapshot, register: Register) -> Iterator[Problem]:
    """R-REF1: a 批复 names the 请示 that it answers."""
    if draft["document_type"] == DocumentType.REPLY and not any(
        reference["relation"] == "replies_to" for reference in draft["references"]
    ):
        yield Problem("R-REF1", "references", "批复应写明所答复的请示的标题和文号，请在“来文关联”中填写。")


@_check
def report_asks_for_nothing(draft: Snapshot, register: Register) -> Iterator[Problem]:
    """Art. 15(5): a report may not carry a request."""
    if draft["document_type"] == DocumentType.REPORT and re.search(
        r"妥否，请批示|请予批准|请审批|当否，请批示", draft["body"].replace(",", "，")
    ):
        yield Problem("R15-5", "body", "报告不得夹带请示事项，请删去请示用语，或改用“请示”。")


@_check
def bears_no_secrecy_mark(draft: Snapshot, register: Register) -> Iterator[Problem]:
    """Article 5: papers with state secrets may not be sent through this system."""
    texts = {
        "title": draft["title"],
        "body": draft["body"],
        "annotation": draft["annotation"],
        "attachments": "\n".join(f"{a['title']}\n{a['text'] or ''}\n{a['name'] or ''}" for a in draft["attachments"]),
    }
    for field, text in texts.items():
        if _SECRECY_MARK.search(text):
            yield Problem("A5", field, "涉及国家秘密的公文不得使用本系统传发。这里出现了密级标志，请改走机要渠道。")


@_check
def attachments_have_title_and_content(draft: Snapshot, register: Register) -> Iterator[Problem]:
    """Art. 9(11): the note names each attachment, and each named attachment is there."""
    for number, attachment in enumerate(draft["attachments"], 1):
        if not attachment["title"]:
            yield Problem("E-ATTACHMENT", "attachments", f"第 {number} 个附件没有名称，请填写。")
        if not attachment["digest"] and not (attachment["text"] or "").strip():
            yield Problem(
                "E-ATTACHMENT", "attachments", f"附件“{attachment['title']}”没有内容，请上传文件或直接录入文字。"
            )


@_check
def dates_are_in_order(draft: Snapshot, register: Register) -> Iterator[Problem]:
    """A paper is printed on or after the day it bears."""
    if draft["written_date"] and draft["printing_date"] and draft["printing_date"] < draft["written_date"]:
        yield Problem("E-DATE", "printing_date", "印发日期不能早于成文日期。")
