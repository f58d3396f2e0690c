"""A draft while its elements are being told apart: the items not told yet, and what has been told of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from circulars.docxin.reading import Line, Rows

Item = Line | Rows

# How the name of a body ends.
BODY_NAME = re.compile(r"(政府|委员会|委|局|办公室|厅|部|处|中心|公司|院|会|署|党组|集团|支队|学校)$")


@dataclass(frozen=True)
class TypedAttachment:
    title: str
    text: str


@dataclass
class Sheet:
    """The items not told apart yet, and what has been told of them."""

    items: list[Item]
    title: str = ""
    primary_text: str = ""
    signatures: str = ""
    annotation: str = ""
    cc_text: str = ""
    attachments: list[TypedAttachment] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def text_of(items: Sequence[Item]) -> str:
    """The items in the form of a body; a blank line keeps two tables apart."""
    lines: list[str] = []
    for place, item in enumerate(items):
        if isinstance(item, Rows):
            if place and isinstance(items[place - 1], Rows):
                lines.append("")
            lines += item.lines()
        else:
            lines.append(item.text)
    return "\n".join(lines)
