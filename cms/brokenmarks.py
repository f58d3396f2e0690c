"""Marks of secrecy that a line break parts, inside longer text: 机 at the end of one line, 密★10年 at the head of the next (Article 5).

Running text breaks its words anywhere (计算机 / 密级), so what is joined here must be a mark beyond doubt: the level itself parted and followed by
a star or 启用前, or parted from its star and period. Bare words joined over a line are no mark.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from cms.secrecypatterns import LEVEL, PATTERNS, PERIOD, SPOKEN, Kind

# A mark, and what may stand between its parts, is no longer than this.
_REACH = 16
_LINES = 4
_SHORT = 4  # shorter lines are read as one anyway
_LEVEL = re.compile(LEVEL)
_STARRED = re.compile(rf"{LEVEL}级?[★*]+{PERIOD}")
# A star that begins a line may be a bullet: ★10年来我市…… is no period.
_STARRED_BELOW = re.compile(rf"{SPOKEN}{LEVEL}级?[★*]+{PERIOD}(?![来内间以规计])")
_UNTIL_USE = re.compile(rf"{LEVEL}[★*·.\-—、,(]*启用前")
# Without 级: 计算机 / 密级★ is a box of a form that must be filled in.
_STAR = re.compile(rf"{SPOKEN}{LEVEL}★")


def broken_marks(lines: list[str]) -> Iterator[tuple[Kind, str]]:
    """The kind of every mark that a line break parts, with the lines about the break; the lines are compared ones, none empty."""
    for place, (head, tail) in enumerate(pairwise(lines)):
        following = "".join(lines[place + 1 : place + 1 + _LINES])[:_REACH]
        if kind := _kind(head, tail, following):
            yield kind, f"{head}\n{tail}"


def _kind(head: str, tail: str, following: str) -> Kind | None:
    end = head[-_REACH:]
    if _crosses(_STARRED_BELOW if tail[0] in "★*" else _STARRED, end, following):
        return Kind.STAR
    is_level_parted = _LEVEL.fullmatch(head[-1] + tail[0]) is not None
    if (is_level_parted or end.endswith(("启", "启用"))) and _crosses(_UNTIL_USE, end, following):
        return Kind.UNTIL_USE
    if not is_level_parted:
        return None
    if _crosses(_STAR, end, tail[:_REACH]):
        return Kind.STAR
    for kind, pattern in PATTERNS:
        is_told_otherwise = kind in (Kind.STAR, Kind.UNTIL_USE) or (kind is Kind.ALONE and len(tail) <= _SHORT)
        if not is_told_otherwise and _crosses(pattern, head, tail):
            return kind
    return None


def _crosses(pattern: re.Pattern[str], head: str, tail: str) -> bool:
    """Whether the pattern is found in the two as one, on both sides of the break."""
    return any(found.start() < len(head) < found.end() for found in pattern.finditer(head + tail))
