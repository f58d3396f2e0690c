"""Marks of secrecy (密级标志) in a text: what may not enter this system at all (Article 5).

A mark is a level (绝密、机密、秘密) that stands as one: with a star, with its period, behind 密级：, in brackets, before 启用前 or alone on
its line. The bare words are no mark: the rule itself says 国家秘密. Spaces, full-width and invisible characters, traditional forms
and one character a line hide nothing.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.crypto import salted_hmac

from cms.brokenmarks import broken_marks
from cms.secrecypatterns import LEVEL, PATTERNS, Kind


@dataclass(frozen=True)
class Mark:
    """One mark found: its kind, and the line as it was compared. The line is never kept, only its fingerprint."""

    kind: Kind
    line: str

    @property
    def fingerprint(self) -> str:
        """By this the same line is known again; without the installation's key nobody can guess a line from it."""
        return salted_hmac("circulars.secrecymarks", self.line, algorithm="sha256").hexdigest()


_BARE = re.compile(rf"^[\W_\d]*{LEVEL}级?[\W_\d]*$")
_LEVELS = re.compile(LEVEL)

_STARS = dict.fromkeys(map(ord, "☆✩✪✫✬✭✮✯✰⭐⋆✡✶⁂🌟⭑⭒٭❋✱✲✳﹡∗⁎"), "★")
_SIMPLIFIED = str.maketrans("絕機祕密級啟啓長國業軍術個務審開佈", "绝机秘密级启启长国业军术个务审开布")
_UNSEEN = {"Cc", "Cf", "Cs", "Cn", "Co", "Mn", "Me", "Zs", "Zl", "Zp"}
_FILLERS = {"\u3164", "\u115f", "\u1160", "\u2800"}  # letters and signs that are set as a blank


class _Plain(dict[int, str]):
    """What each character counts as once width and form are told; learned as characters come."""

    def __missing__(self, code: int) -> str:
        c = chr(code)
        is_nothing = unicodedata.category(c) in _UNSEEN or unicodedata.combining(c) or c in _FILLERS
        self[code] = "" if is_nothing else c
        return self[code]


_PLAIN = _Plain({**_STARS, **{old: chr(new) for old, new in _SIMPLIFIED.items()}})
_SHORT = 4
_NEAR = 4


def marks_in(text: str) -> list[Mark]:
    """Every mark of secrecy in the text, each line once; a scale that names the levels one under the other is no mark."""
    lines = [line for line in map(_bare_line, re.split(r"[\n\r\f\v\x85\u2028\u2029|\t]", text)) if line]
    found = [
        Mark(kind, _in_context(lines, place, line))
        for place, line in enumerate(lines)
        if (kind := _kind(line)) and not (kind is Kind.ALONE and _is_scale(lines, place))
    ]
    found += [Mark(kind, run) for run in _short_runs(lines) if (kind := _kind(run)) and len(_LEVELS.findall(run)) == 1]
    found += [Mark(kind, run) for kind, run in broken_marks(lines)]
    return list(dict.fromkeys(found))


def _bare_line(line: str) -> str:
    """The line as it is compared: one width, one script, no blanks and nothing invisible.

    What counts for nothing goes before the forms are told as well: a heap of accents takes the square of its height to put in order.
    """
    return unicodedata.normalize("NFKC", line.translate(_PLAIN)).translate(_PLAIN)


def _kind(line: str) -> Kind | None:
    if not _LEVELS.search(line):
        return None
    return next((kind for kind, pattern in PATTERNS if pattern.search(line)), None)


def _in_context(lines: list[str], place: int, line: str) -> str:
    """A line that is nothing but the mark is told from others by its neighbours, so that one lifted alarm does not lift them all."""
    return "\n".join(lines[max(place - 1, 0) : place + 2]) if _BARE.match(line) else line


def _is_scale(lines: list[str], place: int) -> bool:
    """Whether other levels stand alone close by: the heads of a table, or a list of the levels."""
    own = _LEVELS.findall(lines[place])
    near = lines[max(place - _NEAR, 0) : place + _NEAR + 1]
    return any(_BARE.match(other) and _LEVELS.findall(other) != own for other in near)


def _short_runs(lines: list[str]) -> Iterator[str]:
    """Lines of a few characters read as one: a mark set down the page, or cut into pieces by the program that wrote it."""
    run: list[str] = []
    for line in [*lines, "\n" * (_SHORT + 1)]:
        if len(line) <= _SHORT:
            run.append(line)
            continue
        if 1 < len(run) <= 4 * _SHORT:
            yield "".join(run)
        run = []
