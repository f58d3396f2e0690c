"""Whether a stored file opens and does nothing: the forms that an archive takes, and what may not lie in them (usability and safety, GB/T 39362).

A look at the bytes, not a search for malware: active parts and links outward are found where the form names them. What a scanner finds is
another matter.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from cms.attachments import ALLOWED
from cms.pdfapart import NotOpened, told_of_pdf
from cms.zippackage import TooManyParts, opened

# What makes a PDF act by itself or lead elsewhere; names are written without their escapes.
_ACTIVE = re.compile(
    rb"/(?:JavaScript|JS|Launch|OpenAction|AA|EmbeddedFile|RichMedia|GoToR|URI|SubmitForm|ImportData)\b"
)
_ACTIVE_WORDS = {b"/URI": "外部链接", b"/GoToR": "外部链接", b"/SubmitForm": "外部链接"}
_PACKAGES = {"docx", "xlsx", "pptx", "ofd"}
_PACKED = b"PK\x03\x04"
_MACROS = ("vbaproject.bin", "vbadata.xml")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_MACROS = ("_VBA_PROJECT".encode("utf-16-le"), "Macros".encode("utf-16-le"))
_OLE_LOCKED = "EncryptedPackage".encode("utf-16-le")
_OUTWARD = re.compile(rb'TargetMode="External"')
_LARGEST_PART = 32 << 20
_MOST_PARTS = 5000
_MOST_UNPACKED = 512 << 20  # bytes of all parts together; a package says more of itself than it is, never less
# What a broken, locked or malformed file raises while it is opened; each of them is the answer to the question.
_UNREADABLE = (OSError, ValueError, LookupError, TypeError, NotOpened, zipfile.BadZipFile, zlib.error, RuntimeError)


def opens(path: Path, ending: str) -> str:
    """Why a file of this kind cannot be opened by whoever reads it later, in half a sentence; empty where it can."""
    if ending not in ALLOWED:
        return f"格式 .{ending or '？'} 不在可归档的格式之内"
    try:
        if ending == "pdf":
            return "" if told_of_pdf(path, 0)["pages"] else "没有一页"
        if ending in _PACKAGES or _begins_with(path, _PACKED):
            with opened(path, most=_MOST_PARTS) as archive:
                if _is_vast(archive):
                    return "解压后太大，没有逐个核对"
                return "文件已损坏" if archive.testzip() else ""
        return "加了密，打不开" if _is_locked(path) else ""
    except TooManyParts:
        return "里面的文件太多，没有逐个核对"
    except _UNREADABLE:
        return "打不开，文件已损坏或者加了密"


def dangers(path: Path, ending: str) -> Iterator[str]:
    """What in the file acts by itself or leads outside, in half a sentence each."""
    if ending == "pdf":
        found = set(_ACTIVE.findall(path.read_bytes()))
        yield from sorted({_ACTIVE_WORDS.get(name, "活动内容") for name in found})
    elif _begins_with(path, _PACKED):
        with suppress(*_UNREADABLE):  # of what does not open ``opens`` tells
            yield from _in_package(path)
    elif _begins_with(path, _OLE):
        content = path.read_bytes()
        if any(mark in content for mark in _OLE_MACROS):
            yield "宏"


def _in_package(path: Path) -> Iterator[str]:
    with opened(path, most=_MOST_PARTS) as archive:
        parts = archive.infolist()
        if _is_vast(archive):
            return
        if any(part.filename.lower().endswith(_MACROS) for part in parts):
            yield "宏"
        for part in parts:
            if (
                part.filename.endswith(".rels")
                and part.file_size <= _LARGEST_PART
                and _OUTWARD.search(archive.read(part))
            ):
                yield "外部链接"
                return


def _is_vast(archive: zipfile.ZipFile) -> bool:
    return sum(part.file_size for part in archive.infolist()) > _MOST_UNPACKED


def _is_locked(path: Path) -> bool:
    return _begins_with(path, _OLE) and _OLE_LOCKED in path.read_bytes()


def _begins_with(path: Path, mark: bytes) -> bool:
    with path.open("rb") as stored:
        return stored.read(len(mark)) == mark
