"""The text inside a file, as far as a program can read it, so that what a paper may not contain is found in its attachments too (Article 5).

Office files are read from their own parts: text, headers, footers, comments, text boxes, watermarks and the names of the parts. Pictures
have no text; of older formats every run of Chinese characters is taken. What cannot be read says so and is looked at by a person.
"""

import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import XMLParser

PAGES = 200
UNPACKED = 30 * 1024**2
ENTRIES = 5000
RATIO = 200
NESTED = 2
_ROOT = Path(__file__).resolve().parents[1]

_CHINESE = re.compile("[\u4e00-\u9fff]")
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\x00", b"MM\x00*")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class FileText:
    """What was read of a file, and why something of it was not; ``unread`` is empty when all was."""

    text: str
    unread: str = ""


class _Unreadable(Exception):
    """The rest of the file cannot be read; the text says why."""


def text_of(stored: IO[bytes]) -> FileText:
    """The text of the file by what its bytes are, whatever it is called; never raises for what is in it."""
    stored.seek(0)
    head = stored.read(8)
    stored.seek(0)
    if head.startswith(_PICTURES):
        return FileText("", "图片里的文字系统读不出来")
    kind = _kind_of(head)
    found: list[str] = []
    try:
        for piece in kind(stored):
            found.append(piece)  # noqa: PERF402  what was read before the file broke is kept
    except _Unreadable as why:
        return FileText("\n".join(found), str(why))
    text = "\n".join(found)
    return FileText(text, "" if kind is _plain or _CHINESE.search(text) else "没有读出文字，可能是扫描件")


def _kind_of(head: bytes) -> Callable[[IO[bytes]], Iterator[str]]:
    if head.startswith(b"PK"):
        return _zipped
    if head.startswith(b"%PDF"):
        return _pdf
    return _ole if head.startswith(_OLE) else _plain


def _plain(stored: IO[bytes]) -> Iterator[str]:
    """A text or a table as text, in the codes that office programs here write."""
    content = stored.read(UNPACKED + 1)
    if len(content) > UNPACKED:
        raise _Unreadable("文件太大")
    codes = ["utf-16"] if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]
    for code in codes:
        try:
            yield content.decode(code)
            return
        except UnicodeDecodeError:
            continue
    raise _Unreadable("不认识文字编码")


def _pdf(stored: IO[bytes]) -> Iterator[str]:
    """The first pages of a PDF."""
    with _on_disk(stored) as path:
        try:
            done = subprocess.run(  # noqa: S603  our own program on a path of our own
                [sys.executable, "-m", "cms.pdftext", str(path), str(PAGES)],
                cwd=_ROOT,
                capture_output=True,
                timeout=60,
                check=True,
            )
            read = json.loads(done.stdout)
        except (subprocess.SubprocessError, ValueError) as error:
            raise _Unreadable("这个 PDF 打不开，可能加了密码或已损坏") from error
    yield read["text"]
    if read["pages"] > PAGES:
        raise _Unreadable(f"共 {read['pages']} 页，只检查了前 {PAGES} 页")


@contextmanager
def _on_disk(stored: IO[bytes]) -> Iterator[Path]:
    """The file under a path of its own, wherever an upload keeps it."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as copy:
        stored.seek(0)
        shutil.copyfileobj(stored, copy)
        copy.flush()
        yield Path(copy.name)


def _zipped(stored: IO[bytes], depth: int = 0) -> Iterator[str]:
    """The names of all parts and the text of those that are XML, text or packages themselves."""
    left = UNPACKED
    try:
        with zipfile.ZipFile(stored) as package:
            parts = package.infolist()
            if len(parts) > ENTRIES:
                raise _Unreadable("里面的文件太多")
            for part in parts:
                yield _name_of(part)
            for part in parts:
                ending = part.filename.rpartition(".")[2].lower()
                if part.is_dir() or ending not in _READ:
                    continue
                if part.flag_bits & 1:
                    raise _Unreadable("文件加了密码")
                if part.file_size > left or part.file_size > RATIO * max(part.compress_size, 1024):
                    raise _Unreadable("解开后太大")
                with package.open(part) as opened:
                    content = opened.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise _Unreadable("解开后太大")
                yield from _part(ending, content, depth)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError, RuntimeError) as error:
        raise _Unreadable("文件打不开，可能已损坏") from error


_PACKAGES = {"docx", "xlsx", "pptx", "ofd", "docm", "xlsm", "zip"}
_OLD = {"doc", "xls", "ppt", "wps", "et", "bin"}
_READ = {"xml", "rels", "vml", "txt", "csv", "htm", "html", "svg"} | _PACKAGES | _OLD


def _part(ending: str, content: bytes, depth: int) -> Iterator[str]:
    if ending in _PACKAGES:
        if depth == NESTED:
            raise _Unreadable("里面套的文件太深")
        yield from _zipped(io.BytesIO(content), depth + 1)
    elif ending in _OLD:
        yield from _ole(io.BytesIO(content), must_read=False)
    elif ending in {"txt", "csv"}:
        yield from _plain(io.BytesIO(content))
    elif content:
        yield from _xml(content)


def _name_of(part: zipfile.ZipInfo) -> str:
    """The name as its writer meant it: Chinese programs write GBK without saying so."""
    if part.flag_bits & 0x800:
        return part.filename
    try:
        return part.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return part.filename


# Elements that end a line, and those inside which a sheet's codes for its header stand beside the text.
_LINES = {
    "p",
    "si",
    "is",
    "row",
    "TextObject",
    "comment",
    "br",
    "tab",
    "cr",
    "title",
    "subject",
    "keywords",
    "category",
}
_SHEET_EDGES = {"oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"}
_EDGE_CODES = re.compile(r'&"[^"]*"|&K[0-9A-F]{6}|&\d+|&[A-Za-z]')
# Text that stands in an attribute: a watermark, what is said of a picture, the name of a sheet.
_SPOKEN = {"string", "descr", "title", "alt"}


class _Lines:
    """What an XML parser tells, gathered into a line for each paragraph, however many pieces it was written in."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.line: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        if name in _SHEET_EDGES:
            self._end_line()
        for attribute, value in attributes.items():
            if _local(attribute) in _SPOKEN or (name, attribute) == ("sheet", "name"):
                self.found.append(value)

    def data(self, text: str) -> None:
        self.line.append(text)

    def end(self, tag: str) -> None:
        name = _local(tag)
        if name in _SHEET_EDGES:
            self.line = [_EDGE_CODES.sub("\n", "".join(self.line))]
        if name in _LINES or name in _SHEET_EDGES:
            self._end_line()

    def close(self) -> list[str]:
        self._end_line()
        return self.found

    def _end_line(self) -> None:
        self.found.append("".join(self.line))
        self.line.clear()


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _xml(content: bytes) -> Iterator[str]:
    """The text of an XML part."""
    lines = _Lines()
    try:
        parser = XMLParser(target=lines)
        parser.feed(content)
        parser.close()
    except (ParseError, DefusedXmlException, LookupError, ValueError) as error:
        yield from lines.close()
        raise _Unreadable("里面有不合格式的内容") from error
    yield from (line for line in lines.close() if line.strip())


_WIDE = re.compile("[\\u2000-\\u303f\\u4e00-\\u9fff\\uff00-\\uffef\\x20-\\x7e\\r\\n]{2,}")
_GBK = re.compile(rb"(?:[\x81-\xfe][\x40-\xfe]|[\x20-\x7e\r\n]){2,}")
_SENSE = 8
_LOCKED = "EncryptedPackage".encode("utf-16-le")


def _ole(stored: IO[bytes], *, must_read: bool = True) -> Iterator[str]:
    """Every run of Chinese in a file of the older office formats: they keep text as UTF-16, and names and notes as GBK."""
    content = stored.read(UNPACKED + 1)
    if _LOCKED in content:
        raise _Unreadable("文件加了密码")
    makes_sense = False
    for start in (0, 1):
        for run in _WIDE.findall(content[start:UNPACKED].decode("utf-16-le", errors="replace")):
            if _CHINESE.search(run):
                makes_sense = makes_sense or _is_chinese(run)
                yield run
    for run in _GBK.findall(content[:UNPACKED]):
        if len(run) < 4096 or b"\xc3\xdc" in run:  # 密 in GBK
            yield run.decode("gbk", errors="replace")
    if len(content) > UNPACKED:
        raise _Unreadable("文件太大，只检查了前面一部分")
    if must_read and not makes_sense:
        raise _Unreadable("没有读出文字，可能加了密码或是扫描件")


def _is_chinese(run: str) -> bool:
    """Whether the run reads as common Chinese; chance makes rare characters out of any bytes."""
    common = 0
    for c in run:
        common = common + 1 if "\u4e00" <= c <= "\u9fff" and _is_common(c) else 0
        if common == _SENSE:
            return True
    return False


@cache
def _is_common(c: str) -> bool:
    try:
        c.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
