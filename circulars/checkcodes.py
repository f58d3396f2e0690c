"""核验码: the short code at the foot of a printed copy, by which it is looked up again (Articles 4 and 10).

Twelve characters of an alphabet without look-alikes. The last makes the weighted sum of all divisible by 31, so that one wrong character
or two that changed places are noticed before anything is asked. The code is kept: it outlives a change of ``SECRET_KEY``.
"""

import hashlib
import hmac
import unicodedata
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models

from circulars.registration import Circular

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0 O, 1 I L; 31 of them, a prime
LENGTH = 12
_GROUP = 4
_PURPOSE = b"circulars.checkcodes"


class CheckCode(models.Model):
    """The code of one sealed circular, fixed when it is sealed; takes INSERT only."""

    circular = models.OneToOneField(Circular, models.PROTECT, primary_key=True, related_name="check_code")
    code = models.CharField("核验码", max_length=LENGTH, unique=True)

    class Meta:
        verbose_name = "核验码"
        verbose_name_plural = "核验码"
        default_permissions = ()

    def __str__(self) -> str:
        return grouped(self.code)


def code_for(document: UUID, manifest_digest: str) -> str:
    """The code of what this manifest closes; nobody makes one without the installation's secret."""
    key = HKDF(hashes.SHA256(), 32, None, _PURPOSE).derive(settings.SECRET_KEY.encode())
    digest = hmac.new(key, document.bytes + bytes.fromhex(manifest_digest), hashlib.sha256).digest()
    rest, values = int.from_bytes(digest), []
    for _ in range(LENGTH - 1):
        rest, value = divmod(rest, len(ALPHABET))
        values.append(value)
    last = next(value for value in range(len(ALPHABET)) if _adds_up([*values, value]))
    return "".join(ALPHABET[value] for value in [*values, last])


def code_typed(text: str) -> str | None:
    """What somebody typed or scanned, as it is kept: in either case, with or without groups; None for a slip of the hand."""
    plain = "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isalnum())
    if len(plain) != LENGTH or not set(plain) <= set(ALPHABET):
        return None
    return plain if _adds_up([ALPHABET.index(c) for c in plain]) else None


def grouped(code: str) -> str:
    """As it is printed: three groups of four signs with a dash between."""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def _adds_up(values: list[int]) -> bool:
    return sum(place * value for place, value in enumerate(values, 1)) % len(ALPHABET) == 0
