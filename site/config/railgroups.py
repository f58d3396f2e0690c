"""How the lines of the rail are put together: one group to a heading, and long rails fold."""

from collections.abc import Iterable

from circulars.rail import RailGroup, RailItem

# So many lines stand in a window of 768 px beside their headings twice over; of a longer rail only the group at hand is open.
MOST_UNFOLDED = 28


def joined(groups: Iterable[RailGroup], page: str) -> list[RailGroup]:
    """One group for each heading, where it came first; the one whose line leads to this page, or nearest above it, is marked."""
    items: dict[str, tuple[RailItem, ...]] = {}
    for group in groups:
        items[group.heading] = (*items.get(group.heading, ()), *group.items)
    here = max(
        ((len(url), heading) for heading, lines in items.items() for url in _addresses(lines) if page.startswith(url)),
        default=(0, ""),
    )[1]
    return [RailGroup(heading, lines, is_here=heading == here) for heading, lines in items.items()]


def folds(groups: Iterable[RailGroup]) -> bool:
    """Whether the rail is too long to stand open."""
    return sum(len(group.items) for group in groups) > MOST_UNFOLDED


def _addresses(lines: Iterable[RailItem]) -> Iterable[str]:
    return (line.url.split("?")[0] for line in lines)
