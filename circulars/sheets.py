"""Pages of a printed form as pictures inside a page of ours, with what the clerk should know of the characters (Article 4).

The pictures travel in the page itself: a paper is set once for one look, and nothing of it is kept on the way.
"""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from django.http import HttpResponse
from django.utils.cache import patch_cache_control

from circulars.typesetting.compiling import NotTypeset
from circulars.typesetting.fonts import FontMissing
from circulars.typesetting.pages import picture
from cms.lifecycles import OutOfOrder

WIDTH = 1000  # pixels of a page
PREVIEW_WIDTH = 800  # in the column beside the form
AT_ONCE = 20  # pages in one answer; the others are behind a link


@dataclass(frozen=True)
class Sheet:
    """One page as a picture that a page may hold."""

    number: int
    source: str


@dataclass(frozen=True)
class Sheets:
    """Some pages of a paper in order; ``refusal`` says why there are none."""

    shown: tuple[Sheet, ...] = ()
    pages: int = 0
    following: int = 0
    notes: tuple[str, ...] = ()
    refusal: str = ""


class Printed(Protocol):
    """A file to show, with what a reader should know of it."""

    @property
    def pdf(self) -> bytes: ...
    @property
    def pages(self) -> int: ...
    @property
    def notes(self) -> tuple[str, ...]: ...


def sheets(set_paper: Callable[[], Printed], *, first: int = 1, width: int = WIDTH) -> Sheets:
    """The pages from this one on; a paper that cannot be set, or is not what was sealed, is a sentence, and whoever reads goes on with its text."""
    try:
        done = set_paper()
    except (FontMissing, NotTypeset, OutOfOrder) as refused:
        return Sheets(refusal=str(refused))
    first = first if 1 <= first <= done.pages else 1
    last = min(first + AT_ONCE - 1, done.pages)
    shown = tuple(Sheet(number, _inside(picture(done.pdf, number, width=width))) for number in range(first, last + 1))
    return Sheets(shown, done.pages, last + 1 if last < done.pages else 0, done.notes)


def with_pictures(response: HttpResponse) -> HttpResponse:
    """The page may show the pictures it carries, and no browser or proxy keeps it."""
    response._csp_update = {"img-src": ["'self'", "data:"]}  # type: ignore[attr-defined]
    patch_cache_control(response, private=True, no_store=True)
    return response


def page_asked(text: str) -> int:
    """The page from which on, as an address says it; anything else is the first."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _inside(png: bytes) -> str:
    return f"data:image/png;base64,{b64encode(png).decode()}"
