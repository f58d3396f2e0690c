"""Two counties of the city that run the rule over their own units, with the people who do it (Article 29)."""

from types import SimpleNamespace
from typing import Any

from accounts.establishing import establish_area
from accounts.people import User, take_post
from accounts.roles import Role
from accounts.units import Category, Unit, area_below
from circulars.layouts import Layout
from circulars.numbering import Series
from circulars.registration import Circular
from tests.cast import MONDAY, City

OFFICE = (Role.DRAFTER, Role.SEAL_KEEPER, Role.CLERK)
SECOND = (Role.REVIEWER, Role.REGISTRAR, Role.SENDER)
THIRD = (Role.APPROVER, Role.PRINCIPAL)


class County(SimpleNamespace):
    """``seat`` runs ``area`` with its ``town`` and ``bureau``; ``secretary``, ``drafter``, ``second``, ``head``, ``town_clerk``, ``bureau_clerk``."""

    def sent(self, city: City, *, at: Any = MONDAY, **elements: Any) -> Circular:
        """A circular of the seat to its own units, on its way since ``at``."""
        units = elements.pop("primary_units", [self.town, self.bureau])
        series = elements.pop("series", None) or self.series
        page = city.draft(by=self.drafter, issuer=self.seat, series=series, primary_units=units, **elements)
        circular = city.register(city.put_through(page, at=at), at=at)
        city.dispatch(circular, at=at)
        return Circular.objects.get(pk=circular.pk)


def unit_below(seat: Unit, code: str, name: str, category: Category) -> Unit:
    level = "township" if category == Category.TOWNSHIP else ""
    seat = Unit.objects.select_related("runs", "area").get(pk=seat.pk)
    facts = {"category": category, "level": level, "area": area_below(seat), "sort_order": seat.sort_order + 1}
    return seat.add_child(instance=Unit(code=code, name=f"{seat.short_name}{name}", short_name=name, **facts))


def appointed(username: str, name: str, unit: Unit, *roles: Role) -> User:
    person = User.objects.create(username=username, name=name)
    for role in roles:
        take_post(person, unit, role, by=None, at=MONDAY)
    return person


def county(city: City, seat: Unit, code: str, name: str, prefix: str) -> County:
    """The unit runs an area of this name, with a township and a bureau below it."""
    seat = Unit.objects.get(pk=seat.pk)
    town = unit_below(seat, f"{seat.code}-Z1", f"{name}一镇", Category.TOWNSHIP)
    area = establish_area(seat, code=code, name=name, by=None, at=MONDAY)
    bureau = unit_below(seat, f"{seat.code}-J1", f"{name}一局", Category.COUNTY_DEPARTMENT)
    seat, town = (Unit.objects.select_related("area", "runs").get(pk=unit.pk) for unit in (seat, town))
    series = Series.objects.create(unit=seat, prefix=prefix, layout=Layout.GENERAL, area=area)
    upward = Series.objects.create(unit=seat, prefix=f"{prefix[0]}政字", layout=Layout.GENERAL)
    second = appointed(f"{code}-second", f"{name}复核", seat, *SECOND)
    head = appointed(f"{code}-head", f"{name}主任", seat, *THIRD)
    city.hands = getattr(city, "hands", {}) | {seat: (second, head, second, second)}
    return County(
        area=area,
        upward=upward,
        seat=seat,
        town=town,
        bureau=bureau,
        series=series,
        secretary=appointed(f"{code}-secretary", f"{name}秘书", seat, Role.SECRETARIAT),
        drafter=appointed(f"{code}-drafter", f"{name}拟稿", seat, *OFFICE),
        second=second,
        head=head,
        town_clerk=appointed(f"{code}-town", f"{name}镇收", town, Role.CLERK),
        bureau_clerk=appointed(f"{code}-bureau", f"{name}局收", bureau, Role.CLERK, Role.LEADER),
    )
