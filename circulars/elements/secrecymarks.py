"""No mark of secrecy stands in a paper of this system or in its files (Article 5)."""

from collections.abc import Iterator

from circulars.elements.problem import Facts, Problem, Snapshot
from cms.secrecymarks import Mark, marks_in

_REFUSAL = "涉及国家秘密的公文不得使用本系统传发。这里出现了密级标志（{kind}），请改走机要渠道。"


def bears_no_secrecy_mark(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """Article 5: papers with state secrets may not be sent; a mark that a reviewer found to be none passes, an unread file is a warning."""
    for field, marks in marks_by_field(draft).items():
        if mark := next((mark for mark in marks if mark.fingerprint not in facts.lifted), None):
            yield Problem("A5", field, _REFUSAL.format(kind=mark.kind))
    unread = []
    for number, attachment in enumerate(draft["attachments"], 1):
        verdict = facts.files.get(attachment["digest"] or "")
        if verdict is None:
            continue
        name = f"第 {number} 个附件"
        if verdict.fingerprints - facts.lifted:
            yield Problem("A5", "attachments", _REFUSAL.format(kind=f"{name}的文件里"))
        elif verdict.unread:
            unread.append(f"{name}（{verdict.unread}）")
    if unread:
        sentence = f"{'、'.join(unread)}系统没有读全，请打开看过，确认没有密级标志。"
        yield Problem("A5-UNREAD", "attachments", sentence, is_error=False)


def marks_by_field(draft: Snapshot) -> dict[str, list[Mark]]:
    """What looks like a mark of secrecy in the typed text, lifted or not, by the field where it can be mended."""
    return {field: marks_in(text) for field, text in _texts(draft).items()}


def _texts(draft: Snapshot) -> dict[str, str]:
    """Everything typed in the draft, by the field where it can be mended."""
    typed = {
        field: draft[field]
        for field in (
            "title",
            "body",
            "annotation",
            "issuer_mark",
            "printing_office",
            "special_reason",
            "consent_reference",
        )
        if draft.get(field)
    }
    rows = [(a["title"], a["name"], a["text"]) for a in draft["attachments"]]
    cited = [(reference["title"], reference["number"]) for reference in draft["references"]]
    return typed | {
        "primary_text": draft["primary"]["text"],
        "cc_text": draft["cc"]["text"],
        "signers": "\n".join(draft["signers"]),
        "signatures": "\n".join(draft["signatures"]),
        "attachments": "\n".join(part for row in rows for part in row if part),
        "references": "\n".join(part for row in cited for part in row if part),
    }
