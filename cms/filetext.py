"""The text inside a file, as far as a program can read it, so that what a paper may not contain is found in its attachments too (Article 5).

Office files are read from their own parts: text, headers, footers, comments, text boxes, watermarks and the names of the parts. Pictures
have no text; of older formats every run of Chinese characters is taken. Whatever may hold text and was not read says so and is looked at
by a person, be it the whole file or one part of it.
"""

import io
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from cms.oletext import is_locked, read_ole
from cms.pdfapart import NotOpened, told_of_pdf
from cms.xmltext import read_xml
from cms.zippackage import TooManyParts, opened

PAGES = 200
UNPACKED = 30 * 1024**2
ENTRIES = 5000
RATIO = 200
NESTED = 2

_CHINESE = re.compile("[\u4e00-\u9fff]")
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\x00", b"MM\x00*")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class FileText:
    """What was read of a file: the text of its pages; what it holds ``beside`` them, names, properties, struck-out and hidden words, each
    for itself; and why something of it was not read, empty when all was.
    """

    text: str
    beside: tuple[str, ...] = ()
    unread: str = ""


class _Unreadable(Exception):
    """The rest of the file, or of the part of a package, cannot be read; the text says why."""


@dataclass
class _Reading:
    """What has been found so far, and how much may still be unpacked."""

    lines: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    left: int = UNPACKED

    def miss(self, why: object) -> None:
        """Something was not read; each reason is told once."""
        if str(why) not in self.unread:
            self.unread.append(str(why))


def text_of(stored: IO[bytes]) -> FileText:
    """The text of the file by what its bytes are, whatever it is called; never raises for what is in it."""
    stored.seek(0)
    head = stored.read(8)
    stored.seek(0)
    if head.startswith(_PICTURES):
        return FileText("", unread="图片里的文字系统读不出来")
    kind, reading = _kind_of(head), _Reading()
    try:
        kind(stored, reading)
    except _Unreadable as why:
        reading.miss(why)
    text = "\n".join(reading.lines)
    if kind is not _plain and not reading.unread and not _CHINESE.search(text):
        reading.miss("没有读出文字，可能是扫描件")
    return FileText(text, tuple(reading.beside), "，".join(reading.unread))


def _kind_of(head: bytes) -> Callable[[IO[bytes], _Reading], None]:
    if head.startswith(b"PK"):
        return _zipped
    if head.startswith(b"%PDF"):
        return _pdf
    return _ole if head.startswith(_OLE) else _plain


def _plain(stored: IO[bytes], reading: _Reading) -> None:
    """A text or a table as text, in the codes that office programs here write."""
    content = stored.read(UNPACKED + 1)
    if len(content) > UNPACKED:
        raise _Unreadable("文件太大")
    codes = ["utf-16"] if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]
    for code in codes:
        try:
            reading.lines.append(content.decode(code))
            return
        except UnicodeDecodeError:
            continue
    raise _Unreadable("不认识文字编码")


def _pdf(stored: IO[bytes], reading: _Reading) -> None:
    """The first pages of a PDF."""
    with _on_disk(stored) as path:
        try:
            read = told_of_pdf(path, PAGES)
        except NotOpened as error:
            raise _Unreadable("这个 PDF 打不开，可能加了密码或已损坏") from error
    reading.lines.append(read["text"])
    if read["pictures"]:
        reading.miss(f"有 {read['pictures']} 页是图片")
    if read["pages"] > PAGES:
        reading.miss(f"共 {read['pages']} 页，只检查了前 {PAGES} 页")


@contextmanager
def _on_disk(stored: IO[bytes]) -> Iterator[Path]:
    """The file under a path of its own, wherever an upload keeps it."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as copy:
        stored.seek(0)
        shutil.copyfileobj(stored, copy)
        copy.flush()
        yield Path(copy.name)


_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError, RuntimeError)
_PACKAGES = {"docx", "xlsx", "pptx", "ofd", "docm", "xlsm", "zip"}
_OLD = {"doc", "xls", "ppt", "wps", "et", "bin"}
_MARKED_UP = {"xml", "rels", "vml", "htm", "html", "svg"}
_DRAWN = {"png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "webp", "emf", "wmf", "wdp", "jp2", "jb2", "pdf"}
# Parts that bear no text for a reader: type, signatures, seals, the small picture of the first page.
_NO_TEXT = re.compile(
    r"(^|/)(Signs|_xmlsignatures)/|(^|/)docProps/thumbnail\.\w+$|\.(ttf|otf|ttc|odttf|fntdata)$", re.I
)
# Parts that tell of the file and are not on its pages.
_PROPERTIES = re.compile(r"(^|/)(docProps|customXml)/|(^|/)(OFD|\[Content_Types\])\.xml$|\.rels$", re.I)


def _zipped(stored: IO[bytes], reading: _Reading, depth: int = 0) -> None:
    """The names of all parts and the text of those that are XML, text or packages themselves; what breaks in one part spares the others."""
    try:
        with opened(stored, most=ENTRIES) as package:
            parts = package.infolist()
            reading.beside += map(_name_of, parts)
            for part in parts:
                try:
                    _part(package, part, reading, depth)
                except _Unreadable as why:
                    reading.miss(why)
                except _BROKEN:
                    reading.miss("里面有损坏的内容")
    except TooManyParts as error:
        raise _Unreadable("里面的文件太多") from error
    except _BROKEN as error:
        raise _Unreadable("文件打不开，可能已损坏") from error


def _part(package: zipfile.ZipFile, part: zipfile.ZipInfo, reading: _Reading, depth: int) -> None:
    ending = part.filename.rpartition(".")[2].lower()
    if part.is_dir() or _NO_TEXT.search(part.filename):
        return
    if ending in _DRAWN:
        raise _Unreadable("里面的 PDF 没有读" if ending == "pdf" else "里面的图片读不出文字")
    if ending not in _MARKED_UP | _PACKAGES | _OLD | {"txt", "csv"}:
        raise _Unreadable("里面有系统不读的文件")
    content = _content(package, part, reading)
    if ending in _PACKAGES:
        if depth == NESTED:
            raise _Unreadable("里面套的文件太深")
        _zipped(io.BytesIO(content), reading, depth + 1)
    elif ending in _OLD:
        is_object = ending != "bin" or "embeddings/" in part.filename
        _ole(io.BytesIO(content), reading, must_read=is_object)
    elif ending in {"txt", "csv"}:
        _plain(io.BytesIO(content), reading)
    elif content:
        _xml(content, reading, is_page=not _PROPERTIES.search(part.filename))


def _content(package: zipfile.ZipFile, part: zipfile.ZipInfo, reading: _Reading) -> bytes:
    """The part unpacked, whatever size its entry claims."""
    if part.flag_bits & 1:
        raise _Unreadable("文件加了密码")
    if part.file_size > reading.left or part.file_size > RATIO * max(part.compress_size, 1024):
        raise _Unreadable("解开后太大")
    with package.open(part) as opened:
        content = opened.read(reading.left + 1)
    reading.left -= len(content)
    if reading.left < 0:
        raise _Unreadable("解开后太大")
    return content


def _name_of(part: zipfile.ZipInfo) -> str:
    """The name as its writer meant it: Chinese programs write GBK without saying so."""
    if part.flag_bits & 0x800:
        return part.filename
    try:
        return part.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return part.filename


def _xml(content: bytes, reading: _Reading, *, is_page: bool) -> None:
    found = read_xml(content)
    reading.beside += found.beside if is_page else [*found.lines, *found.beside]
    reading.lines += found.lines if is_page else []
    if not found.is_whole:
        raise _Unreadable("里面有不合格式的内容")


def _ole(stored: IO[bytes], reading: _Reading, *, must_read: bool = True) -> None:
    """A file of the older office formats, or what one of them embeds."""
    content = stored.read(UNPACKED + 1)
    if is_locked(content):
        raise _Unreadable("文件加了密码")
    found = read_ole(content[:UNPACKED])
    reading.lines += found.runs
    if len(content) > UNPACKED:
        raise _Unreadable("文件太大，只检查了前面一部分")
    if must_read and not found.makes_sense:
        raise _Unreadable("没有读出文字，可能加了密码或是扫描件")
