"""Looks at one file for the archive, in a process of its own with little time and room: does it open, does it act, does it lead outside?

``python -m circulars.archive.formreader FILE ENDING`` writes one JSON line ``{"closed": …, "dangers": […]}``; it knows no Django.

A look at the bytes, not a search for malware: active parts and links outward are found where the form names them. What a scanner finds is
another matter.
"""

import io
import json
import re
import sys
import zipfile
import zlib
from pathlib import Path
from typing import IO

from cms.bounds import bind

# What makes a PDF act by itself or lead elsewhere; names are compared without their escapes.
_ACTIVE = re.compile(
    rb"/(?:JavaScript|JS|Launch|OpenAction|AA|EmbeddedFile|RichMedia|GoToR|URI|SubmitForm|ImportData)\b"
)
_ACTIVE_WORDS = {b"/URI": "外部链接", b"/GoToR": "外部链接", b"/SubmitForm": "外部链接"}
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_MACROS = ("vbaproject.bin", "vbadata.xml")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_MACROS = ("_VBA_PROJECT".encode("utf-16-le"), "Macros".encode("utf-16-le"))
_OLE_LOCKED = "EncryptedPackage".encode("utf-16-le")
_OUTWARD = re.compile(rb"TargetMode\s*=\s*[\"']External[\"']")
_PACKAGES = {"docx", "xlsx", "pptx", "ofd"}
_LARGEST_PART = 32 << 20
_MOST_UNPACKED = 512 << 20  # bytes of all parts together; a package says more of itself than it is, never less
_MOST_PARTS = 20_000
_DEEPEST = 2  # packages within the package
# What a broken, locked or malformed file raises while it is opened; each of them is the answer to the question.
_UNREADABLE = (OSError, ValueError, LookupError, TypeError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError)


class _NotLookedInto(Exception):
    """The file is larger or deeper than is looked into; the text says which."""


def look(path: Path, ending: str) -> tuple[str, list[str]]:
    """Why the file does not open, empty where it does, and what in it acts by itself or leads outside; half sentences."""
    found: set[str] = set()
    with path.open("rb") as stored:
        try:
            closed = _look(stored, ending, found)
        except _NotLookedInto as why:
            closed = str(why)
        except _UNREADABLE:
            closed = "打不开，文件已损坏或者加了密"
    return closed, sorted(found)


def _look(stored: IO[bytes], ending: str, found: set[str]) -> str:
    """Says why it does not open and adds to ``found`` what is dangerous; what is found before it breaks stays found."""
    if ending == "pdf":
        return _look_into_pdf(stored, found)
    if ending in _PACKAGES or (_begins_with(stored, b"PK\x03\x04") and zipfile.is_zipfile(stored)):
        _look_into_package(stored, found, 0)
    elif _begins_with(stored, _OLE):
        content = stored.read()
        if any(mark in content for mark in _OLE_MACROS):
            found.add("宏")
        if _OLE_LOCKED in content:
            return "加了密，打不开"
    return ""


def _look_into_pdf(stored: IO[bytes], found: set[str]) -> str:
    import pypdfium2
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    found.update(_active_words(stored.read()))
    try:
        reader = PdfFileReader(stored, strict=False)
        if reader.encrypted:
            return "加了密，打不开"
        for revision in range(reader.xrefs.total_revisions):
            for packed in reader.xrefs.object_streams_used_in(revision):
                found.update(_active_words(packed.get_object().data))
    except PdfError:
        return "打不开，文件已损坏或者加了密"
    stored.seek(0)
    shown = pypdfium2.PdfDocument(stored)
    if not len(shown):
        return "没有一页"
    for number in {0, len(shown) - 1}:  # how many it has, a file says of itself
        shown[number].get_size()
    return ""


def _active_words(content: bytes) -> set[str]:
    plain = _ESCAPED.sub(lambda escaped: bytes([int(escaped[1], 16)]), content)
    return {_ACTIVE_WORDS.get(name, "活动内容") for name in _ACTIVE.findall(plain)}


def _look_into_package(stored: IO[bytes], found: set[str], depth: int) -> None:
    """Every part is unpacked and measured; raises what says that it is broken, or ``_NotLookedInto``."""
    if depth > _DEEPEST:
        raise _NotLookedInto("压缩包套得太深，没有逐层核对")
    with zipfile.ZipFile(stored) as archive:
        parts = archive.infolist()
        if len(parts) > _MOST_PARTS:
            raise _NotLookedInto("里面的文件太多，没有逐个核对")
        if any(part.filename.lower().endswith(_MACROS) for part in parts):
            found.add("宏")
        if sum(part.file_size for part in parts) > _MOST_UNPACKED:
            raise _NotLookedInto("解压后太大，没有逐个核对")
        if archive.testzip():
            raise zipfile.BadZipFile("a part is not what its sum says")
        for part in parts:
            with archive.open(part) as unpacked:
                content = unpacked.read(_LARGEST_PART + 1)
            _look_into_part(part.filename.lower(), content, found, depth)


def _look_into_part(name: str, content: bytes, found: set[str], depth: int) -> None:
    if name.endswith(".rels") and _OUTWARD.search(content):
        found.add("外部链接")
    elif content.startswith((b"PK\x03\x04", _OLE)) and len(content) > _LARGEST_PART:
        raise _NotLookedInto("里面的文件太大，没有逐个核对")
    elif content.startswith(b"PK\x03\x04"):
        _look_into_package(io.BytesIO(content), found, depth + 1)
    elif content.startswith(_OLE) and any(mark in content for mark in _OLE_MACROS):
        found.add("宏")


def _begins_with(stored: IO[bytes], mark: bytes) -> bool:
    stored.seek(0)
    head = stored.read(len(mark))
    stored.seek(0)
    return head == mark


if __name__ == "__main__":
    bind()
    closed, dangers = look(Path(sys.argv[1]), sys.argv[2])
    sys.stdout.write(json.dumps({"closed": closed, "dangers": dangers}, ensure_ascii=False))
