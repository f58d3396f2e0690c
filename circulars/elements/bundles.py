"""One file is one circular: no second paper in the body, in an attachment or in the title (R-ONE1)."""

import re
from collections.abc import Iterator

from circulars.elements.problem import Facts, Problem, Snapshot
from circulars.layouts import DocumentType
from circulars.numbering import YEARLY_FORM

_TYPES = "|".join(label for kind in DocumentType for label in [kind.label.replace("（令）", "")])
_TITLE_LINE = re.compile(rf"关于.+的[^的]{{0,8}}(?:{_TYPES})$")
_TWO_TITLES = re.compile(rf"关于.+的(?:{_TYPES})(?:、|，|；|和|及|以及|与).*关于.+的(?:{_TYPES})$")
_HANDLES_OTHERS = re.compile(r"转发|批转|印发|废止|修改|答复")
# A head is a number alone on its line with a title close below it; a number within a sentence is a citation.
_CLOSE = 3


def no_second_paper_is_bound_in(draft: Snapshot, facts: Facts) -> Iterator[Problem]:
    """A second head in the body is an error; in the title or an attachment the reviewer decides."""
    if heads := _heads(draft["body"]):
        yield Problem("R-ONE1", "body", f"正文里夹有另一份公文（{heads[0]}）。一件一文，请分开拟稿或改作附件。")
    if _HANDLES_OTHERS.search(draft["title"]):
        return
    if _TWO_TITLES.search(re.sub(r"《[^》]*》", "", draft["title"])):
        yield Problem("R-ONE1", "title", "标题像是合并了几份公文。一件一文，请核对是否应分开行文。", is_error=False)
    elif heads := [head for row in draft["attachments"] for head in _heads(row["text"] or "")]:
        yield Problem(
            "R-ONE1",
            "attachments",
            f"附件里有一份完整的公文（{heads[0]}），请核对是否应单独行文或转发。",
            is_error=False,
        )


def _heads(text: str) -> list[str]:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return [
        line
        for place, line in enumerate(lines)
        if YEARLY_FORM.fullmatch(line) and any(map(_TITLE_LINE.search, lines[place + 1 : place + 1 + _CLOSE]))
    ]
