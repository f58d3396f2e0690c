"""A picture's size from what it says of itself, before anybody draws it: a few bytes may ask for gigabytes of memory."""

import os
import struct
import zlib
from collections.abc import Iterator
from typing import IO

from cms.filekinds import Bounds, Refused, damaged

_MOST_PIECES = 200_000
_MOST_PAGES = 2_000
_MOST_FILLING = 16  # bytes that may stand before a mark of a JPEG
_CHUNK = 1024**2
_PNG = b"\x89PNG\r\n\x1a\n"
# Marks of a JPEG: without a length of their own; that say how large the picture is; where its points begin; where it ends.
_ALONE = {0x01, *range(0xD0, 0xD9)}
_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_POINTS, _OVER = 0xDA, 0xD9
_WIDTH, _LENGTH, _SHORT, _LONG = 256, 257, 3, 4


def look(stored: IO[bytes], bounds: Bounds, *, extension: str) -> None:
    """The picture is whole and no larger than it may be; raises ``Refused``."""
    sizes = {"png": _of_png, "jpg": _of_jpeg, "jpeg": _of_jpeg, "tif": _of_tiff, "tiff": _of_tiff}[extension]
    try:
        for width, height in sizes(stored):
            if not width or not height:
                raise damaged()
            if width * height > bounds.pixels:
                raise Refused(
                    f"是 {width}×{height} 的图片，超过 {bounds.pixels // 1_000_000} 百万像素，请降低分辨率后再上传。",
                    "pixels",
                )
    except struct.error:
        raise damaged() from None


def _of_png(stored: IO[bytes]) -> Iterator[tuple[int, int]]:
    """The size, once; every piece of the file must fit into it up to the one that ends it."""
    size = stored.seek(0, os.SEEK_END)
    stored.seek(len(_PNG))
    head = stored.read(25)
    length, kind, width, height = struct.unpack_from(">L4s2L", head)
    if (length, kind) != (13, b"IHDR") or zlib.crc32(head[4:21]) != struct.unpack_from(">L", head, 21)[0]:
        raise damaged()
    yield width, height
    at, has_points = len(_PNG) + 25, False
    for _ in range(_MOST_PIECES):
        stored.seek(at)
        length, kind = struct.unpack(">L4s", stored.read(8))
        at += 12 + length
        if at > size:
            break
        has_points = has_points or kind == b"IDAT"
        if kind == b"IEND" and has_points:
            return
    raise damaged()


def _of_jpeg(stored: IO[bytes]) -> Iterator[tuple[int, int]]:
    """The size of every frame up to the points; after these the picture must end."""
    stored.seek(2)
    has_frame = False
    for _ in range(_MOST_PIECES):
        lead, mark = struct.unpack("2B", stored.read(2))
        for _ in range(_MOST_FILLING):
            if mark == 0xFF:
                mark = struct.unpack("B", stored.read(1))[0]
        if lead != 0xFF or mark == _OVER:
            break
        if mark in _ALONE:
            continue
        length = struct.unpack(">H", stored.read(2))[0]
        piece = stored.read(length - 2) if length >= 2 else b""
        if len(piece) != length - 2:
            break
        if mark in _FRAMES:
            height, width = struct.unpack_from(">2H", piece, 1)
            has_frame = True
            yield width, height
        if mark == _POINTS:
            if has_frame and _ends(stored):
                return
            break
    raise damaged()


def _ends(stored: IO[bytes]) -> bool:
    last = b""
    while chunk := stored.read(_CHUNK):
        if b"\xff\xd9" in last + chunk:
            return True
        last = chunk[-1:]
    return False


def _of_tiff(stored: IO[bytes]) -> Iterator[tuple[int, int]]:
    """The size of every page."""
    stored.seek(0)
    order = "<" if stored.read(2) == b"II" else ">"
    stored.seek(4)
    at = struct.unpack(f"{order}L", stored.read(4))[0]
    seen: set[int] = set()
    while at:
        if at in seen or len(seen) >= _MOST_PAGES:
            raise damaged()
        seen.add(at)
        stored.seek(at)
        count = struct.unpack(f"{order}H", stored.read(2))[0]
        listed = stored.read(12 * count)
        said = {}
        for number in range(count):
            tag, kind, _, value = struct.unpack_from(f"{order}2HL4s", listed, 12 * number)
            if tag in (_WIDTH, _LENGTH) and kind in (_SHORT, _LONG):
                said[tag] = struct.unpack_from(f"{order}{'H' if kind == _SHORT else 'L'}", value)[0]
        yield said.get(_WIDTH, 0), said.get(_LENGTH, 0)
        at = struct.unpack(f"{order}L", stored.read(4))[0]
    if not seen:
        raise damaged()
