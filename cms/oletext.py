"""The Chinese in a file of the older office formats, found as runs of characters: an honest best effort."""

import re
from dataclasses import dataclass
from functools import cache

_CHINESE = re.compile("[\u4e00-\u9fff]")
_WIDE = re.compile("[\\u2000-\\u303f\\u4e00-\\u9fff\\uff00-\\uffef\\x20-\\x7e\\r\\n]{2,}")
_GBK = re.compile(rb"(?:[\x81-\xfe][\x40-\xfe]|[\x20-\x7e\r\n]){2,}")
_SENSE = 8
_LOCKED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True)
class OleText:
    """The runs found; ``makes_sense`` when one of them reads as Chinese and is not made of any bytes by chance."""

    runs: list[str]
    makes_sense: bool


def is_locked(content: bytes) -> bool:
    """Whether the file is behind a password."""
    return _LOCKED in content


def read_ole(content: bytes) -> OleText:
    """Every run of Chinese: these formats keep text as UTF-16, and names and notes as GBK."""
    found: list[str] = []
    makes_sense = False
    for start in (0, 1):
        for run in _WIDE.findall(content[start:].decode("utf-16-le", errors="replace")):
            if _CHINESE.search(run):
                makes_sense = makes_sense or _is_chinese(run)
                found.append(run)
    for run in _GBK.findall(content):
        if len(run) < 4096 or b"\xc3\xdc" in run:  # 密 in GBK
            found.append(run.decode("gbk", errors="replace"))
    return OleText(found, makes_sense)


def _is_chinese(run: str) -> bool:
    """Whether the run reads as common Chinese; chance makes rare characters out of any bytes."""
    common = 0
    for c in run:
        common = common + 1 if "\u4e00" <= c <= "\u9fff" and _is_common(c) else 0
        if common == _SENSE:
            return True
    return False


@cache
def _is_common(c: str) -> bool:
    try:
        c.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
