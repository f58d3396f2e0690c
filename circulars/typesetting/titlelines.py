"""Where the lines of a title end: by the meaning of its words, in a trapezoid or a rhombus (GB/T 9704-2012, 7.3.1).

No dictionary of Chinese is at hand, so the words that titles are made of are listed in ``titlewords.txt``; inside one no line ends, and between two that are
known a line ends rather than anywhere else. Line breaks that the drafter typed are kept.
"""

import re
from itertools import pairwise
from pathlib import Path

LINE = 20  # characters of 22 pt on 156 mm
_MOST = 8  # lines; a longer title is no title

_WORDS = (Path(__file__).parent / "titlewords.txt").read_text(encoding="utf-8").split()
_WORDS_BY_LENGTH = sorted({word for word in _WORDS if len(word) > 1}, key=len, reverse=True)
_WORD = re.compile(r"\d+(?:年度?|月|日|号|次|届|期|%)?|[A-Za-z0-9.]+|" + "|".join(map(re.escape, _WORDS_BY_LENGTH)))

# What a line end costs: at a joint of meaning, between two known words, next to one, and in the middle of who knows what.
_JOINT, _BETWEEN, _BESIDE, _ANYWHERE = 0, 4, 12, 40
_NO_START = "的、，；：。》）”’〉〕等及和与之了"
_NO_END = "《（“‘〈〔第的和与及对在"
_HOURGLASS, _ONE_MORE = 14, 8
_SHORT_LAST = 6  # characters; a line with fewer is a stub


def title_lines(title: str, most: int = LINE) -> list[str]:
    """The lines of the title, each of at most ``most`` characters."""
    lines: list[str] = []
    for typed in title.split("\n"):
        if typed.strip():
            lines += _broken(typed.strip(), most)
    return lines


def _broken(title: str, most: int) -> list[str]:
    if len(title) <= most:
        return [title]
    costs = _end_costs(title)
    fewest = -(-len(title) // most)
    for count in range(fewest, min(fewest + _MOST, len(title)) + 1):
        candidates = _cuts(title, costs, count, most)
        if candidates:
            # One line more is worth it when it spares a word.
            ranked = [(_cost(way, title, costs), way) for way in candidates]
            ranked += [(_cost(way, title, costs) + _ONE_MORE, way) for way in _cuts(title, costs, count + 1, most)]
            ends = min(ranked)[1]
            return [title[start:end].strip() for start, end in pairwise((0, *ends, len(title)))]
    return [title[at : at + most] for at in range(0, len(title), most)]


def _end_costs(title: str) -> dict[int, int]:
    """What it costs to end a line before the character at each place; places where none may end are not there."""
    words = [match.span() for match in _WORD.finditer(title)]
    inside = {place for start, end in words for place in range(start + 1, end)}
    starts, ends = {start for start, _ in words}, {end for _, end in words}
    costs = {}
    for place in range(1, len(title)):
        before, after = title[place - 1], title[place]
        if place in inside or after in _NO_START or before in _NO_END or after.isspace():
            continue
        if before.isspace() or title.startswith("关于", place) or after == "《" or before in "、，；":
            costs[place] = _JOINT
        elif before == "》":
            costs[place] = _BETWEEN
        elif title[:place].endswith("关于"):
            costs[place] = _ANYWHERE
        else:
            known = (place in starts) + (place in ends)
            costs[place] = (_ANYWHERE, _BESIDE, _BETWEEN)[known]
    return costs


def _cuts(title: str, costs: dict[int, int], count: int, most: int, kept: int = 400) -> list[tuple[int, ...]]:
    """Ways to cut the title into this many lines, the cheapest of each length on the way."""
    ways: list[tuple[int, ...]] = [()]
    for line in range(1, count):
        left = count - line
        longer = [
            (*way, end)
            for way in ways
            for end in range(
                (way[-1] if way else 0) + 2, min((way[-1] if way else 0) + most, len(title) - 2 * left) + 1
            )
            if end in costs and len(title) - end <= left * most
        ]
        ways = sorted(longer, key=lambda way: sum(costs[end] for end in way))[:kept]
    return ways


def _cost(way: tuple[int, ...], title: str, costs: dict[int, int]) -> float:
    """What the line ends cost in meaning, and the lines together in looks: no waist, no stub at the end, not too uneven."""
    lengths = [end - start for start, end in pairwise((0, *way, len(title)))]
    waist = any(
        max(lengths[:place]) > length < max(lengths[place + 1 :]) for place, length in enumerate(lengths[1:-1], 1)
    )
    uneven = (max(lengths) - min(lengths)) / 2
    stub = max(0, _SHORT_LAST - min(lengths)) * 3
    return sum(costs[end] for end in way) + _HOURGLASS * waist + uneven + stub
