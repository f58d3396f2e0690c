"""The directory of a packed file, read without unpacking anything: every byte of the file belongs to one part, and every part is bounded.

Programs that unpack differ in which of two contradicting records they believe. A file in which two could be read differently is no file that
an office program wrote, and is refused.
"""

import os
import re
import struct
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from cms.filekinds import MEGABYTE, Bounds, Refused, damaged, locked

_END, _LARGE_END, _LARGE_WAY = struct.Struct("<4s4H2LH"), struct.Struct("<4sQ2H2L4Q"), struct.Struct("<4sLQL")
_ENTRY, _BEGIN = struct.Struct("<4s4B4HL2L5H2L"), struct.Struct("<4s5HL2L2H")
_END_MARK, _LARGE_END_MARK, _LARGE_WAY_MARK = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_ENTRY_MARK, _BEGIN_MARK = b"PK\x01\x02", b"PK\x03\x04"
_FULL, _LARGE = 0xFFFF, 0xFFFFFFFF
_LOCKED_FLAGS, _FOLLOWED, _UTF8 = 0x2041, 0x8, 0x800
_STORED, _DEFLATED = 0, 8
_KIND, _KINDS = 0o170000, {0, 0o100000, 0o040000}  # of a plain file or a folder, where the maker says so
_OF_A_PART = 256  # bytes of the directory; names of parts are short
# How long the record is that may follow a part whose size was not known when it was begun; some makers leave it out.
_FOLLOWING = {0, 12, 16, 20, 24}
_ELSEWHERE = re.compile(r"[\\\x00-\x1f]|^[A-Za-z]:|^/|^$|(^|/)\.\.(/|$)")
# Anything so small may grow as it likes.
_SMALL = 5 * MEGABYTE
_CHUNK = 256 * 1024
# Another kind of file may begin this far in, for readers that look for it.
_HEAD = 1024


@dataclass(frozen=True)
class Part:
    """One part by what the directory and its own beginning say of it alike."""

    name: str
    size: int
    packed: int
    checksum: int
    is_packed: bool
    at: int  # where its beginning stands
    is_followed: bool = False

    @property
    def is_folder(self) -> bool:
        return self.name.endswith("/")


@dataclass(frozen=True)
class Placed:
    """A part and where its bytes lie."""

    part: Part
    data: int


def parts_of(stored: IO[bytes], bounds: Bounds) -> dict[str, Placed]:
    """The parts by name; raises ``Refused`` for a directory that is too long, promises too much, hides something or contradicts the file."""
    count, length, start = _end_of(stored)
    if count > bounds.parts or length > bounds.parts * _OF_A_PART:
        raise Refused(f"里面的部分超过 {bounds.parts} 个，请拆分后再上传。", "parts")
    stored.seek(start)
    listed = list(_entries(stored.read(length), count))
    _measure(listed, bounds)
    _tell_apart(listed)
    return {placed.part.name: placed for placed in _placed(stored, listed, start)}


def unpacked(stored: IO[bytes], placed: Placed) -> Iterator[bytes]:
    """The bytes of a part, little by little; raises ``Refused`` when they are not as many, or not those, that the directory promises."""
    part = placed.part
    left, checksum, size, rest = part.packed, 0, 0, b""
    inflate = zlib.decompressobj(-zlib.MAX_WBITS) if part.is_packed else None
    stored.seek(placed.data)
    while raw := rest or stored.read(min(left, _CHUNK)):
        left -= 0 if rest else len(raw)
        chunk, rest = _inflated(inflate, raw) if inflate else (raw, b"")
        size, checksum = size + len(chunk), zlib.crc32(chunk, checksum)
        if size > part.size:
            raise damaged()
        yield chunk
    if inflate:
        chunk = inflate.flush()
        size, checksum = size + len(chunk), zlib.crc32(chunk, checksum)
        yield chunk
    if left or (inflate and not inflate.eof) or (size, checksum) != (part.size, part.checksum):
        raise damaged()


def _inflated(inflate: Any, raw: bytes) -> tuple[bytes, bytes]:
    """So much of it unpacked as fits into a chunk, and what is left to unpack."""
    try:
        chunk = inflate.decompress(raw, _CHUNK)
    except zlib.error:
        raise damaged() from None
    if inflate.unused_data:
        raise damaged()
    return chunk, inflate.unconsumed_tail


def _end_of(stored: IO[bytes]) -> tuple[int, int, int]:
    """How many parts the directory has, how long it is and where it begins; it ends where the file does, but for the record that says so."""
    size = stored.seek(0, os.SEEK_END)
    tail_at = max(size - _END.size - _LARGE_WAY.size - _LARGE_END.size, 0)
    stored.seek(tail_at)
    tail = stored.read()
    at = len(tail) - _END.size
    if at < 0 or not tail.startswith(_END_MARK, at):
        raise damaged()
    _, disk, first_disk, here, count, length, start, comment = _END.unpack_from(tail, at)
    end = tail_at + at
    way = at - _LARGE_WAY.size
    if way >= _LARGE_END.size and tail.startswith(_LARGE_WAY_MARK, way):
        end = tail_at + way - _LARGE_END.size
        record = _LARGE_END.unpack_from(tail, way - _LARGE_END.size)
        if record[0] != _LARGE_END_MARK or _LARGE_WAY.unpack_from(tail, way)[2] != end:
            raise damaged()
        large = (record[6], record[7], record[8], record[9])
        plain = zip((here, count, length, start), (_FULL, _FULL, _LARGE, _LARGE), large, strict=True)
        if any(said not in (full, true) for said, full, true in plain):
            raise damaged()
        here, count, length, start = large
    if disk or first_disk or comment or here != count or start + length != end:
        raise damaged()
    return count, length, start


def _entries(listed: bytes, count: int) -> Iterator[Part]:
    at = 0
    for _ in range(count):
        if at + _ENTRY.size > len(listed):
            raise damaged()
        entry = _ENTRY.unpack_from(listed, at)
        mark, flags, method, checksum, packed, size = entry[0], *entry[5:7], *entry[9:12]
        names, extras, comments, disk, _, outside, begin = entry[12:19]
        at += _ENTRY.size
        name, extra = listed[at : at + names], listed[at + names : at + names + extras]
        at += names + extras + comments
        if mark != _ENTRY_MARK or at > len(listed) or disk not in (0, _FULL):
            raise damaged()
        if flags & _LOCKED_FLAGS:
            raise locked()
        if method not in (_STORED, _DEFLATED):
            raise Refused("的压缩方法收文单位未必打得开，请用原程序另存后再上传。", "method")
        if (outside >> 16) & _KIND not in _KINDS:
            raise Refused("里面有指向别处的链接，请用原程序另存后再上传。", "names")
        size, packed, begin = _large(extra, size, packed, begin)
        yield Part(_named(name, flags), size, packed, checksum, method == _DEFLATED, begin, bool(flags & _FOLLOWED))
    if at != len(listed):
        raise damaged()


def _large(extra: bytes, *said: int) -> list[int]:
    """These numbers, from the extra record for large ones where they do not fit into their place."""
    wanted = sum(number == _LARGE for number in said)
    at, found = 0, b""
    while wanted and at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind == 1:
            found = extra[at + 4 : at + 4 + length]
            break
        at += 4 + length
    if len(found) < 8 * wanted:
        raise damaged()
    large = iter(struct.unpack_from(f"<{wanted}Q", found))
    return [next(large) if number == _LARGE else number for number in said]


def _named(name: bytes, flags: int) -> str:
    """The name as its writer meant it (Chinese programs write GBK without saying so); raises ``Refused`` for one that leads elsewhere."""
    for code in ("utf-8",) if flags & _UTF8 else ("gb18030", "cp437"):
        try:
            read = name.decode(code)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise damaged()
    if _ELSEWHERE.search(read):
        raise Refused("里面有的文件名指向别处，请用原程序另存后再上传。", "names")
    return read


def _measure(listed: list[Part], bounds: Bounds) -> None:
    if sum(part.size for part in listed) > bounds.unpacked:
        raise Refused(f"解开后超过 {bounds.unpacked // MEGABYTE} MB，请减少图片或者拆分后再上传。", "unpacked")
    for part in listed:
        if part.size > bounds.part:
            raise Refused(
                f"里面有一部分解开后超过 {bounds.part // MEGABYTE} MB，请减少内容或者拆分后再上传。", "unpacked"
            )
        if part.size > _SMALL and part.size > bounds.ratio * part.packed:
            raise Refused("里面的内容解开后异常地大，请用原程序另存后再上传。", "unpacked")
        if (part.is_folder and part.size) or (not part.is_packed and part.size != part.packed):
            raise damaged()


def _tell_apart(listed: list[Part]) -> None:
    """No two parts have one name, however it is written: of two, one program reads the first and another the second."""
    names = {unicodedata.normalize("NFC", part.name).casefold() for part in listed}
    if len(names) < len(listed):
        raise Refused("里面有重名的部分，请用原程序另存后再上传。", "names")


def _placed(stored: IO[bytes], listed: list[Part], end: int) -> Iterator[Placed]:
    """Each part with its place; together they fill the file from its first byte to the directory, and no two share one."""
    at = 0
    in_order = sorted(listed, key=lambda part: part.at)
    for part, following in zip(in_order, [*(part.at for part in in_order[1:]), end], strict=True):
        if part.at != at:
            raise damaged()
        stored.seek(part.at)
        begun = stored.read(_BEGIN.size)
        if len(begun) < _BEGIN.size or not begun.startswith(_BEGIN_MARK):
            raise damaged()
        _, _, flags, method, _, _, checksum, packed, size, names, extras = _BEGIN.unpack(begun)
        name = stored.read(names)
        data = at + _BEGIN.size + names + extras
        left, is_followed = following - data - part.packed, part.is_followed or bool(flags & _FOLLOWED)
        if flags & _LOCKED_FLAGS or left < 0:
            raise damaged()
        if _named(name, flags) != part.name or (method == _DEFLATED) != part.is_packed:
            raise damaged()
        if left not in (_FOLLOWING if is_followed else {0}):
            raise damaged()
        said = ((checksum, part.checksum), (packed, part.packed), (size, part.size))
        if any(here not in (there, _LARGE, 0 if is_followed else there) for here, there in said):
            raise damaged()
        yield Placed(part, data)
        at = following
    if at != end:
        raise damaged()


def is_something_else_too(stored: IO[bytes]) -> bool:
    """Whether a reader that looks for the beginning of a PDF finds one in this package."""
    stored.seek(0)
    return b"%PDF-" in stored.read(_HEAD)
