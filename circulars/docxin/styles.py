"""What a paragraph inherits from its style: its place in a list, its alignment, whether it is a title."""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from circulars.docxin.numbers import Numbers
from circulars.docxin.package import W

_TITLE_NAMES = {"title", "标题", "公文标题", "文件标题"}
_DEEPEST = 20


@dataclass(frozen=True)
class Look:
    align: str
    is_title: bool


def value_of(parent: Element | None, name: str) -> str:
    """The value of the child of this name, empty without one."""
    found = parent.find(f"{W}{name}") if parent is not None else None
    return "" if found is None else found.get(f"{W}val", "")


def whole(text: str) -> int:
    """A small number, 0 where there is none."""
    return int(text) if text.isdecimal() and len(text) < 4 else 0


def is_on(parent: Element | None, name: str) -> bool:
    """Whether the switch of this name is there and not turned off."""
    found = parent.find(f"{W}{name}") if parent is not None else None
    return found is not None and found.get(f"{W}val", "1") not in {"0", "false", "off"}


class Styles:
    """The styles of a document, each with what it is based on."""

    def __init__(self, styles: Element | None):
        found = list(styles.iterfind(f"{W}style")) if styles is not None else []
        self._styles = {style.get(f"{W}styleId", ""): style for style in found}
        self._default = next(
            (
                key
                for key, style in self._styles.items()
                if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in {"1", "true"}
            ),
            "",
        )
        # Which list a numbering style stands for.
        self.numbering_styles = {
            key: value_of(style.find(f"{W}pPr/{W}numPr"), "numId")
            for key, style in self._styles.items()
            if style.get(f"{W}type") == "numbering"
        }

    def look(self, own: Element | None) -> Look:
        align = value_of(own, "jc")
        is_title = False
        for _, style in self._chain(own):
            align = align or value_of(style.find(f"{W}pPr"), "jc")
            is_title = is_title or value_of(style, "name").lower() in _TITLE_NAMES
        return Look(align, is_title)

    def list_of(self, own: Element | None, numbers: Numbers) -> tuple[str, int]:
        """The list that the paragraph belongs to and its level there; no list is empty."""
        direct = own.find(f"{W}numPr") if own is not None else None
        num, place = value_of(direct, "numId"), value_of(direct, "ilvl")
        if num:
            return ("", 0) if num == "0" else (num, whole(place))
        nearest = ""
        for key, style in self._chain(own):
            nearest = nearest or key
            inherited = style.find(f"{W}pPr/{W}numPr")
            place = place or value_of(inherited, "ilvl")
            if num := value_of(inherited, "numId"):
                stands_for = numbers.level_of_style(num, nearest)
                return ("", 0) if num == "0" else (num, whole(place) if stands_for is None else stands_for)
        return "", 0

    def _chain(self, own: Element | None) -> Iterator[tuple[str, Element]]:
        """The paragraph's style and what it is based on, nearest first."""
        key = value_of(own, "pStyle") or self._default
        for _ in range(_DEEPEST):
            style = self._styles.get(key)
            if style is None:
                return
            yield key, style
            key = value_of(style, "basedOn")
