"""Blocks: what the home page of a role is put together from; each app makes its own, ``config.homes`` says which stand where."""

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from cms.together import Asking, together

# So many lines stand in a block; the page behind its link has them all.
MOST = 8


class Line(NamedTuple):
    """One line: what it is about, what is to be said of it, where it leads, and how it stands (late, soon, signed or nothing)."""

    label: str
    text: str
    url: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Block:
    """A heading with lines below it and the page where the whole stands; ``empty`` says what would stand here and who acts."""

    title: str
    lines: tuple[Line, ...]
    url: str = ""
    empty: str = ""
    more: int = 0  # lines that are left out


# Makes a block for this person at this time, or asks for what it needs of it; None where it does not concern them.
BlockMaker = Callable[[Any, datetime], Block | Asking[Block | None] | None]


def block(title: str, lines: Iterable[Line], *, url: str = "", empty: str = "", count: int | None = None) -> Block:
    """A block of the first lines; ``count`` says how many there are where not all were asked for."""
    every = tuple(lines)
    shown = every[:MOST]
    return Block(title, shown, url, empty, (len(every) if count is None else count) - len(shown))


def blocks_of(makers: Iterable[BlockMaker], user: Any, now: datetime) -> list[Block]:
    """The blocks that concern the person, in this order; what several of them ask goes to the database together."""
    made = together(_asking(maker(user, now)) for maker in makers)
    return [each for each in made if each is not None]


def _asking(made: Block | Asking[Block | None] | None) -> Asking[Block | None]:
    return (yield from made) if isinstance(made, Generator) else made
