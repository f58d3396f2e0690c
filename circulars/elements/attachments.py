"""The attachments and the note that names them (2012 regulation art. 9(11), (14))."""

from collections.abc import Iterator

from circulars.elements.problem import Problem, Register, Snapshot


def attachments_have_title_and_content(draft: Snapshot, register: Register) -> Iterator[Problem]:
    """Art. 9(11): the note names each attachment, and each named attachment is there."""
    for number, attachment in enumerate(draft["attachments"], 1):
        if not attachment["title"]:
            yield Problem("E-ATTACHMENT", "attachments", f"第 {number} 个附件没有名称，请填写。")
        if not attachment["digest"] and not (attachment["text"] or "").strip():
            yield Problem(
                "E-ATTACHMENT", "attachments", f"附件“{attachment['title']}”没有内容，请上传文件或直接录入文字。"
            )
