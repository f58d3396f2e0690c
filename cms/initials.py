"""The first letters by which people who type fast look for a name: 延安市财政局 is yasczj."""

# Readings that the dictionary has otherwise: names of this area.
_NAMES = {"子长": [["zǐ"], ["cháng"]]}


def initials(text: str, *, end: str) -> str:
    """The first letters of the Chinese words of a text; whatever is no Chinese stands as ``end``."""
    from pypinyin import Style, load_phrases_dict, pinyin  # its dictionary takes 30 MB, and the index alone needs it

    load_phrases_dict(_NAMES)
    letters = (found[0][:1].lower() for found in pinyin(text, style=Style.NORMAL, errors=lambda run: end * len(run)))
    return "".join(letter if letter.isascii() and letter.isalpha() else end for letter in letters)
