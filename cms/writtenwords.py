"""Words that people write into a record: whoever knows what may not stand in one says so before it is kept (Article 5).

The ground knows no marks of secrecy; the app that does registers what is to be asked of every text.
"""

from collections.abc import Callable

_ASKED: list[Callable[[str], None]] = []


def register(refuse: Callable[[str], None]) -> None:
    """This is asked of every text from now on; it raises ``ValidationError`` with a sentence for one that may not be kept."""
    if refuse not in _ASKED:
        _ASKED.append(refuse)


def refuse_unfit(*texts: str) -> None:
    """None of the texts bears what may not stand in a record; raises ``ValidationError`` that says what to do instead."""
    for text in texts:
        for refuse in _ASKED:
            refuse(text)
