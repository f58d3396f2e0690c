"""Who signed off, who signs, and the seal (2012 regulation arts. 9(6), 9(11), 9(13), 15(5))."""

from collections.abc import Iterator

from circulars.elements.names import bears_name, is_signed_by_person, is_telegram
from circulars.elements.problem import Facts, Problem, Snapshot
from circulars.layouts import Direction, DocumentType, Layout
from cms.quotes import cited


def upward_papers_name_their_signer(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """Art. 9(6): an upward document names who signed it off, one for each issuing body."""
    if draft["direction"] != Direction.UPWARD:
        return
    if len(draft["signers"]) < len(draft["issuers"]):
        yield Problem("E-SIGNER", "signers", "上行文应标注签发人，联合行文每个机关一名。")
    elif len(draft["signers"]) > len(draft["issuers"]):
        yield Problem("E-SIGNER", "signers", "签发人多于发文机关，每个机关只标注一名签发人。")


def signature_is_the_issuers(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """Arts. 9(11) and 15(5): the issuer's own name; a leader signs only orders and bills."""
    is_upward = draft["direction"] == Direction.UPWARD
    if draft["layout"] == Layout.ORDER or draft["document_type"] == DocumentType.BILL:
        return
    persons = [line for line in draft["signatures"] if is_signed_by_person(line)]
    if persons and is_upward:
        yield Problem(
            "R15-6", "signatures", f"不得以机关负责人名义向上级机关报送公文，请把{cited(persons[0])}改为机关名称。"
        )
    issuers = facts.of(draft["issuers"])
    for line in draft["signatures"]:
        is_answered = is_upward and line in persons
        if issuers and not is_answered and not any(bears_name(line, unit) for unit in issuers):
            yield Problem("E-SIGNATURE", "signatures", f"署名{cited(line)}不是发文机关的全称或规范化简称，请改正。")


def an_order_is_signed_by_one_person_each(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """Art. 9(13); GB/T 9704-2012, 7.3.5.3: under an order stand office and stamp of one signer for each issuing body."""
    lines = draft["signatures"]
    if draft["layout"] != Layout.ORDER or not lines:
        return
    if len(lines) > len(draft["issuers"]):
        yield Problem("E-SIGNATURE", "signatures", "命令（令）每个机关由一名签发人署名，请删去多余的署名。")
    if wrong := next((line for line in lines if len(line.split()) < 2), ""):
        yield Problem(
            "E-SIGNATURE",
            "signatures",
            f"命令（令）的署名写签发人的职务全称和姓名，中间空一格，如“市长 张某某”，请改正{cited(wrong)}。",
        )


def seal_stands_with_the_signature(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """Art. 9(13): who signs, seals; not minutes, and telegrams and papers for everybody with a mark of their own need not."""
    is_sealed = draft.get("sealed")
    is_minutes = draft["layout"] == Layout.MINUTES or draft["document_type"] == DocumentType.MINUTES
    if is_sealed and is_minutes:
        yield Problem("E-SEAL", "is_sealed", "纪要不加盖印章，请取消“加盖印章”。")
    elif is_sealed is False and draft["signatures"] and not is_minutes and not _may_go_unsealed(draft):
        yield Problem("E-SEAL", "is_sealed", "有发文机关署名的公文应当加盖印章，请勾选“加盖印章”。")


def _may_go_unsealed(draft: Snapshot) -> bool:
    is_for_everybody = bool(draft["primary"]["groups"]) or draft["direction"] == Direction.PUBLIC
    has_own_mark = draft["layout"] == Layout.GENERAL
    return draft["layout"] == Layout.ORDER or is_telegram(draft) or (is_for_everybody and has_own_mark)
