"""The first letters by which people who type fast look for a name: 延安市财政局 is yasczj."""

from collections.abc import Callable
from functools import cache, partial
from typing import Any

# Readings that the dictionary has otherwise: names of this area.
_NAMES = {"子长": [["zǐ"], ["cháng"]]}


def initials(text: str, *, end: str) -> str:
    """The first letters of the Chinese words of a text; whatever is no Chinese stands as ``end``."""
    letters = (found[0][:1].lower() for found in _reader()(text, errors=lambda run: end * len(run)))
    return "".join(letter if letter.isascii() and letter.isalpha() else end for letter in letters)


@cache
def _reader() -> Callable[..., Any]:
    """How a text is read. Its dictionary takes 30 MB, which the index alone needs; to add our names to it takes longer than a paper's words."""
    from pypinyin import Style, load_phrases_dict, pinyin

    load_phrases_dict(_NAMES)
    return partial(pinyin, style=Style.NORMAL)
