"""Recipients chosen before, ready to be ticked again: a unit's kept lists and those of its last circulars (Articles 2 and 20).

Whom the register no longer holds is never ticked silently: a selection names those who are gone.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Prefetch

from accounts.units import GROUPS, Unit
from circulars.pages import CircularPage
from circulars.recipientlists import ListedUnit, Place, RecipientList
from circulars.recipients import printed
from circulars.registration import Circular
from circulars.snapshots import addressees

# How many of the unit's last circulars are looked through, and how many different selections of them are offered.
_LOOKED_AT = 15
_OFFERED = 5


@dataclass(frozen=True)
class Selection:
    """Groups and units as they would be ticked now; ``source`` is what to ask for it by, ``gone`` are the names of who is no more."""

    source: str
    name: str
    groups: tuple[str, ...]
    primary: tuple[Unit, ...]
    excluded: tuple[Unit, ...]
    cc: tuple[Unit, ...]
    gone: tuple[str, ...] = ()

    @property
    def key(self) -> int:
        """The primary key of the list or the circular behind it."""
        return int(self.source.rpartition("-")[2])

    @property
    def said(self) -> str:
        """Its recipients in the words that a circular would print."""
        primary = printed(self.groups, self.primary, closing="", excluded=self.excluded)
        cc = printed((), self.cc, closing="")
        return "；抄送：".join(filter(None, [primary, cc])) if primary else f"抄送：{cc}"

    @property
    def warning(self) -> str:
        """What the drafter must know before using it; empty when all are still there."""
        return f"“{'、'.join(self.gone)}”已不在使用单位名册或已改为内设科室、已撤销，没有勾选。" if self.gone else ""

    def put_on(self, page: CircularPage) -> None:
        """The draft in hand is addressed so, and not yet saved; copies are replaced only by copies."""
        page.primary_groups = ",".join(self.groups)
        page.primary_units, page.excluded_units = list(self.primary), list(self.excluded)
        if self.cc:
            page.cc_units = list(self.cc)


def kept(unit: Unit) -> list[Selection]:
    """The lists of the unit, by name."""
    lines = Prefetch("lines", ListedUnit.objects.select_related("unit").order_by("unit__sort_order", "unit__code"))
    return [_of_list(each) for each in unit.recipient_lists.order_by("name").prefetch_related(lines)]


def recent(unit: Unit) -> list[Selection]:
    """To whom the unit's last circulars went, each selection once, the newest first."""
    kept = Circular.objects.unblocked().filter(issuer=unit, text__isnull=False)
    circulars = kept.select_related("text").order_by("-registered_at", "-pk")
    lines = [(circular, *addressees(circular.snapshot)) for circular in circulars[:_LOOKED_AT]]
    named = {code for _, *both in lines for line in both for code in (*line.units, *line.excluded)}
    register = {each.code: each for each in Unit.objects.filter(code__in=named)}
    found: dict[tuple[Collection[str], ...], Selection] = {}
    for circular, primary, cc in lines:
        key = (frozenset(primary.groups), frozenset(primary.units), frozenset(primary.excluded), frozenset(cc.units))
        if any(key) and key not in found and len(found) < _OFFERED:
            found[key] = _selection(
                f"circular-{circular.pk}",
                circular.number,
                primary.groups,
                *(
                    [(code, register.get(code)) for code in codes]
                    for codes in (primary.units, primary.excluded, cc.units)
                ),
            )
    return list(found.values())


def selection_of(unit: Unit, source: str) -> Selection | None:
    """The selection that the unit is offered by this name; none when it is offered no such thing."""
    return next((each for each in (*kept(unit), *recent(unit)) if each.source == source), None)


def _of_list(kept_list: RecipientList) -> Selection:
    lines = list(kept_list.lines.all())

    def at(place: Place) -> list[tuple[str, Unit | None]]:
        return [(line.unit.short_name, line.unit) for line in lines if line.place == place]

    groups = [group for group in kept_list.groups.split(",") if group]
    return _selection(
        f"list-{kept_list.pk}", kept_list.name, groups, at(Place.PRIMARY), at(Place.EXCLUDED), at(Place.CC)
    )


def _selection(source: str, name: str, groups: Iterable[str], *places: Iterable[tuple[str, Unit | None]]) -> Selection:
    here: list[tuple[Unit, ...]] = []
    gone: list[str] = []
    for place in places:
        place = list(place)
        here.append(tuple(unit for _, unit in place if unit and _receives(unit)))
        gone += [unit.short_name if unit else said for said, unit in place if not unit or not _receives(unit)]
    primary, excluded, cc = here
    return Selection(
        source, name, tuple(group for group in groups if group in GROUPS), primary, excluded, cc, tuple(gone)
    )


def _receives(unit: Unit) -> bool:
    return unit.is_active and not unit.is_division
