"""The red head: who issues, in the form of the layout (2012 regulation art. 9(4); GB/T 9704-2012, 7.2.4 and 10)."""

import re
from collections.abc import Iterator

from circulars.elements.names import bears_name, is_telegram
from circulars.elements.problem import Facts, Problem, Snapshot
from circulars.layouts import Layout

_ENDINGS: dict[Layout, tuple[str, ...]] = {
    Layout.GENERAL: ("文件",),
    Layout.ORDER: ("命令", "令"),
    Layout.MINUTES: ("纪要",),
}


def mark_fits_issuer_and_layout(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """The issuer's full or standard short name, then 文件, 令 or 纪要 as the layout has it; in a letter nothing."""
    mark = draft["issuer_mark"].strip()
    if not mark or not draft["layout"]:
        return
    layout = Layout(draft["layout"])
    endings = _ENDINGS.get(layout, ())
    ending = next((each for each in endings if mark.endswith(each)), "")
    if endings and not ending and not is_telegram(draft):
        wanted = "”或“".join(endings)
        yield Problem("E-MARK", "issuer_mark", f"{layout.label}的发文机关标志应以“{wanted}”结尾。")
    elif layout is Layout.LETTER and mark.endswith("文件"):
        yield Problem("E-MARK", "issuer_mark", "信函格式的发文机关标志只写机关名称，不加“文件”二字。")
    elif (
        layout is not Layout.MINUTES
        and not is_telegram(draft)
        and not _names_issuers(mark.removesuffix(ending), draft, facts)
    ):
        yield Problem(
            "E-MARK",
            "issuer_mark",
            "发文机关标志应写发文机关的全称或规范化简称；联合行文可只写主办机关，也可按顺序写全部机关，主办机关在前。",
        )


def _names_issuers(text: str, draft: Snapshot, facts: Facts) -> bool:
    """The text is the lead body's name, or the names of all issuing bodies in their order."""
    issuers = facts.of(draft["issuers"])
    if not issuers or bears_name(text, issuers[0]):
        return True
    names = [name for name in re.split(r"[\s、，]+", text) if name]
    may_list_all = draft["layout"] != Layout.LETTER
    return (
        may_list_all
        and len(names) == len(issuers)
        and all(bears_name(name, unit) for name, unit in zip(names, issuers, strict=True))
    )
