"""A small reader of QR codes (GB/T 18284, ISO/IEC 18004), written apart from the library that makes them: versions 1 to 6, undamaged.

It corrects no errors: a module that is not as it should be gives another text, or none.
"""

import re
from collections.abc import Iterator

from PIL import Image

Modules = list[list[bool]]  # row by row, True where dark, without the quiet zone

QUIET = 4
# Data words of each block, by level (as its two bits name it) and version; the words of the blocks take turns.
_BLOCKS = {
    0b01: ([19], [34], [55], [80], [108], [68] * 2),  # L
    0b00: ([16], [28], [44], [32] * 2, [43] * 2, [27] * 4),  # M
    0b11: ([13], [22], [17] * 2, [24] * 2, [15, 15, 16, 16], [19] * 4),  # Q
    0b10: ([9], [16], [13] * 2, [9] * 4, [11, 11, 12, 12], [15] * 4),  # H
}
_MASKS = (
    lambda y, x: (y + x) % 2 == 0,
    lambda y, x: y % 2 == 0,
    lambda y, x: x % 3 == 0,
    lambda y, x: (y + x) % 3 == 0,
    lambda y, x: (y // 2 + x // 3) % 2 == 0,
    lambda y, x: y * x % 2 + y * x % 3 == 0,
    lambda y, x: (y * x % 2 + y * x % 3) % 2 == 0,
    lambda y, x: ((y + x) % 2 + y * x % 3) % 2 == 0,
)
_BYTES = 0b0100
_FORMAT_MASK = 0b101010000010010


def drawn(path: str, side: int) -> Modules:
    """The modules of an SVG path that sets a square for each dark one, its quiet zone blank."""
    dark = {(int(y), int(x)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", path)}
    assert all(QUIET <= place < side - QUIET for module in dark for place in module)
    inside = range(QUIET, side - QUIET)
    return [[(y, x) in dark for x in inside] for y in inside]


def scanned(image: Image.Image) -> Modules:
    """The modules of a picture with nothing dark but one code, upright."""
    grey = image.convert("L").point(lambda value: 255 if value < 128 else 0)
    box = grey.getbbox()
    assert box is not None
    code = grey.crop(box)
    # The first row begins with the seven dark modules of a finder.
    finder = next(x for x in range(code.width) if not code.getpixel((x, 1)))
    count = round(7 * code.width / finder)
    step = code.width / count
    middles = [round((place + 0.5) * step) for place in range(count)]
    return [[bool(code.getpixel((x, y))) for x in middles] for y in middles]


def read(modules: Modules) -> str:
    """The text of the code."""
    side = len(modules)
    version = (side - 17) // 4
    assert side == 17 + 4 * version
    level, mask = _format(modules)
    bits = [modules[y][x] ^ _MASKS[mask](y, x) for y, x in _way(side, version)]
    words = iter(int("".join("01"[bit] for bit in bits[at : at + 8]), 2) for at in range(0, len(bits) - 7, 8))
    sizes = _BLOCKS[level][version - 1]
    blocks: list[list[int]] = [[] for _ in sizes]
    for turn in range(max(sizes)):
        for block, size in zip(blocks, sizes, strict=True):
            if turn < size:
                block.append(next(words))
    return _text("".join(f"{word:08b}" for block in blocks for word in block))


def _format(modules: Modules) -> tuple[int, int]:
    """Level and mask, from the strip beside the upper left finder."""
    places = [(8, x) for x in (0, 1, 2, 3, 4, 5, 7, 8)] + [(y, 8) for y in (7, 5, 4, 3, 2, 1, 0)]
    word = int("".join("01"[modules[y][x]] for y, x in places), 2) ^ _FORMAT_MASK
    return word >> 13, word >> 10 & 0b111


def _way(side: int, version: int) -> Iterator[tuple[int, int]]:
    """The modules that hold data, in their order: pairs of columns from the right, up and down by turns, past the column of the clock."""
    right, is_upward = side - 1, True
    while right > 0:
        if right == 6:
            right -= 1
        for row in reversed(range(side)) if is_upward else range(side):
            for x in (right, right - 1):
                if not _is_fixed(row, x, side, version):
                    yield row, x
        right, is_upward = right - 2, not is_upward


def _is_fixed(y: int, x: int, side: int, version: int) -> bool:
    """Finders with their format strips, clocks, and from version 2 on the one alignment mark."""
    is_corner = (y < 9 and x < 9) or (y < 9 and x >= side - 8) or (y >= side - 8 and x < 9)
    is_mark = version > 1 and side - 9 <= y < side - 4 and side - 9 <= x < side - 4
    return is_corner or is_mark or 6 in (y, x)


def _text(bits: str) -> str:
    mode, count = int(bits[:4], 2), int(bits[4:12], 2)
    assert mode == _BYTES
    return bytes(int(bits[at : at + 8], 2) for at in range(12, 12 + 8 * count, 8)).decode("ascii")
