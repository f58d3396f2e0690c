"""The attachments and the note that names them (2012 regulation art. 9(11), (15))."""

from collections.abc import Iterator

from circulars.elements.problem import Facts, Problem, Snapshot
from cms.quotes import cited


def attachments_have_title_and_content(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """The note names each attachment, and each named attachment is there."""
    for number, attachment in enumerate(draft["attachments"], 1):
        if not attachment["title"]:
            yield Problem("E-ATTACHMENT", "attachments", f"第 {number} 个附件没有名称，请填写。")
        elif attachment["title"].endswith(("。", "，", "；", "：", "、", ".", ";", ",", ":")):
            yield Problem("E-ATTACHMENT", "attachments", f"附件名称{cited(attachment['title'])}后面不加标点，请删去。")
        if not attachment["digest"] and not (attachment["text"] or "").strip():
            yield Problem(
                "E-ATTACHMENT", "attachments", f"附件{cited(attachment['title'])}没有内容，请上传文件或直接录入文字。"
            )


def promised_attachments_are_there(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """A body that speaks of an attachment has one, or means another paper's."""
    if "附件" in draft["body"] and not draft["attachments"]:
        yield Problem("E-ATTACHMENT", "attachments", "正文提到了附件，但没有添加附件，请核对是否漏附。", is_error=False)
