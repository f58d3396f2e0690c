"""XML written in one way only: a root, and below it one element to a line with attributes and text; so that nothing in it is free.

Any program reads it as XML. Ours reads it line by line and needs no parser that a hostile file could exhaust.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from circulars.verifier.bundle import MOST_VALUES, TooMuch, Unreadable

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAME = "[a-z][a-z0-9_]*"
_ATTRIBUTES = rf'((?: {_NAME}="[^"<>\n]*")*)'
_OPENING = re.compile(rf"<({_NAME}){_ATTRIBUTES}>")
_LINE = re.compile(rf"<({_NAME}){_ATTRIBUTES}>([^<>\n]*)</\1>")
_PAIR = re.compile(rf' ({_NAME})="([^"]*)"')
_SIGNS = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}
_UNSAID = {said: sign for sign, said in _SIGNS.items()}
_ESCAPE = re.compile(r"&(?:amp|lt|gt|quot|#10|#9|#13);|&")
# What XML cannot hold at all stands as the sign for a character that is none.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Element:
    """One element; of the root the text is empty."""

    tag: str
    text: str = ""
    attributes: dict[str, str] = field(default_factory=dict)


def written(root: Element, elements: Iterable[Element]) -> bytes:
    """The one text of these elements."""
    lines = [f"<{root.tag}{_attributes(root)}>"]
    lines += [f"<{one.tag}{_attributes(one)}>{_said(one.text)}</{one.tag}>" for one in elements]
    return (_HEAD + "\n".join([*lines, f"</{root.tag}>"]) + "\n").encode()


def read(content: bytes, where: str) -> tuple[Element, list[Element]]:
    """The root and its elements; raises ``Unreadable`` for a text that is not written in the one way."""
    if content.count(b"\n") > MOST_VALUES:
        raise TooMuch(f"{where} 的内容过多。")
    try:
        lines = content.decode().removeprefix(_HEAD).split("\n")
    except UnicodeDecodeError:
        raise Unreadable(f"{where} 不是 UTF-8 文本，文件已损坏。") from None
    opening, found = _OPENING.fullmatch(lines[0]), [_LINE.fullmatch(line) for line in lines[1:-2]]
    if opening is None or not all(found):
        raise Unreadable(f"{where} 不是约定的 XML 文本，文件已损坏。")
    root = Element(opening[1], "", _pairs(opening[2]))
    elements = [Element(line[1], _read(line[3]), _pairs(line[2])) for line in found if line]
    if written(root, elements) != content:
        raise Unreadable(f"{where} 的写法与约定不一致。")
    return root, elements


def _attributes(one: Element) -> str:
    return "".join(f' {name}="{_said(value)}"' for name, value in one.attributes.items())


def _pairs(text: str) -> dict[str, str]:
    return {name: _read(value) for name, value in _PAIR.findall(text)}


def _said(text: str) -> str:
    return re.sub('[&<>"\n\t\r]', lambda sign: _SIGNS[sign[0]], _NO_XML.sub("\ufffd", text))


def _read(text: str) -> str:
    return _ESCAPE.sub(lambda said: _UNSAID.get(said[0], "\0"), text)
