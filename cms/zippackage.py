"""A packed file opened only when its list of parts is no longer than it may be: reading a list of a million parts takes half a gigabyte."""

import os
import zipfile
from pathlib import Path
from typing import IO

# The end of a packed file, and what stands before it in the form for large ones: a second end, and the way to that one.
_END, _END_MARK = 22, b"PK\x05\x06"
_LARGE_END, _LARGE_END_MARK, _LARGE_WAY, _LARGE_WAY_MARK = 56, b"PK\x06\x06", 20, b"PK\x06\x07"
_LONGEST_COMMENT = (1 << 16) - 1
_OF_A_PART = 256  # bytes of the list; names of parts are short


class TooManyParts(zipfile.BadZipFile):
    """The list of parts is longer than that of any file of this kind."""


def opened(stored: IO[bytes] | Path, *, most: int) -> zipfile.ZipFile:
    """The packed file; raises ``TooManyParts`` for a list too long for so many parts, unread, and what ``ZipFile`` raises."""
    if isinstance(stored, Path):
        with stored.open("rb") as file:
            length = length_of_list(file)
    else:
        length = length_of_list(stored)
    if length > most * _OF_A_PART:
        raise TooManyParts("too many parts")
    package = zipfile.ZipFile(stored)
    if len(package.infolist()) > most:
        package.close()
        raise TooManyParts("too many parts")
    return package


def length_of_list(stored: IO[bytes]) -> int:
    """How many bytes the list of parts has by what the end of the file says, read as ``ZipFile`` reads it; 0 for what is not packed."""
    size = stored.seek(0, os.SEEK_END)
    stored.seek(max(size - _END - _LONGEST_COMMENT - _LARGE_WAY - _LARGE_END, 0))
    tail = stored.read()
    at = len(tail) - _END
    if at < 0 or not (tail.startswith(_END_MARK, at) and tail.endswith(b"\0\0")):
        at = tail.rfind(_END_MARK)
    if at < 0:
        return 0
    way = at - _LARGE_WAY
    large = way - _LARGE_END
    if large >= 0 and tail.startswith(_LARGE_WAY_MARK, way) and tail.startswith(_LARGE_END_MARK, large):
        return int.from_bytes(tail[large + 40 : large + 48], "little")
    return int.from_bytes(tail[at + 12 : at + 16], "little")
