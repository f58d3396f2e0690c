"""What no circular can do without (2012 regulation art. 9)."""

from collections.abc import Iterator

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
