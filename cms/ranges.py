"""One part of a file, as a reader that resumes a download asks for it (RFC 9110, 14); whoever asks for several gets the whole."""

import re
from dataclasses import dataclass
from typing import BinaryIO

from django.http import HttpRequest

_ONE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.ASCII)


@dataclass(frozen=True)
class Stretch:
    """The bytes from ``first`` up to and with ``last`` of so many; none of them where it begins after the end."""

    first: int
    last: int
    size: int

    @property
    def is_there(self) -> bool:
        return self.first < self.size

    @property
    def length(self) -> int:
        return self.last - self.first + 1

    def __str__(self) -> str:
        return f"bytes {self.first}-{self.last}/{self.size}" if self.is_there else f"bytes */{self.size}"


def asked_for(request: HttpRequest) -> str:
    """The part that a request asks for, empty for the whole; nobody has a mark of ours that could answer ``If-Range``."""
    is_plain = request.method == "GET" and "If-Range" not in request.headers
    return request.headers.get("Range", "") if is_plain else ""


def stretch_of(asked: str, size: int) -> Stretch | None:
    """The one part of so many bytes that is asked for; None for the whole, for several parts and for what is no question."""
    told = _ONE.fullmatch(asked)
    if not told or not (told[1] or told[2]):
        return None
    if not told[1]:
        return Stretch(max(size - int(told[2]), 0) if int(told[2]) else size, size - 1, size)
    first, last = int(told[1]), int(told[2]) if told[2] else size - 1
    if told[2] and last < first:
        return None
    return Stretch(first, min(last, size - 1), size)


class Cut:
    """A file from which no more than this stretch is read; it has no number of its own that a server could send the whole by."""

    def __init__(self, stored: BinaryIO, stretch: Stretch):
        self._stored, self._left = stored, stretch.length
        stored.seek(stretch.first)
        self.close = stored.close

    def read(self, most: int = -1) -> bytes:
        chunk = self._stored.read(self._left if most < 0 else min(most, self._left))
        self._left -= len(chunk)
        return chunk
