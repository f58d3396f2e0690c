"""From the words of a slip to its PDF: one plain sheet of A4, PDF/A-2b, the same bytes for the same words.

Knows no page and no database.
"""

from dataclasses import dataclass
from datetime import date

from circulars.typesetting.compiling import compiled, refuse_foreign_faces
from circulars.typesetting.coverage import printable
from circulars.typesetting.fonts import FontSet, Role

Lines = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SlipWords:
    """What stands on the sheet: heading, number, two tables of lines, and what is said of the signature."""

    heading: str
    number: str
    facts: Lines
    digests: Lines
    verdict: str
    note: str
    footer: str


def set_slip(words: SlipWords, fonts: FontSet, *, dated: date) -> bytes:
    """The sheet; ``dated`` is the day that stands in the file as its making. Raises ``FontMissing`` and ``NotTypeset``."""

    def plain(text: str) -> str:
        return printable(text, Role.FANG, fonts)

    def lines(pairs: Lines) -> list[dict[str, str]]:
        return [{"label": label, "text": plain(text)} for label, text in pairs]

    data = {
        "title": f"{words.heading} {words.number}",
        "heading": words.heading,
        "number": plain(words.number),
        "facts": lines(words.facts),
        "digests": lines(words.digests),
        "verdict": plain(words.verdict),
        "note": plain(words.note),
        "footer": plain(words.footer),
        "fonts": fonts.as_data(),
    }
    pdf, _ = compiled("slip.typ", data, fonts, called="签收凭证", dated=dated)
    refuse_foreign_faces(pdf, fonts)
    return pdf
