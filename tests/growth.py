"""How the work for a text grows with its length, for what must never take the square of it."""

import time
from collections.abc import Callable
from typing import Any

# A text four times as long may take so many times as long: four, and room for a busy machine; the square would be sixteen.
FAIR = 8


def growth(act: Callable[[str], Any], text: Callable[[int], str], length: int = 6_000) -> float:
    """How many times as long the act takes for a text four times as long."""
    short, long = text(length), text(4 * length)
    return _least(act, long) / max(_least(act, short), 1e-4)


def _least(act: Callable[[str], Any], text: str) -> float:
    """The processor's seconds for the act, at its quickest of three."""
    taken = []
    for _ in range(3):
        begun = time.process_time()
        act(text)
        taken.append(time.process_time() - begun)
    return min(taken)
