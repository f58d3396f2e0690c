"""用印: a registered circular gets the seals of its issuing bodies and one signed manifest, and from then on never changes (Articles 3, 4, 10).

``records`` keeps what was sealed, ``hands`` says whose seal is due, ``manifests`` what is signed, ``acts`` does it, ``standing`` judges it
before it is sent or signed for.
"""

from circulars.sealing.acts import seal
from circulars.sealing.hands import Hand, hands_of, next_hands, to_seal
from circulars.sealing.onpaper import sealed_on_paper
from circulars.sealing.records import Manifest, Rendition, Seal
from circulars.sealing.standing import SealBroken, flaw_of, refuse_broken, sealed_pdf

__all__ = [
    "Hand",
    "Manifest",
    "Rendition",
    "Seal",
    "SealBroken",
    "flaw_of",
    "hands_of",
    "next_hands",
    "refuse_broken",
    "seal",
    "sealed_on_paper",
    "sealed_pdf",
    "to_seal",
]
