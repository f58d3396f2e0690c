"""The keys of rows as a page sends them back: what cannot be one counts for nothing."""

from collections.abc import Iterable

# More digits are the key of no row, and Python refuses to read thousands of them as a number.
LONGEST = 18


def is_key(text: str) -> bool:
    """Whether this may be the key of a row."""
    return text.isascii() and text.isdigit() and len(text) <= LONGEST


def keys_in(sent: Iterable[str]) -> list[int]:
    """What of this may be keys, in its order."""
    return [int(text) for text in sent if is_key(text)]
