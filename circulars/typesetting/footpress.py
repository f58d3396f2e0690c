"""The foot of a printed original as a page of its own that is laid over each page: whose it is, which serial, when, and its check code (Article 4).

Knows no page and no database.
"""

import io
from dataclasses import dataclass

import segno

from circulars.typesetting.compiling import compiled
from circulars.typesetting.coverage import printable
from circulars.typesetting.fonts import FontSet, Role


@dataclass(frozen=True)
class Foot:
    """The words of the upper line; the check code in groups, and where it is looked up, both empty for a paper that has none."""

    words: str
    code: str = ""
    address: str = ""


def set_foot(foot: Foot, fonts: FontSet) -> bytes:
    """One clear page of A4 with the foot below the type area. Raises ``NotTypeset``."""
    data = {
        "fonts": fonts.as_data(),
        "words": printable(foot.words, Role.FANG, fonts),
        "code": foot.code,
        "picture": _picture(foot.address) if foot.address else "",
    }
    pdf, _ = compiled("foot.typ", data, fonts, called="印件页脚")
    return pdf


def _picture(address: str) -> str:
    """The QR code as SVG, its quiet zone with it."""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawn, kind="svg", border=4, xmldecl=False, svgns=True, light="#fff"
    )
    return drawn.getvalue().decode()
