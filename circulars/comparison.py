"""Two texts side by side as one marked copy (花脸稿): what was put in and what was struck out, element by element (Article 19).

Plain functions over snapshots. Whoever takes all that is put in reads the new text, whoever leaves it out and takes what was struck
reads the old one. Work is bounded: lines and characters are matched by those that occur once, small gaps by search.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from circulars.deadlines import Urgency
from circulars.demands.fields import FieldKind
from circulars.layouts import Direction, DocumentType, Layout, Openness, Redistribution, Retention
from circulars.pages import Relation
from cms.quotes import cited

# How many pairs of a gap are searched for the best match; a larger gap is struck and put in as a whole.
_SEARCHED = 400
_DEPTH = 20
# How many lines ahead the new wording of a struck line is looked for, and how alike the two must be.
_AHEAD = 4
_ALIKE = 0.5
# A line of at least so many characters that has all but gone into a longer one was extended.
_EXTENDED = 0.9
_SHORTEST = 6
# With more rewritten characters than this, on both sides together, paragraphs are struck and put in as a whole.
_READ_CLOSELY = 100_000
# A number or a Latin word is one piece, any other character another.
_PIECE = re.compile(r"\d+(?:\.\d+)*|[A-Za-z]+|.", re.DOTALL)

Match = tuple[int, int, int]


class Change(StrEnum):
    SAME = "same"
    INSERTED = "inserted"
    DELETED = "deleted"


@dataclass(frozen=True)
class Run:
    """Characters that stand, were put in, or were struck out together."""

    change: Change
    text: str


@dataclass(frozen=True)
class Line:
    """One paragraph of the marked copy; ``change`` is that of the paragraph as such, and SAME when only words in it differ."""

    change: Change
    runs: tuple[Run, ...]

    @property
    def is_changed(self) -> bool:
        return any(run.change is not Change.SAME for run in self.runs) or self.change is not Change.SAME


@dataclass(frozen=True)
class Part:
    """One element by its Chinese name, as a marked copy."""

    name: str
    lines: tuple[Line, ...]

    @property
    def is_changed(self) -> bool:
        return any(line.is_changed for line in self.lines)


@dataclass(frozen=True)
class Comparison:
    """All of a document: its title, its text, and its other elements in the order of the form."""

    title: Part
    body: Part
    others: tuple[Part, ...]

    @property
    def is_changed(self) -> bool:
        return any(part.is_changed for part in (self.title, self.body, *self.others))

    @property
    def changed_others(self) -> tuple[Part, ...]:
        return tuple(part for part in self.others if part.is_changed)


def compare(old: dict[str, Any], new: dict[str, Any], names: dict[str, str] | None = None) -> Comparison:
    """The marked copy of two snapshots; ``names`` says the units' codes in words."""
    names = names or {}
    before, after = (dict(elements_of(snapshot, names)) for snapshot in (old, new))
    others = tuple(Part(name, marked(before.get(name, ""), after.get(name, ""))) for name in {**before, **after})
    return Comparison(
        title=Part("标题", marked(old["title"], new["title"])),
        body=Part("正文", marked(old["body"], new["body"])),
        others=others,
    )


def marked(old: str, new: str) -> tuple[Line, ...]:
    """The marked copy of two texts, paragraph by paragraph."""
    return tuple(_lines(_paragraphs(old), _paragraphs(new)))


def text_of(lines: Sequence[Line], side: Change) -> str:
    """The new text (``INSERTED``) or the old one (``DELETED``) of a marked copy."""
    taken = (Change.SAME, side)
    return "\n".join(
        "".join(run.text for run in line.runs if run.change in taken) for line in lines if line.change in taken
    )


def _paragraphs(text: str) -> list[str]:
    return text.split("\n") if text else []


def _lines(old: list[str], new: list[str]) -> Iterator[Line]:
    found = _matches(old, new)
    standing = sum(len(line) for a, _, size in found for line in old[a : a + size])
    closely = sum(map(len, old)) + sum(map(len, new)) - 2 * standing <= _READ_CLOSELY
    i = j = 0
    for a, b, size in [*found, (len(old), len(new), 0)]:
        if closely:
            yield from _rewritten(old[i:a], new[j:b])
        else:
            yield from (_whole(Change.DELETED, line) for line in old[i:a])
            yield from (_whole(Change.INSERTED, line) for line in new[j:b])
        yield from (Line(Change.SAME, (Run(Change.SAME, line),)) for line in old[a : a + size])
        i, j = a + size, b + size


def _rewritten(old: list[str], new: list[str]) -> Iterator[Line]:
    """Lines without a counterpart of the same words: each old one beside its new wording, if it has one nearby."""
    bags, j = [Counter(line) for line in new], 0
    for line in old:
        bag = Counter(line)
        near = range(j, min(j + _AHEAD, len(new)))
        place = next((n for n in near if _is_rewording(bag, bags[n])), None)
        if place is None:
            yield _whole(Change.DELETED, line)
            continue
        yield from (_whole(Change.INSERTED, added) for added in new[j:place])
        yield Line(Change.SAME, tuple(_runs(line, new[place])))
        j = place + 1
    yield from (_whole(Change.INSERTED, added) for added in new[j:])


def _whole(change: Change, line: str) -> Line:
    return Line(change, (Run(change, line),))


def _is_rewording(one: Counter[str], other: Counter[str]) -> bool:
    """Whether two lines have half of their characters in common, or a longer one nearly all of a shorter."""
    few, many = (one, other) if len(one) <= len(other) else (other, one)
    shared = sum(min(count, many[char]) for char, count in few.items() if char in many)
    a, b = one.total(), other.total()
    return 2 * shared >= _ALIKE * (a + b) or (min(a, b) >= _SHORTEST and shared >= _EXTENDED * min(a, b))


def _runs(old: str, new: str) -> Iterator[Run]:
    a, b = _PIECE.findall(old), _PIECE.findall(new)
    found = list(_readable(_matches(a, b), len(a), len(b)))
    i = j = 0
    for x, y, size in [*found, (len(a), len(b), 0)]:
        if x > i:
            yield Run(Change.DELETED, "".join(a[i:x]))
        if y > j:
            yield Run(Change.INSERTED, "".join(b[j:y]))
        if size:
            yield Run(Change.SAME, "".join(a[x : x + size]))
        i, j = x + size, y + size


def _readable(matches: list[Match], old: int, new: int) -> Iterator[Match]:
    """Without a single piece left standing between two rewritten ones longer than itself: it is read with them."""
    i = j = 0
    for place, (a, b, size) in enumerate(matches):
        next_a, next_b, _ = matches[place + 1] if place + 1 < len(matches) else (old, new, 0)
        left, right = max(a - i, b - j), max(next_a - a - size, next_b - b - size)
        if size == 1 and left > 1 and right > 1:
            continue
        yield a, b, size
        i, j = a + size, b + size


def _matches(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[Match]:
    """Where runs of ``a`` stand in ``b``, in order; neighbours are joined."""
    joined: list[Match] = []
    for x, y, size in _matching(a, b, 0, len(a), 0, len(b), _DEPTH):
        if joined and (joined[-1][0] + joined[-1][2], joined[-1][1] + joined[-1][2]) == (x, y):
            x, y, size = joined[-1][0], joined[-1][1], joined.pop()[2] + size
        joined.append((x, y, size))
    return joined


def _matching(a: Sequence[Any], b: Sequence[Any], a0: int, a1: int, b0: int, b1: int, depth: int) -> Iterator[Match]:
    """Equal edges first, then what occurs once on both sides, then the gaps between by the same way or by search."""
    head = 0
    while a0 + head < a1 and b0 + head < b1 and a[a0 + head] == b[b0 + head]:
        head += 1
    if head:
        yield a0, b0, head
        a0, b0 = a0 + head, b0 + head
    tail = 0
    while a0 < a1 - tail and b0 < b1 - tail and a[a1 - tail - 1] == b[b1 - tail - 1]:
        tail += 1
    a1, b1 = a1 - tail, b1 - tail
    if a0 < a1 and b0 < b1:
        anchors = _anchors(a, b, a0, a1, b0, b1) if depth else []
        if (a1 - a0) * (b1 - b0) <= _SEARCHED:
            matcher = SequenceMatcher(None, a[a0:a1], b[b0:b1], autojunk=False)
            yield from ((a0 + x, b0 + y, size) for x, y, size in matcher.get_matching_blocks() if size)
        elif anchors:
            for (x, y), (next_x, next_y) in zip(anchors, [*anchors[1:], (a1, b1)], strict=True):
                if (x, y) == anchors[0]:
                    yield from _matching(a, b, a0, x, b0, y, depth - 1)
                yield from _matching(a, b, x, next_x, y, next_y, depth - 1)
    if tail:
        yield a1, b1, tail


def _anchors(a: Sequence[Any], b: Sequence[Any], a0: int, a1: int, b0: int, b1: int) -> list[tuple[int, int]]:
    """The longest series, rising on both sides, of what occurs exactly once on each."""
    once_a, once_b = _once(a, a0, a1), _once(b, b0, b1)
    pairs = [(place, once_b[thing]) for thing, place in once_a.items() if thing in once_b]
    tops: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, (_, y) in enumerate(pairs):
        slot = bisect_left(tops, y)
        before.append(ends[slot - 1] if slot else -1)
        tops[slot : slot + 1], ends[slot : slot + 1] = [y], [index]
    series: list[tuple[int, int]] = []
    index = ends[-1] if ends else -1
    while index >= 0:
        series.append(pairs[index])
        index = before[index]
    return series[::-1]


def _once(things: Sequence[Any], start: int, end: int) -> dict[Any, int]:
    """Place of each thing that occurs once, in order."""
    counts = Counter(things[start:end])
    return {things[n]: n for n in range(start, end) if counts[things[n]] == 1}


def elements_of(snapshot: dict[str, Any], names: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Every element beside title and text by its Chinese name, in the order of the form; several values one a line."""

    def units(codes: Sequence[str]) -> str:
        return "\n".join(names.get(code, code) for code in codes)

    for key, name, words in _PLAIN:
        yield name, words(snapshot.get(key))
    yield "发文机关", "\n".join(snapshot["issuer_names"])
    yield "签发人", "\n".join(snapshot["signers"])
    for key, name in (("primary", "主送"), ("cc", "抄送")):
        yield f"{name}机关", snapshot[key]["text"]
        yield f"{name}类别", units(snapshot[key]["groups"])
        yield f"{name}单位", units(snapshot[key]["units"])
    yield "主送类别中不发的单位", units(snapshot["primary"].get("excluded", ()))
    yield "会签单位", units(snapshot.get("countersign", ()))
    yield "发文机关署名", "\n".join(snapshot["signatures"])
    yield (
        "来文关联",
        "\n".join(
            f"{Relation(row['relation']).label}：{row['title']}（{row['number'] or '无文号'}）"
            for row in snapshot["references"]
        ),
    )
    if said := snapshot.get("reply"):
        yield "答复要求", f"须答复，期限 {said['due_on']}" if said["due_on"] else "须答复"
        yield "回执表", "\n".join(_asked(row) for row in said["fields"])
    yield "附件", "\n".join(_attachment(row) for row in snapshot["attachments"])
    for number, row in enumerate(snapshot["attachments"], 1):
        if row["text"]:
            yield f"附件 {number} 文字", row["text"]


def _asked(row: dict[str, Any]) -> str:
    options = f"：{'、'.join(row['options'])}" if row["options"] else ""
    hint = f"（{row['hint']}）" if row["hint"] else ""
    needed = "必填" if row["required"] else "可不填"
    return f"{row['label']}，{FieldKind(row['kind']).label}，{needed}{options}{hint}"


def _attachment(row: dict[str, Any]) -> str:
    if not row["digest"]:
        return row["title"]
    return f"{row['title']}（文件{cited(row['name'])}，{row['size']} 字节，摘要 {row['digest'][:16]}）"


def _label(choices: Any) -> Callable[[Any], str]:
    return lambda value: str(choices(value).label) if value in choices.values else str(value or "")


def _yes(value: Any) -> str:
    return "是" if value else "否"


def _said(value: Any) -> str:
    return str(value or "")


_PLAIN: tuple[tuple[str, str, Callable[[Any], str]], ...] = (
    ("issuer_mark", "发文机关标志", _said),
    ("document_type", "文种", _label(DocumentType)),
    ("direction", "行文方向", _label(Direction)),
    ("layout", "版式", _label(Layout)),
    ("series", "文号系列", _said),
    ("urgency", "紧急程度", _label(Urgency)),
    ("openness", "公开属性", _label(Openness)),
    ("retention", "保管期限", _label(Retention)),
    ("redistribution", "转发范围", _label(Redistribution)),
    ("important", "重要公文", _yes),
    ("sealed", "加盖印章", _yes),
    ("written_date", "成文日期", _said),
    ("annotation", "附注", _said),
    ("printing_office", "印发机关", _said),
    ("printing_date", "印发日期", _said),
    ("consent_reference", "同意依据", _said),
    ("special_reason", "特殊情况说明", _said),
)
