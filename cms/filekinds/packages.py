"""The parts of a packed office file (OOXML, OFD): that those are there which make it what its name says, and none that may not be sent."""

import re
import tempfile
from collections.abc import Callable
from dataclasses import replace
from typing import IO

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from cms.filekinds import MEGABYTE, Bounds, Refused, damaged, locked, ole, with_macros
from cms.filekinds.directory import Placed, is_something_else_too, parts_of, unpacked

_TYPES, _RELATIONS, _OFD = "[Content_Types].xml", "_rels/.rels", "OFD.xml"
_OFFICE = {
    "wordprocessingml.document": "docx",
    "ms-word.document": "docx",
    "spreadsheetml.sheet": "xlsx",
    "ms-excel.sheet": "xlsx",
    "presentationml.presentation": "pptx",
    "ms-powerpoint.presentation": "pptx",
    "presentationml.slide": "sldx",
    "ms-visio.drawing": "vsdx",
}
_MAIN = re.compile(r"application/vnd\.(?:openxmlformats-officedocument\.)?([\w.-]+?)(\.macroEnabled)?\.main\+xml", re.I)
_ANSWERS_TO = {"docx": "docx", "wps": "docx", "xlsx": "xlsx", "et": "xlsx", "pptx": "pptx"}
# What else is kept within one of them, as a file of its own kind.
_ONLY_WITHIN = {"sldx": "sldx", "vsdx": "vsdx"}
_WITH_MACROS = re.compile(r"macroEnabled|vbaProject|macrosheet", re.I)
_MACROS = re.compile(r"(^|/)(vbaProject\w*\.bin|vbaData\.xml|JDEData\.bin)$", re.I)
_OFD_LOCKED = {"encryptions.xml", "decryptseed.dat"}
_ARCHIVES = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ\x00",
    b"MSCF",
)
# A drawing is kept packed under these names, and a sheet or text in a document under those.
_PACKED_DRAWING = re.compile(r"\.(emz|wmz|svgz)$", re.I)
_WITHIN = re.compile(r"(^|/)embeddings/[^/]+\.(docx|xlsx|pptx|sldx|vsdx|docm|xlsm|pptm|sldm|vsdm)$", re.I)
_DEEPEST = 2
# Such a part is read whole: nobody needs more to say what a file is made of.
_LARGEST_LIST = 4 * MEGABYTE
_IN_MEMORY = 4 * MEGABYTE


def look(stored: IO[bytes], bounds: Bounds, *, extension: str) -> None:
    """The package is what its name says, whole, bounded and free of what may not be sent; raises ``Refused``."""
    parts = parts_of(stored, bounds)
    if is_something_else_too(stored):
        raise Refused("同时又是另一种文件，请用原程序另存后再上传。")
    _LOOKS[extension](stored, parts, bounds, extension)
    _look_into_parts(stored, parts, bounds, depth=0)


def _look_at_ofd(stored: IO[bytes], parts: dict[str, Placed], bounds: Bounds, extension: str) -> None:
    if _OFD not in parts:
        raise _another(parts, extension)
    if any(name.lower() in _OFD_LOCKED for name in parts):
        raise locked()
    root = _xml(stored, parts[_OFD])
    documents = [
        (element.text or "").strip().lstrip("/") for element in root.iter() if _local(element.tag) == "DocRoot"
    ]
    if _local(root.tag) != "OFD" or not documents or any(name not in parts for name in documents):
        raise damaged()


def _look_at_office(stored: IO[bytes], parts: dict[str, Placed], bounds: Bounds, extension: str) -> None:
    if _TYPES not in parts or _RELATIONS not in parts:
        raise _another(parts, extension)
    found, with_programs = _kind_of(stored, parts)
    if found != (_ANSWERS_TO | _ONLY_WITHIN)[extension]:
        raise _misnamed(found, extension) if found else _not_a(extension)
    if not bounds.allows_macros and (with_programs or any(_MACROS.search(name) for name in parts)):
        raise with_macros()


def _kind_of(stored: IO[bytes], parts: dict[str, Placed]) -> tuple[str, bool]:
    """What office file it is, empty for none that we know, by the type of its main part; and whether a type says that it has macros."""
    listed = _xml(stored, parts[_TYPES])
    types = {element.get("PartName", "").lower(): element.get("ContentType", "") for element in listed}
    endings = {element.get("Extension", "").lower(): element.get("ContentType", "") for element in listed}
    with_programs = any(_WITH_MACROS.search(told) for told in (*types.values(), *endings.values()))
    for relation in _xml(stored, parts[_RELATIONS]):
        if not relation.get("Type", "").endswith("/officeDocument") or relation.get("TargetMode") == "External":
            continue
        main = "/" + relation.get("Target", "").lstrip("/").removeprefix("./")
        if main.lower() not in {f"/{name}".lower() for name in parts}:
            raise damaged()
        told = _MAIN.fullmatch(types.get(main.lower()) or endings.get(main.rpartition(".")[2].lower(), ""))
        return (_OFFICE.get(told[1], "") if told else ""), with_programs
    return "", with_programs


def _another(parts: dict[str, Placed], extension: str) -> Refused:
    """The refusal of a package that lacks what its name promises, by what it is instead."""
    if _OFD in parts:
        return _misnamed("ofd", extension)
    return _not_a(extension)


def _misnamed(found: str, extension: str) -> Refused:
    return Refused(f"里面是 .{found} 文件，名称却写成 .{extension}，请改正扩展名后再上传。")


def _not_a(extension: str) -> Refused:
    return Refused(f"的内容不是 .{extension} 文件，请用原程序另存后再上传。")


def _look_into_parts(stored: IO[bytes], parts: dict[str, Placed], bounds: Bounds, depth: int) -> None:
    """Every part has the bytes that the directory promises; files within the file are bounded by what is left of its own bounds."""
    left = replace(
        bounds,
        parts=bounds.parts - len(parts),
        unpacked=bounds.unpacked - sum(placed.part.size for placed in parts.values()),
    )
    for placed in parts.values():
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as inner:
            head = b""
            for chunk in unpacked(stored, placed):
                head = head or chunk[:8]
                if head.startswith((*_ARCHIVES, ole.MARK)):
                    inner.write(chunk)
            if inner.tell():
                _look_within(inner, placed.part.name, head, left, depth + 1)


def _look_within(inner: IO[bytes], name: str, head: bytes, bounds: Bounds, depth: int) -> None:
    if head.startswith(ole.MARK):
        ole.look(inner, bounds)
    elif found := _WITHIN.search(name):
        extension = f"{found[2][:-1]}x".lower()
        if depth > _DEEPEST or not head.startswith(b"PK\x03\x04"):
            raise _nested()
        parts = parts_of(inner, bounds)
        _look_at_office(inner, parts, bounds, extension)
        _look_into_parts(inner, parts, bounds, depth)
    elif not (head.startswith(b"\x1f\x8b") and _PACKED_DRAWING.search(name)):
        raise _nested()


def _nested() -> Refused:
    return Refused("里面套着压缩包，请取出来分别上传。", "nested")


def _xml(stored: IO[bytes], placed: Placed):
    if placed.part.size > _LARGEST_LIST:
        raise damaged()
    try:
        return fromstring(b"".join(unpacked(stored, placed)))
    except (ParseError, DefusedXmlException, LookupError, ValueError):
        raise damaged() from None


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]


_LOOKS: dict[str, Callable[[IO[bytes], dict[str, Placed], Bounds, str], None]] = {
    "ofd": _look_at_ofd,
    **dict.fromkeys(_ANSWERS_TO, _look_at_office),
}
