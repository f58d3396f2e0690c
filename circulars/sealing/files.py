"""The printed form of a circular at every stage: its sealed file, the file with the seals it has so far, or set in type (Article 4)."""

from dataclasses import dataclass

from circulars.registration import Circular
from circulars.renditions import set_circular
from circulars.sealing.standing import sealed_bytes, sealed_pdf
from circulars.typesetting.pages import page_count
from circulars.typesetting.press import Typeset


@dataclass(frozen=True)
class SealedFile:
    """A file that bears seals, as it is shown; nothing of it is set anew."""

    pdf: bytes
    pages: int
    notes: tuple[str, ...] = ()


def printed(circular: Circular, *, watermark: str = "") -> Typeset | SealedFile:
    """What a reader sees; a watermark is put on a copy that is set anew. Raises ``SealBroken`` where the sealed bytes are not those sealed."""
    if not watermark:
        pdf = sealed_pdf(circular)
        if pdf is not None:
            return SealedFile(pdf, page_count(pdf))
    return set_circular(circular, watermark=watermark)


def to_be_sealed(circular: Circular) -> Typeset | SealedFile:
    """What a keeper seals next: the file with the seals of the others, or the paper with the places where seals will stand."""
    last = circular.seals.order_by("-pk").first()
    if last is None:
        return set_circular(circular, is_stamped=True, show_spots=True)
    pdf = sealed_bytes(last.digest)
    return SealedFile(pdf, page_count(pdf))
