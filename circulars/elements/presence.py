"""What no circular can do without (2012 regulation art. 9)."""

from collections.abc import Iterator

from circulars.bodytext import too_much
from circulars.elements.problem import Facts, Problem, Snapshot
from circulars.layouts import Layout


def elements_are_present(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
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


def texts_fit_a_paper(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """A text or a table of a size that no paper has is an attachment: every reader of the circular would wait for it."""
    if why := too_much(draft["body"]):
        yield Problem("E-SIZE", "body", f"正文{why}")
    for number, attachment in enumerate(draft["attachments"], 1):
        if why := too_much(attachment["text"] or ""):
            yield Problem("E-SIZE", "attachments", f"第 {number} 个附件录入的{why}")
