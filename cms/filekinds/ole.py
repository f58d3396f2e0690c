"""A file of the older office formats (OLE): its streams by path, what kind it is, whether it is locked or brings macros."""

import os
import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from cms.filekinds import Bounds, Refused, damaged, locked, with_macros

MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_HEAD, _LISTED = 512, 109
_LAST = 0xFFFFFFFA  # from here on numbers of sectors are signs
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_MOST_STREAMS = 20_000
_MOST_GLOBALS = 8 * 1024**2
# The stream that makes the file what it is, and what such a file is called.
_MAIN = {"worddocument": "doc", "workbook": "xls", "book": "xls", "powerpoint document": "ppt"}
_ANSWERS_TO = {"doc": {"doc"}, "wps": {"doc"}, "xls": {"xls"}, "et": {"xls"}}
_MACROS = {"macros", "_vba_project_cur", "_vba_project", "vba", "jdedata.bin", "jdedata"}
_LOCKED = {"encryptedpackage", "encryptioninfo", "\x09drmcontent", "\x06dataspaces"}
# Records of a workbook: its password, a sheet of it, its end; and what kind of sheet holds macros.
_FILEPASS, _SHEET, _EOF, _SHEET_OF_MACROS = 0x2F, 0x85, 0x0A, 1
_ENCRYPTED = 0x100  # of a text, in its first record


@dataclass(frozen=True)
class _Entry:
    kind: int
    start: int
    size: int


def look(stored: IO[bytes], bounds: Bounds, *, extension: str = "") -> None:
    """The file is of its kind, open and without programs of its own; raises ``Refused``. Without an extension it is a part of another file."""
    file = _Ole(stored)
    names = {path.rpartition("/")[2] for path in file.entries}
    at_top = {path for path in file.entries if "/" not in path}
    if at_top & _LOCKED:
        raise locked()
    kind = next((kind for name, kind in _MAIN.items() if name in at_top), "")
    if extension and kind not in _ANSWERS_TO.get(extension, set()):
        known = kind and f"里面是 .{kind} 文件，名称却写成 .{extension}，请改正扩展名后再上传。"
        raise Refused(known or f"的内容不是 .{extension} 文件，请用原程序另存后再上传。")
    has_macros = bool(names & _MACROS)
    if "worddocument" in at_top and _flags_of(file) & _ENCRYPTED:
        raise locked()
    for name in at_top & {"workbook", "book"}:
        has_macros = _looked_into_book(file, name) or has_macros
    if has_macros and not bounds.allows_macros:
        raise with_macros()


def is_locked(stored: IO[bytes]) -> bool:
    """Whether the file is an office file that a password was put around."""
    try:
        return any(path in _LOCKED for path in _Ole(stored).entries)
    except Refused:
        return False


def _flags_of(file: "_Ole") -> int:
    head = b"".join(file.stream("worddocument", 12))
    if len(head) < 12:
        raise damaged()
    return int.from_bytes(head[10:12], "little")


def _looked_into_book(file: "_Ole", name: str) -> bool:
    """Whether a sheet of the workbook is one of macros; raises ``Refused`` for one that is locked."""
    content = b"".join(file.stream(name, _MOST_GLOBALS))
    at, has_macros = 0, False
    while at + 4 <= len(content):
        kind, length = struct.unpack_from("<2H", content, at)
        if kind == _FILEPASS:
            raise locked()
        if kind == _SHEET and length >= 6 and at + 9 < len(content):
            has_macros = has_macros or content[at + 9] & 0x0F == _SHEET_OF_MACROS
        if kind == _EOF:
            break
        at += 4 + length
    return has_macros


class _Ole:
    """The streams and storages of the file by their paths in small letters; raises ``Refused`` when they cannot be read."""

    def __init__(self, stored: IO[bytes]):
        self._stored = stored
        self._size = stored.seek(0, os.SEEK_END)
        stored.seek(0)
        head = stored.read(_HEAD)
        if len(head) < _HEAD or not head.startswith(MARK):
            raise damaged()
        shift, small_shift = struct.unpack_from("<2H", head, 30)
        if shift not in (9, 12) or small_shift != 6:
            raise damaged()
        self._sector, self._small = 1 << shift, 1 << small_shift
        directory, self._least, small_table = (struct.unpack_from("<L", head, at)[0] for at in (48, 56, 60))
        self._table = self._table_of(head)
        self.entries = self._entries_of(b"".join(self._chain(directory)))
        self._small_table = array("I")
        for raw in self._chain(small_table):
            self._small_table.frombytes(raw)
        self._smalls = b""

    def stream(self, path: str, most: int) -> Iterator[bytes]:
        """The first so many bytes of the stream."""
        entry = self.entries[path]
        left = min(entry.size, most)
        if entry.kind != _STREAM:
            raise damaged()
        for raw in self._small_chain(entry.start) if entry.size < self._least else self._chain(entry.start):
            yield raw[:left]
            left -= len(raw)
            if left <= 0:
                return

    def _sector_at(self, number: int) -> bytes:
        self._stored.seek((number + 1) * self._sector)
        raw = self._stored.read(self._sector)
        if not raw:
            raise damaged()
        return raw.ljust(self._sector, b"\0")  # the last one may be cut where its content ends

    def _table_of(self, head: bytes) -> "array[int]":
        """Which sector follows which."""
        most = self._size // self._sector + 1
        listed = list(struct.unpack_from(f"<{_LISTED}L", head, 76))
        further, seen = struct.unpack_from("<L", head, 68)[0], 0
        while further < _LAST:
            *more, further = struct.unpack(f"<{self._sector // 4}L", self._sector_at(further))
            listed += more
            seen += 1
            if seen > most:
                raise damaged()
        table = array("I")
        for number in listed:
            if number < _LAST:
                table.frombytes(self._sector_at(number))
            if len(table) > most + self._sector * _LISTED:
                raise damaged()
        return table

    def _chain(self, number: int) -> Iterator[bytes]:
        left = min(len(self._table), self._size // self._sector) + 1  # a chain is no longer than the file
        while number < _LAST:
            left -= 1
            if left < 0 or number >= len(self._table):
                raise damaged()
            yield self._sector_at(number)
            number = self._table[number]

    def _small_chain(self, number: int) -> Iterator[bytes]:
        self._smalls = self._smalls or b"".join(self._chain(self._root.start))[: self._root.size]
        left = len(self._small_table) + 1
        while number < _LAST:
            left -= 1
            if left < 0 or number >= len(self._small_table):
                raise damaged()
            yield self._smalls[number * self._small : (number + 1) * self._small]
            number = self._small_table[number]

    def _entries_of(self, listed: bytes) -> dict[str, _Entry]:
        raw = [listed[at : at + 128] for at in range(0, len(listed) - 127, 128)]
        if not raw or len(raw) > _MOST_STREAMS or raw[0][66] != _ROOT:
            raise damaged()
        self._root = _entry(raw[0])
        found: dict[str, _Entry] = {}
        waiting, seen = [(struct.unpack_from("<L", raw[0], 76)[0], "")], {0}
        while waiting:
            number, above = waiting.pop()
            if number >= _LAST:
                continue
            if number >= len(raw) or number in seen:
                raise damaged()
            seen.add(number)
            entry = raw[number]
            left, right, inside = struct.unpack_from("<3L", entry, 68)
            name = above + _name(entry)
            found[name] = _entry(entry)
            waiting += [(left, above), (right, above)]
            if entry[66] == _STORAGE:
                waiting.append((inside, f"{name}/"))
        return found


def _name(entry: bytes) -> str:
    length = struct.unpack_from("<H", entry, 64)[0]
    return entry[: max(min(length, 64) - 2, 0)].decode("utf-16-le", errors="replace").lower()


def _entry(raw: bytes) -> _Entry:
    start, size = struct.unpack_from("<2L", raw, 116)
    return _Entry(raw[66], start, size)
