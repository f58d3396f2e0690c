"""Who takes part: one issuing office and five hundred receiving units in three groups, so that groups alone address 30, 120 or 500."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.people import User, take_post
from accounts.roles import Role
from accounts.units import Category, Unit
from circulars.layouts import Layout
from circulars.numbering import Series
from cms.areas import Area
from cms.ruleversions import RuleVersion
from tests.offices import beijing

SINCE = beijing("2026-01-05 09:00")
MEMBERS = {Category.COUNTY: 30, Category.DEPARTMENT: 90, Category.ENTERPRISE: 380}
# How many units the groups address together.
GROUPS = {30: ("county",), 120: ("county", "department"), 500: ("county", "department", "enterprise")}
NOT_CONNECTED = 20  # one unit in so many, as in a real register
CLERKS = 8


@dataclass(frozen=True)
class Register:
    office: Unit
    units: tuple[Unit, ...]
    sender: User
    secretary: User
    clerks: tuple[User, ...]
    series: Series
    rules: RuleVersion

    @classmethod
    @transaction.atomic
    def founded(cls) -> "Register":
        """The register stands; the first eight units have a clerk each, the office has a sender and a secretary."""
        office = _unit("FWJG", "发文机关办公室", Category.SECRETARIAT, 0)
        units = tuple(
            _unit(
                f"{category[:2].upper()}{n:03}",
                f"第{n}{category.label}",
                category,
                n,
                connected=bool(n % NOT_CONNECTED),
            )
            for category, members in MEMBERS.items()
            for n in range(1, members + 1)
        )
        sender = _person("sender", "发文人", office, Role.SENDER)
        secretary = _person("secretary", "秘书", office, Role.SECRETARIAT)
        clerks = tuple(_person(f"clerk-{unit.code}", "收文人", unit, Role.CLERK) for unit in units[:CLERKS])
        series = Series.objects.create(unit=office, prefix="延政办发", layout=Layout.GENERAL)
        return cls(office, units, sender, secretary, clerks, series, RuleVersion.objects.in_force(office.area, SINCE))


def _unit(code: str, name: str, category: Category, place: int, **traits: Any) -> Unit:
    unit: Unit = Unit.add_root(
        code=code, name=name, short_name=name, category=category, area=Area.objects.home(), sort_order=place, **traits
    )
    return unit


def _person(username: str, name: str, unit: Unit, role: Role) -> User:
    person = User.objects.create(username=username, name=name)
    take_post(person, unit, role, by=None, at=SINCE)
    return person
