"""抽取: which units a spot check looks at, by a sum that anybody can do again (Articles 6 and 28).

Each code gets the SHA-256 of ``seed:code`` as 64 hex digits; the smallest of these win, in their order. Nothing here depends on the version
of a language or library, so the draw of today is the draw of ten years on
(docs/decisions/2026-11-28-a-draw-that-anybody-can-repeat.md).
"""

import hashlib
import secrets
from collections.abc import Iterable

ALGORITHM = "sha256-smallest-1"


def new_seed() -> str:
    """256 bits from the system's own source of chance, as hex; nobody can choose them."""
    return secrets.token_hex(32)


def drawn(seed: str, codes: Iterable[str], n: int) -> list[str]:
    """The ``n`` codes drawn by this seed, the first drawn first; all of them where there are no more. The order of ``codes`` does not matter."""
    return sorted(set(codes), key=lambda code: (lot(seed, code), code))[:n]


def lot(seed: str, code: str) -> str:
    """The number that a code draws: 64 hex digits."""
    return hashlib.sha256(f"{seed}:{code}".encode()).hexdigest()


def in_canonical_order(codes: Iterable[str]) -> list[str]:
    """Each code once, by its characters."""
    return sorted(set(codes))


def digest_of_population(codes: Iterable[str]) -> str:
    """SHA-256 over the codes in canonical order, one a line, each line ended."""
    return hashlib.sha256("".join(f"{code}\n" for code in in_canonical_order(codes)).encode()).hexdigest()
