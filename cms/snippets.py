"""The few words around a hit, with the hit marked, as a search shows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from unicodedata import normalize

from cms.bigrams import folded, tidied

BEFORE, AFTER = 30, 60


@dataclass(frozen=True)
class Piece:
    """A run of characters, which the reader looked for or not."""

    text: str
    is_hit: bool = False


def marked(text: str, phrases: Iterable[str]) -> tuple[Piece, ...]:
    """The whole text, every place of a phrase in it marked."""
    text = tidied(text)
    return _pieces(text, _hits(text, phrases))


def snippet(words: str, phrases: Iterable[str]) -> tuple[Piece, ...]:
    """What stands around the first hit in the passage, every hit in that stretch of its line marked; nothing where none is."""
    phrases = list(phrases)
    for text in normalize("NFC", words).split("\n"):
        if hits := _hits(text, phrases):
            begin, end = max(hits[0][0] - BEFORE, 0), min(hits[0][1] + AFTER, len(text))
            inside = [(a - begin, min(b, end) - begin) for a, b in hits if a < end]
            around = _pieces(text[begin:end], inside)
            return (*([Piece("…")] if begin else []), *around, *([Piece("…")] if end < len(text) else []))
    return ()


def _hits(text: str, phrases: Iterable[str]) -> list[tuple[int, int]]:
    """Where the phrases stand, in order, places that overlap joined."""
    plain, origin = _traced(text)
    found = []
    for phrase in phrases:
        at = plain.find(phrase)
        while at >= 0:
            inner = [origin[place] for place in range(at, at + len(phrase)) if plain[place] != " "]
            found.append((inner[0], inner[-1] + 1))
            at = plain.find(phrase, at + max(len(phrase) - 1, 1))
    joined: list[tuple[int, int]] = []
    for begin, end in sorted(found):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return joined


def _traced(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters the place in the text that it came from."""
    whole = folded(text)
    origin, place = [], 0
    for number, character in enumerate(text):
        for one in folded(character).replace(" ", ""):
            while whole[place] != one:
                origin.append(number)
                place += 1
            origin.append(number)
            place += 1
    origin += [len(text) - 1] * (len(whole) - place)
    return whole, origin


def _pieces(text: str, hits: Iterable[tuple[int, int]]) -> tuple[Piece, ...]:
    pieces, end = [], 0
    for begin, after in hits:
        pieces += [Piece(text[end:begin]), Piece(text[begin:after], is_hit=True)]
        end = after
    return tuple(piece for piece in [*pieces, Piece(text[end:])] if piece.text)
