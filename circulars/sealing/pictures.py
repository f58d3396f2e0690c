"""What a seal or stamp looks like on the page, and how much room it has there (GB/T 9704-2012, 7.3.5; Article 10)."""

from typing import Any

from accounts.keypictures import picture_on
from accounts.seals import KeyKind, SealKey
from circulars.renditions import faces
from circulars.sealing.hands import STAMPED
from circulars.typesetting.sealdrawing import STAMP_HEIGHT, given_picture, seal_picture, stamp_picture
from cms.signing import certificates
from cms.signing.pdfseals import SealField


def picture_of(key: SealKey, place: dict[str, Any]) -> bytes:
    """The key's own picture, or one drawn from the name, as a PDF of one page.

    Raises ``KeyRefused`` where the picture is not the one that came into force with the key, and what drawing raises.
    """
    below = certificates.DEMO_ONLY if key.is_demo else ""
    field = field_at(place)
    if given := picture_on(key):
        return given_picture(given, field.width, field.height, faces(), below=below)
    if key.kind == KeyKind.LEADERS_STAMP:
        return stamp_picture(key.keeper.name, faces(), below=below)
    return seal_picture(key.unit.name, field.width, faces(), below=below)


def field_at(place: dict[str, Any]) -> SealField:
    """The field that a place of the rendition gives; a stamp is lower than it is wide."""
    width = float(place["diameter"])
    height = STAMP_HEIGHT if place["kind"] == STAMPED else width
    return SealField(place["field"], place["page"], place["x"], place["y"], width, height)
