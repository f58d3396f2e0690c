"""Which characters of a paper its faces have, which are lent by another face, and which no face has (names with rare characters)."""

from collections.abc import Iterable
from dataclasses import dataclass

from circulars.typesetting.fonts import LABELS, FontSet, Role

# Set in place of a character that no face has, as printers always did; the text itself keeps its character.
MISSING = "〓"
_AROUND = 6


@dataclass(frozen=True)
class Passage:
    """A piece of the paper's text, the face it is set in and what a clerk calls it."""

    where: str
    role: Role
    text: str


@dataclass(frozen=True)
class Stray:
    """A character that the role's own face lacks: ``face`` is the family that lends it, empty where none has it."""

    character: str
    role: Role
    where: str
    context: str
    face: str

    @property
    def sentence(self) -> str:
        """What becomes of the character, for a clerk."""
        named = f"{self.where}“{self.context}”中的“{self.character}”（U+{ord(self.character):04X}）"
        if self.face:
            return f"{named}{LABELS[self.role]}里没有，用 {self.face} 代替。"
        return f"{named}没有字体可用，排印成“{MISSING}”，请联系网信办补充字体。"


@dataclass(frozen=True)
class Coverage:
    """What the faces of an installation make of a text. What is lent stops nothing; what is missing is never sealed."""

    covered: frozenset[str]
    lent: tuple[Stray, ...]
    missing: tuple[Stray, ...]

    @property
    def sentences(self) -> list[str]:
        return [stray.sentence for stray in (*self.missing, *self.lent)]


def coverage(passages: Iterable[Passage], fonts: FontSet) -> Coverage:
    """Every character of the passages, each stray one named once for each place and role."""
    covered: set[str] = set()
    strays: dict[tuple[str, Role, str], Stray] = {}
    for passage in passages:
        for character in set(passage.text):
            face = fonts.face_for(character, passage.role)
            if character.isspace() or face is fonts.chains[passage.role][0]:
                covered.add(character)
                continue
            place = passage.text.index(character)
            context = passage.text[max(0, place - _AROUND) : place + _AROUND + 1].strip()
            lender = face.family if face else ""
            strays[character, passage.role, passage.where] = Stray(
                character, passage.role, passage.where, context, lender
            )
    found = [strays[key] for key in sorted(strays)]
    return Coverage(
        frozenset(covered),
        tuple(stray for stray in found if stray.face),
        tuple(stray for stray in found if not stray.face),
    )


def printable(text: str, role: Role, fonts: FontSet) -> str:
    """The text with ``MISSING`` for every character that no face of the role has."""
    lost = {c for c in set(text) if not c.isspace() and fonts.face_for(c, role) is None}
    return "".join(MISSING if c in lost else c for c in text) if lost else text
