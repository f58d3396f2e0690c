"""Who will get a circular, unit by unit, as it is shown before registration and before sending (Articles 2, 13(3) and 20).

Nothing is decided here: the distribution is fixed by registration, the deliveries are made by dispatch.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from accounts.faults import Fault
from accounts.holders import staffed
from accounts.roles import Right
from accounts.units import Unit
from circulars.deliveries import Channel
from circulars.recipients import Addressed, distribution
from circulars.registration import Circular
from circulars.snapshots import Snapshot, addressees


@dataclass(frozen=True)
class Destination:
    """One unit that will get the circular: by which line, by which way, whether somebody is there to sign for it, and what fault keeps it from it."""

    place: int
    unit: Unit
    role: Addressed
    is_staffed: bool
    fault: Fault | None

    @property
    def channel(self) -> Channel:
        return Channel.ELECTRONIC if self.unit.connected else Channel.PAPER

    @property
    def is_vacant(self) -> bool:
        """It comes by the system, and nobody there may sign for it."""
        return self.unit.connected and not self.is_staffed

    @property
    def is_cut_off(self) -> bool:
        """It comes by the system, and for a fault that lasts it is owed there on paper as well."""
        return self.unit.connected and self.fault is not None


@dataclass(frozen=True)
class Destinations:
    """All units that will get the circular, in the register's order."""

    rows: tuple[Destination, ...]

    def __len__(self) -> int:
        return len(self.rows)

    def by_category(self) -> Iterator[tuple[str, list[Destination]]]:
        for heading, rows in groupby(self.rows, key=lambda row: row.unit.get_category_display()):
            yield heading, list(rows)

    @property
    def units(self) -> list[Unit]:
        return [row.unit for row in self.rows]

    @property
    def primary(self) -> int:
        return sum(row.role == Addressed.PRIMARY for row in self.rows)

    @property
    def cc(self) -> int:
        return len(self.rows) - self.primary

    @property
    def electronic(self) -> int:
        return sum(row.channel == Channel.ELECTRONIC for row in self.rows)

    @property
    def paper(self) -> list[Destination]:
        return [row for row in self.rows if row.channel == Channel.PAPER]

    @property
    def vacant(self) -> list[Destination]:
        return [row for row in self.rows if row.is_vacant]

    @property
    def cut_off(self) -> list[Destination]:
        return [row for row in self.rows if row.is_cut_off]


def destinations_of(circular: Circular) -> Destinations:
    """Where a registered circular goes: its fixed distribution, with the posts as they are held now."""
    lines = circular.distribution.select_related("unit").order_by("unit__sort_order", "unit__code")
    return _asked_for((line.unit, Addressed(line.role)) for line in lines)


def destinations_by(snapshot: Snapshot) -> Destinations:
    """Where a text would go if it were registered now."""
    primary, cc = addressees(snapshot)
    return _asked_for(distribution(primary, cc, snapshot["issuers"]))


def _asked_for(lines: Iterable[tuple[Unit, Addressed]]) -> Destinations:
    lines = list(lines)
    keys = [unit.pk for unit, _ in lines]
    with_clerk, faults = staffed(Right.RECEIVE, keys), Fault.objects.open().of_units(keys)
    return Destinations(
        tuple(
            Destination(n, unit, role, unit.pk in with_clerk, faults.get(unit.pk))
            for n, (unit, role) in enumerate(lines, 1)
        )
    )
