"""Reasons that people give beside a paper: they bear no mark of secrecy, and the ledger names them by their digest (Article 5)."""

import hashlib

from django.core.exceptions import ValidationError

from cms.unmarked import Marked, refuse_marks, unmarked

__all__ = ["Marked", "digest_of_reason", "refuse_marks", "unmarked"]


def said_in(text: str, field: str, wanted: str, *, longest: int, needed: bool = True) -> str:
    """The reason as it is kept. Raises ``ValidationError`` on the field where there is none though it is needed or a longer one, and ``Marked``."""
    text = text.strip()
    if (needed and not text) or len(text) > longest:
        raise ValidationError({field: f"{wanted}，不超过 {longest} 个字。"})
    refuse_marks(text)
    return text


def digest_of_reason(reason: str) -> str:
    """How the ledger names a reason: SHA-256, 64 hex digits; the words themselves can be emptied elsewhere."""
    return hashlib.sha256(reason.encode()).hexdigest()
