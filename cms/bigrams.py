"""How text is made findable: one folded form for paper and question, and the pairs of neighbouring characters by which an index knows it.

A phrase is in a text when its folded form is in the folded text. A text without one of the phrase's pairs cannot hold it, which an index
tells without reading; that all are there does not prove it yet. Chinese needs no list of words for that. Numbers and Latin words are whole
ones: 130号 is not in 1130号.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

# What of a question is looked at: characters, phrases, and folded characters of one phrase.
LONGEST, MOST, PHRASE = 1_000, 8, 60
# Between two lines of a folded text; nobody can ask for it.
EDGE = "\x1f"
# A passage of a text in characters, and how far the next one reaches back into it, so that every phrase stands whole in one of them.
PASSAGE, OVERLAP = 1_000, 80

_BRACKETS = dict.fromkeys("〔[【〖{﹝", "(") | dict.fromkeys("〕]】〗}﹞", ")")
_RUN = re.compile(r"[0-9]+|[a-z]+")
_BLANKS = re.compile(r"\s+")
_BARE_BLANK = re.compile(r"(?<![0-9a-z ]) (?![0-9a-z ])")  # beside no number or word
_OF_A_RUN = "[0-9A-Za-z０-９Ａ-Ｚａ-ｚ]"
_NEEDLESS = re.compile(rf"(?<!{_OF_A_RUN}) | (?!{_OF_A_RUN})")
_IN_A_RUN = re.compile(_OF_A_RUN)
_UNSEEN = frozenset({"Cc", "Cf", "Cs"})


class _Folding(dict[int, str]):
    """Characters by what they are folded to; each is looked up in the tables of Unicode once."""

    def __missing__(self, code: int) -> str:
        folded = "".join(
            " " if character.isspace() else _BRACKETS.get(character, character)
            for character in unicodedata.normalize("NFKC", chr(code)).lower()
            if character.isspace() or unicodedata.category(character) not in _UNSEEN
        )
        return self.setdefault(code, folded)


class _Tidying(dict[int, str | int]):
    """Characters as they may be kept: blanks of every kind are one, what nobody sees is gone."""

    def __missing__(self, code: int) -> str | int:
        character = chr(code)
        if character.isspace():
            return self.setdefault(code, " ")
        return self.setdefault(code, "" if unicodedata.category(character) in _UNSEEN else code)


_FOLDING, _TIDYING = _Folding(), _Tidying()


@dataclass(frozen=True)
class Asked:
    """The phrases of a question, all of which a text must hold; ``is_cut`` when not all that was typed is among them."""

    phrases: tuple[str, ...]
    is_cut: bool = False


def tidied(text: str) -> str:
    """The text as it is shown in a passage: on one line, without the blanks between Chinese characters and without unseen characters."""
    plain = unicodedata.normalize("NFC", text).translate(_TIDYING)
    # What is taken out may have kept a letter from the sign that belongs on it.
    return unicodedata.normalize("NFC", _NEEDLESS.sub("", _BLANKS.sub(" ", plain)).strip())


def folded(text: str) -> str:
    """The form in which texts are compared: narrow, small letters, one kind of brackets, a blank at either end of every number and Latin word."""
    plain = unicodedata.normalize("NFC", text).translate(_FOLDING)
    spaced = _RUN.sub(lambda run: f" {run[0]} ", _BLANKS.sub(" ", plain))
    return _BLANKS.sub(" ", _BARE_BLANK.sub("", spaced))


def asked(text: str) -> Asked:
    """The phrases that somebody typed, parted by blanks; of a question without end its beginning."""
    begun = text[:LONGEST]
    phrases = dict.fromkeys(phrase for word in begun.split() if (phrase := folded(word)).strip())
    kept = [_shortened(phrase) for phrase in list(phrases)[:MOST]]
    return Asked(tuple(dict.fromkeys(kept)), is_cut=len(text) > LONGEST or kept != list(phrases))


def _shortened(phrase: str) -> str:
    """At most the allowed length, and no number cut in two."""
    end = PHRASE
    while len(phrase) > PHRASE and end > 1 and _IN_A_RUN.match(phrase[end - 1]) and _IN_A_RUN.match(phrase[end]):
        end -= 1
    return phrase[: end if end > 1 else PHRASE]


def pairs(text: str) -> set[int]:
    """The pairs of neighbouring characters of a folded text, and its single characters, each as a number of 32 bits."""
    codes = [ord(character) & 0xFFFF for character in text]
    return {(first << 16) + second for first, second in pairwise(codes)} | set(codes)


def needed(phrase: str) -> set[int]:
    """The pairs that a text must have to hold the phrase; of a single character itself."""
    found = pairs(phrase)
    return {pair for pair in found if pair > 0xFFFF} or found


def passages(lines: Iterable[str]) -> Iterator[str]:
    """The lines of a text tidied and put together to pieces, a long one cut up: each phrase of a line stands whole in one of them."""
    piece: list[str] = []
    length = 0
    for line in filter(None, map(tidied, lines)):
        if piece and length + len(line) > PASSAGE:
            yield "\n".join(piece)
            piece, length = [], 0
        *full, rest = _cut(line)
        yield from full
        piece.append(rest)
        length += len(rest)
    if piece:
        yield "\n".join(piece)


def folded_passage(words: str) -> str:
    """The folded form of a piece, in which no phrase runs over from one line into the next."""
    return EDGE.join(map(folded, words.split("\n")))


def _cut(line: str) -> Iterator[str]:
    """The line in pieces that reach over each other; none begins or ends within a number."""
    begin = 0
    while begin + PASSAGE < len(line):
        end = _between_runs(line, begin + PASSAGE)
        yield line[begin:end]
        begin = max(_between_runs(line, end - OVERLAP), begin + 1)
    yield line[begin:]


def _between_runs(text: str, place: int) -> int:
    """The place, or one before it that stands in no number or word; a run without end is cut all the same."""
    for here in range(place, place - OVERLAP, -1):
        if not (_IN_A_RUN.match(text[here - 1]) and _IN_A_RUN.match(text[here])):
            return here
    return place
