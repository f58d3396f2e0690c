"""From named shares to a chart of bars: sheets of A4, PDF/A-2b, the same bytes for the same words.

Knows no paper, no page and no database.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from circulars.typesetting.compiling import compiled, refuse_foreign_faces
from circulars.typesetting.coverage import printable
from circulars.typesetting.fonts import FontSet, Role


@dataclass(frozen=True)
class Bar:
    """One line: whose it is, how long of a thousand, what stands behind it, and whether it is drawn dark."""

    label: str
    thousandths: int
    said: str
    is_marked: bool = False


def set_bars(title: str, note: str, bars: Sequence[Bar], fonts: FontSet, *, dated: date) -> bytes:
    """The chart; ``dated`` is the day that stands in the file as its making. Raises ``FontMissing`` and ``NotTypeset``."""

    def plain(text: str) -> str:
        return printable(text, Role.FANG, fonts)

    data = {
        "title": title,
        "note": plain(note),
        "bars": [
            {
                "label": plain(bar.label),
                "thousandths": bar.thousandths,
                "said": plain(bar.said),
                "marked": bar.is_marked,
            }
            for bar in bars
        ],
        "fonts": fonts.as_data(),
    }
    pdf, _ = compiled("bars.typ", data, fonts, called="统计图", dated=dated)
    refuse_foreign_faces(pdf, fonts)
    return pdf
