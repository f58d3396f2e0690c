"""An account for somebody who comes to a unit: named for the unit, shut until its letter opens it (Articles 7 and 24)."""

from datetime import datetime
from itertools import count
from typing import Any

from accounts.deeds import Deed
from accounts.people import User
from accounts.units import Unit
from cms import ledger


def open_account(unit: Unit, name: str, *, username: str = "", by: Any, at: datetime, **numbers: str) -> User:
    """The newcomer has an account under this or the unit's next free name, with these telephone numbers, and no password yet."""
    person = User(username=username or _free_name(unit), name=name, password_due=True, **numbers)
    person.set_unusable_password()
    person.save(force_insert=True)
    ledger.enter(Deed.ACCOUNT_OPENED, subject=ledger.subject_of(person), by=by, at=at, unit=unit.pk)
    return person


def _free_name(unit: Unit) -> str:
    """``bm05-01``, or the next number that nobody has."""
    stem = f"{unit.code.lower()}-"
    taken = set(User.objects.filter(username__startswith=stem).values_list("username", flat=True))
    return next(name for number in count(1) if (name := f"{stem}{number:02}") not in taken)
