"""The list of a package's files, as XML: name, SHA-256 and size of each, under the identifier that names the package's folder (Article 27)."""

import re
from collections.abc import Iterable
from typing import Any

from circulars.verifier.bundle import Member, Unreadable
from circulars.verifier.plainxml import Element, read, written

FORMAT = "gongwen-archive/1"
_SIZE = re.compile("0|[1-9][0-9]{0,17}")


def list_of(identifier: str, members: Iterable[Member]) -> bytes:
    """The list of everything in the package but itself and its signature."""
    root = Element("manifest", "", {"format": FORMAT, "identifier": identifier})
    return written(root, (_line(member) for member in sorted(members, key=lambda member: member.name)))


def listed_in(content: bytes, where: str) -> list[dict[str, Any]]:
    """The files as the list names them; raises ``Unreadable``."""
    return [
        {"name": one.attributes["name"], "sha256": one.attributes["sha256"], "size": int(one.attributes["size"])}
        for one in _read(content, where)[1]
    ]


def identifier_in(content: bytes, where: str) -> str:
    """Which package the list says it is of; raises ``Unreadable``."""
    return _read(content, where)[0].attributes["identifier"]


def _line(member: Member) -> Element:
    return Element("file", "", {"name": member.name, "sha256": member.sha256, "size": str(member.size)})


def _read(content: bytes, where: str) -> tuple[Element, list[Element]]:
    root, elements = read(content, where)
    is_ours = root.tag == "manifest" and list(root.attributes) == ["format", "identifier"]
    if not is_ours or root.attributes["format"] != FORMAT or not all(map(_is_line, elements)):
        raise Unreadable(f"{where} 的字段与约定不一致。")
    return root, elements


def _is_line(one: Element) -> bool:
    said = one.attributes
    return (
        one.tag == "file"
        and not one.text
        and list(said) == ["name", "sha256", "size"]
        and bool(_SIZE.fullmatch(said["size"]))
    )
