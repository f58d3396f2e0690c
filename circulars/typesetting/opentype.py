"""What a font file says of itself: its PostScript name and the characters it has shapes for (OpenType tables ``name`` and ``cmap``).

Only what typesetting asks is read, from TrueType, CFF and collections alike; a file that is no font raises ``NotAFont``.
"""

import struct
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

_UNICODE_MAPS = [(3, 10), (0, 6), (0, 4), (3, 1), (0, 3)]  # platform and encoding, the fullest first
_POSTSCRIPT_NAME = 6


class NotAFont(ValueError):
    """The file is not an OpenType font, or is damaged."""


@lru_cache(maxsize=64)
def characters(path: Path, index: int = 0) -> frozenset[int]:
    """The code points for which the face has a shape."""
    try:
        return frozenset(_mapped(_table(path.read_bytes(), index, b"cmap")))
    except (struct.error, IndexError) as damaged:
        raise NotAFont(f"{path} 不是完好的字体文件。") from damaged


@lru_cache(maxsize=64)
def postscript_name(path: Path, index: int = 0) -> str:
    """The name under which the face is embedded in a PDF."""
    try:
        table = _table(path.read_bytes(), index, b"name")
        count, start = struct.unpack_from(">HH", table, 2)
        for place in range(count):
            platform, _, _, kind, length, offset = struct.unpack_from(">6H", table, 6 + 12 * place)
            if kind == _POSTSCRIPT_NAME:
                raw = table[start + offset : start + offset + length]
                return raw.decode("latin-1" if platform == 1 else "utf-16-be")
    except (struct.error, UnicodeDecodeError) as damaged:
        raise NotAFont(f"{path} 不是完好的字体文件。") from damaged
    raise NotAFont(f"{path} 没有 PostScript 名称。")


def _table(data: bytes, index: int, wanted: bytes) -> bytes:
    start = struct.unpack_from(">I", data, 12 + 4 * index)[0] if data[:4] == b"ttcf" else 0
    (count,) = struct.unpack_from(">H", data, start + 4)
    for place in range(count):
        tag, _, offset, length = struct.unpack_from(">4sIII", data, start + 12 + 16 * place)
        if tag == wanted:
            return data[offset : offset + length]
    raise struct.error(f"no table {wanted!r}")


def _mapped(cmap: bytes) -> Iterator[int]:
    (count,) = struct.unpack_from(">H", cmap, 2)
    maps = {struct.unpack_from(">HH", cmap, at): struct.unpack_from(">I", cmap, at + 4)[0] for at in _at(4, count, 8)}
    start = next((maps[kind] for kind in _UNICODE_MAPS if kind in maps), None)
    if start is None:
        raise struct.error("no Unicode map")
    (form,) = struct.unpack_from(">H", cmap, start)
    if form == 12:
        yield from _of_groups(cmap, start)
    elif form == 4:
        yield from _of_segments(cmap, start)
    else:
        raise struct.error(f"cmap format {form}")


def _of_groups(cmap: bytes, start: int) -> Iterator[int]:
    (count,) = struct.unpack_from(">I", cmap, start + 12)
    for at in _at(start + 16, count, 12):
        first, last, glyph = struct.unpack_from(">III", cmap, at)
        yield from range(first + (glyph == 0), last + 1)


def _of_segments(cmap: bytes, start: int) -> Iterator[int]:
    (double,) = struct.unpack_from(">H", cmap, start + 6)
    count = double // 2
    lasts = struct.unpack_from(f">{count}H", cmap, start + 14)
    firsts = struct.unpack_from(f">{count}H", cmap, start + 16 + double)
    deltas = struct.unpack_from(f">{count}H", cmap, start + 16 + 2 * double)
    offsets_at = start + 16 + 3 * double
    offsets = struct.unpack_from(f">{count}H", cmap, offsets_at)
    for place, (first, last, delta, offset) in enumerate(zip(firsts, lasts, deltas, offsets, strict=True)):
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code
            if offset:
                (glyph,) = struct.unpack_from(">H", cmap, offsets_at + 2 * place + offset + 2 * (code - first))
            if (glyph + delta) % 0x10000 if glyph or not offset else 0:
                yield code


def _at(start: int, count: int, step: int) -> range:
    return range(start, start + count * step, step)
