"""The numbers that Word and WPS draw before paragraphs, worked out from numbering.xml and written as the standard writes them."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from circulars.docxin.package import W

LEVELS = 9
_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


def chinese(number: int, digits: str = _DIGITS, places: str = "十百千") -> str:
    """一, 十, 十二, 一百零三; plain digits from ten thousand on."""
    if not 0 < number < 10000:
        return str(number)
    written, gap = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if not digit:
            gap = bool(written)
            continue
        written += ("零" if gap else "") + digits[digit] + (places[place - 1] if place else "")
        gap = False
    return written[1:] if digits is _DIGITS and written.startswith("一十") else written


def _positional(number: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(number))


def _roman(number: int) -> str:
    """IV; plain digits from four thousand on, for which there is no letter."""
    if not 0 < number < 4000:
        return str(number)
    written = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        written += letters * count
    return written


def _letters(number: int) -> str:
    """a … z, aa … zz, up to thirty letters as Word has it; plain digits beyond."""
    return chr(97 + (number - 1) % 26) * ((number - 1) // 26 + 1) if 0 < number <= 780 else str(number)


def _of(signs: str) -> Callable[[int], str]:
    return lambda number: signs[number - 1] if 0 < number <= len(signs) else str(number)


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda number: f"{number:02d}",
    "decimalEnclosedParen": lambda number: f"（{number}）",
    "decimalEnclosedFullstop": lambda number: f"{number}.",
    "decimalEnclosedCircle": _of("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"),
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "ideographDigital": _positional,
    "japaneseDigitalTenThousand": _positional,
    "ideographTraditional": _of(_STEMS),
    "ideographZodiac": _of(_BRANCHES),
    "ideographEnclosedCircle": lambda number: f"（{chinese(number)}）",
    "chineseLegalSimplified": lambda number: chinese(number, _LEGAL, "拾佰仟"),
    "none": lambda number: "",
} | dict.fromkeys(
    (
        "chineseCounting",
        "chineseCountingThousand",
        "japaneseCounting",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
    ),
    chinese,
)
_FORMATS["decimalEnclosedCircleChinese"] = _FORMATS["decimalEnclosedCircle"]

_BRACKETED = re.compile(r"^[(（]\s*([一二三四五六七八九十百零〇]+|\d+)\s*[)）]$")
_COUNTED = re.compile(r"^([一二三四五六七八九十百零〇]+)\s*[、.．,，]$")
_PLAIN = re.compile(r"^(\d+)\s*[、.．]$")


def as_the_standard_writes(number: str) -> str:
    """(一) as （一）, 1、 as 1., whatever stands for one of the four levels; other numbers as they are."""
    number = _BRACKETED.sub(r"（\1）", number.strip())
    return _PLAIN.sub(r"\1.", _COUNTED.sub(r"\1、", number))


_TYPED_BRACKETS = re.compile(r"^[(（]\s*([一二三四五六七八九十百零〇]+|\d+)\s*[)）]\s*")
_TYPED_GAP = re.compile(r"^([一二三四五六七八九十百零〇]+、|\d{1,3}[.．])\s+(?!\d)")


def with_typed_number(line: str) -> str:
    """A line whose own number, if it begins with one, has full brackets and no space after it."""
    return _TYPED_GAP.sub(r"\1", _TYPED_BRACKETS.sub(r"（\1）", line))


@dataclass(frozen=True)
class Level:
    start: int
    style: str
    text: str
    # The paragraph style that stands for this level, if one does.
    paragraph_style: str
    # After a number of which higher level (from 1) this one begins anew; 0: never.
    restart: int
    is_legal: bool

    @property
    def is_bullet(self) -> bool:
        return self.style == "bullet"


@dataclass
class _List:
    """One definition of a list and how far it has counted."""

    levels: dict[int, Level]
    counts: list[int | None] = field(default_factory=lambda: [None] * LEVELS)


@dataclass(frozen=True)
class _Use:
    """One list of the document: a definition, and what this list has otherwise."""

    definition: str
    starts: dict[int, int]
    levels: dict[int, Level]


class Numbers:
    """The running numbers of a document, asked paragraph by paragraph from its beginning."""

    def __init__(self, numbering: Element | None, style_lists: dict[str, str]):
        """``style_lists`` says which list a numbering style stands for."""
        self._lists: dict[str, _List] = {}
        self._uses: dict[str, _Use] = {}
        self._begun: set[tuple[str, int]] = set()
        links: dict[str, str] = {}
        for definition in numbering.iterfind(f"{W}abstractNum") if numbering is not None else ():
            key = definition.get(f"{W}abstractNumId", "")
            self._lists[key] = _List(_levels(definition.iterfind(f"{W}lvl")))
            if (link := definition.find(f"{W}numStyleLink")) is not None:
                links[key] = link.get(f"{W}val", "")
        for use in numbering.iterfind(f"{W}num") if numbering is not None else ():
            self._uses[use.get(f"{W}numId", "")] = _use(use)
        for key, style in links.items():
            target = self._uses.get(style_lists.get(style, ""))
            if target and target.definition in self._lists:
                self._lists[key] = self._lists[target.definition]

    def level_of_style(self, num: str, style: str) -> int | None:
        """The level of the list that this paragraph style stands for."""
        use = self._uses.get(num)
        levels = self._lists[use.definition].levels if use and use.definition in self._lists else {}
        return next((place for place, level in levels.items() if style and level.paragraph_style == style), None)

    def next(self, num: str, place: int) -> tuple[str, bool]:
        """What stands before the next paragraph of this list at this level (from 0), and whether that is a bullet."""
        use = self._uses.get(num)
        if use is None or use.definition not in self._lists or not 0 <= place < LEVELS:
            return "", False
        counted = self._lists[use.definition]
        levels = counted.levels | use.levels
        level = levels.get(place)
        if level is None:
            return "", False
        self._count(num, use, counted, levels, place)
        if level.is_bullet:
            return "", True
        written = re.sub(
            r"%([1-9])", lambda hole: self._written(int(hole[1]) - 1, level, levels, counted.counts), level.text
        )
        return as_the_standard_writes(written), False

    def _count(self, num: str, use: _Use, counted: _List, levels: dict[int, Level], place: int) -> None:
        counts, level = counted.counts, levels[place]
        before = counts[place]
        if (num, place) not in self._begun and place in use.starts:
            counts[place] = use.starts[place]
        else:
            counts[place] = level.start if before is None else before + 1
        self._begun.add((num, place))
        for deeper in range(place + 1, LEVELS):
            below = levels.get(deeper)
            if below and (below.restart < 0 or place < below.restart):
                counts[deeper] = None

    @staticmethod
    def _written(place: int, asking: Level, levels: dict[int, Level], counts: list[int | None]) -> str:
        level = levels.get(place)
        if level is None:
            return ""
        number = counts[place]
        number = level.start if number is None else number
        return str(number) if asking.is_legal else _FORMATS.get(level.style, str)(number)


def _value(parent: Element, name: str, default: str = "") -> str:
    found = parent.find(f"{W}{name}")
    return default if found is None else found.get(f"{W}val", default)


def _whole(text: str, default: int) -> int:
    return int(text) if text.lstrip("-").isdecimal() and len(text) < 7 else default


def _level(element: Element) -> tuple[int, Level]:
    # A format of Word's own making stands beside the nearest common one.
    style = next((each.get(f"{W}val", "") for each in reversed(list(element.iter(f"{W}numFmt")))), "decimal")
    legal = element.find(f"{W}isLgl")
    return _whole(element.get(f"{W}ilvl", ""), 0), Level(
        start=_whole(_value(element, "start"), 0),
        style=style,
        text=_value(element, "lvlText")[:60],
        paragraph_style=_value(element, "pStyle"),
        restart=_whole(_value(element, "lvlRestart"), -1),
        is_legal=legal is not None and legal.get(f"{W}val", "1") not in {"0", "false"},
    )


def _levels(elements: Iterable[Element]) -> dict[int, Level]:
    """The levels by their place; there are nine, whatever the file says."""
    return {place: level for place, level in map(_level, elements) if 0 <= place < LEVELS}


def _use(element: Element) -> _Use:
    starts, levels = {}, {}
    for override in element.iterfind(f"{W}lvlOverride"):
        place = _whole(override.get(f"{W}ilvl", ""), 0)
        if (own := override.find(f"{W}lvl")) is not None:
            levels[place] = _level(own)[1]
            starts[place] = levels[place].start
        if start := _value(override, "startOverride"):
            starts[place] = _whole(start, 1)
    return _Use(_value(element, "abstractNumId"), starts, {n: own for n, own in levels.items() if 0 <= n < LEVELS})
