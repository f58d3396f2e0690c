"""Changes of staff as scenes file them."""

from datetime import date
from typing import Any

from accounts.acknowledgements import Office
from accounts.filings import Filing
from accounts.people import User
from accounts.roles import Role
from accounts.staffchanges import Letter, Newcomer, file_change
from tests.cast import MONDAY, City

LETTER = Letter("延发改函〔2026〕12号", date(2026, 9, 28))
NEWCOMER = Newcomer("钱新来", "13900000007", "0911-2160007", no_violation=True, competent=True, on_staff=True)


def filed(city: City, role: Role = Role.CLERK, *, by: User | None = None, **change: Any) -> Filing:
    """A change of the attentive unit, filed by its leader on Monday."""
    change.setdefault("letter", LETTER)
    change.setdefault("at", MONDAY)
    return file_change(city.attentive, role, by=by or city.leader, **change)


def replaced(city: City, **change: Any) -> Filing:
    """The first clerk retires and somebody new comes in the place."""
    return filed(city, **{"leaver": city.clerk, "why": "retired", "newcomer": NEWCOMER} | change)


def confirmed(city: City, filing: Filing) -> Filing:
    """Both offices have acknowledged it."""
    filing.acknowledge(Office.SECRETARIAT, by=city.secretary, at=MONDAY)
    filing.acknowledge(Office.NETWORK_OFFICE, by=city.engineer, at=MONDAY)
    return filing
