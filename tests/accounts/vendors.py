"""The key vendor of our small city, its person, and keys that end soon."""

import csv
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from accounts.people import User, take_post
from accounts.providers import Provider, Service
from accounts.renewals import Renewal, RenewalRound
from accounts.renewing import open_round
from accounts.roles import Role
from accounts.seals import KeyKind, SealKey
from accounts.units import Category, Unit
from tests.cast import DATA, MONDAY, City
from tests.sealkeys import seal_key

FEES = {KeyKind.UNIT_SEAL: Decimal("260.00"), KeyKind.CLERK: Decimal("90.00")}


def vendor(city: City, code: str = "BZ-MY", *, since: date = date(2026, 1, 1)) -> SimpleNamespace:
    """A provider under contract for keys, and one of its people."""
    unit = Unit.add_root(
        code=code,
        name=f"数字证书公司{code}",
        short_name=f"证书公司{code}",
        category=Category.PROVIDER,
        area=city.office.area,
    )
    provider = Provider.objects.create(
        unit=unit, service=Service.KEY_VENDOR, contract="合同2026-01", phone="0911-1", since=since
    )
    person = User.objects.create(username=f"vendor-{code.lower()}", name="鲁证")
    take_post(person, unit, Role.PROVIDER, by=None, at=MONDAY)
    return SimpleNamespace(unit=unit, provider=provider, person=User.objects.get(pk=person.pk))


def ending_on(key: SealKey, day: date) -> SealKey:
    """The key, so that it ends on this day."""
    valid_until = MONDAY.replace(year=day.year, month=day.month, day=day.day)
    SealKey.objects.filter(pk=key.pk).update(valid_until=valid_until)
    key.refresh_from_db()
    return key


def office_and_county(city: City, *, at: datetime = MONDAY) -> tuple[SealKey, SealKey]:
    """Two keys that end in November: the office's seal, which the city pays for, and the county's clerk's certificate."""
    seal, _ = seal_key(city.office, city.keeper, at=at)
    clerk, _ = seal_key(city.county, city.county_clerk, kind=KeyKind.CLERK, at=at)
    return ending_on(seal, date(2026, 11, 20)), ending_on(clerk, date(2026, 11, 30))


def opened(city: City, provider: Provider, *, at: datetime = MONDAY, **what: Any) -> RenewalRound:
    """A round for the keys that end in November."""
    what = dict[str, Any]({"ends_from": date(2026, 11, 1), "ends_to": date(2026, 11, 30), "fees": FEES} | what)
    return open_round(provider, 2026, by=city.engineer, at=at, **what)


def renewal_of(key: SealKey) -> Renewal:
    return Renewal.objects.shown().get(key=key)


def days(count: int) -> timedelta:
    return timedelta(days=count)


def rows_of(kind: str) -> list[dict[str, str]]:
    """The rows of deadlines.csv of this kind; there are some."""
    with (DATA / "deadlines.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == kind]
    assert rows
    return rows
