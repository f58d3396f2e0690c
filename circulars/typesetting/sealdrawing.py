"""The picture of a seal and of a leader's stamp: drawn from the name that it bears, or the one given to its key (国发〔1999〕25号; GB/T 9704-2012, 7.3.5).

Of its true size, the same bytes for the same name or picture. What is drawn is a vector in the colours of the standard.
"""

from functools import cache, lru_cache
from typing import Any

from circulars.typesetting.compiling import compiled
from circulars.typesetting.fonts import FontMissing, FontSet, Role

STAMP_HEIGHT = 12.0  # mm
_REMEMBERED = 20  # pictures, some hundred kB each


@cache
def seal_picture(name: str, diameter: float, fonts: FontSet, *, below: str = "") -> bytes:
    """A PDF of one page, as wide and high as the seal; diameter in mm, the name along the ring, ``below`` under the star.

    Raises ``FontMissing`` and ``NotTypeset``.
    """
    facts = {"name": name, "diameter": diameter, "below": below, **_face(name + below, Role.BIAO, fonts)}
    return _drawn("seal.typ", facts, fonts)


@cache
def stamp_picture(name: str, fonts: FontSet, *, below: str = "") -> bytes:
    """A PDF of one page, 12 mm high and as wide as the name needs; raises ``FontMissing`` and ``NotTypeset``."""
    facts = {"name": name, "height": STAMP_HEIGHT, "below": below, **_face(name + below, Role.KAI, fonts)}
    return _drawn("stamp.typ", facts, fonts)


@lru_cache(maxsize=_REMEMBERED)
def given_picture(png: bytes, width: float, height: float, fonts: FontSet, *, below: str = "") -> bytes:
    """A PDF of one page of this size in mm that bears the picture, not stretched, and ``below`` under it; raises ``FontMissing`` and ``NotTypeset``."""
    facts = {
        "picture": list(png),
        "width": width,
        "height": height,
        "below": below,
        "small": height * 0.2 if width > height else height * 0.085,
        **_face(below, Role.BIAO, fonts),
    }
    return _drawn("picture.typ", facts, fonts)


def _face(text: str, role: Role, fonts: FontSet) -> dict[str, object]:
    """The faces to take in turn and their weight; raises ``FontMissing`` for a character that none has: a seal never bears a substitute."""
    for character in text:
        if fonts.face_for(character, role) is None:
            raise FontMissing(f"印章名称中的“{character}”没有字形，不能用印。请联系网信办补装字库。")
    return fonts.as_data()[role]


def _drawn(template: str, facts: dict[str, Any], fonts: FontSet) -> bytes:
    pdf, _ = compiled(template, facts, fonts, called="印章图样")
    return pdf
