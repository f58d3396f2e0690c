"""Lines of our small city: a carrier with its people, and a line of the attentive unit."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from accounts.inspections import Finding, file_inspections
from accounts.linemonths import midnight  # noqa: F401  for scenes about months
from accounts.lineoutages import LineOutage
from accounts.lineregister import Line, register_line
from accounts.linereports import report_outage
from accounts.people import User, take_post
from accounts.providers import Provider, Service
from accounts.roles import Role
from accounts.units import Category, Unit
from cms.quarters import Quarter
from tests.cast import MONDAY, City

SINCE = date(2026, 1, 1)


def carrier(city: City, code: str = "BZ-DX", name: str = "延安电信", *, who: str = "lineman") -> Provider:
    """A carrier with a contract since New Year, whose one engineer is the city's ``who``."""
    unit = Unit.add_root(
        instance=Unit(
            code=code,
            name=f"{name}分公司",
            short_name=name,
            category=Category.PROVIDER,
            area=city.office.area,
            connected=False,
        )
    )
    person = User.objects.create(username=who.replace("_", "-"), name="线路工")
    take_post(person, unit, Role.PROVIDER, by=None, at=MONDAY)
    setattr(city, who, person)
    return Provider.objects.create(
        unit=unit, service=Service.CARRIER, contract="延网合〔2026〕3号", phone="0911-10000", since=SINCE
    )


def line(
    city: City, *, of: Provider | None = None, unit: Unit | None = None, circuit: str = "YA-0001", **facts: Any
) -> Line:
    """A line of the attentive unit, let since New Year for 1,200.50 yuan a month."""
    of = of or Provider.objects.filter(service=Service.CARRIER).order_by("pk").first() or carrier(city)
    agreed = {"rent": Decimal("1200.50"), "since": SINCE, "by": city.engineer, "at": MONDAY} | facts
    return register_line(unit or city.attentive, of, circuit=circuit, **agreed)


def down(
    line: Line, down_at: datetime, up_at: datetime | None = None, *, by: Any, at: datetime | None = None
) -> LineOutage:
    """The line was down from then to then, as the network office or the carrier enters it."""
    at = at or max(up_at or down_at, MONDAY)
    outage = report_outage(line, down_at=down_at, cause="光缆被挖断", by=by, at=at)
    if up_at is not None:
        outage.restore(up_at=up_at, by=by, at=at)
    return outage


def inspected(*lines: Line, quarter: Quarter = Quarter(2026, 3), by: Any, at: datetime = MONDAY, **said: Any) -> int:  # noqa: B008  frozen
    """The lines' report of the quarter is with the network office."""
    report: dict[str, Any] = {"inspected_on": at.date(), "result": "good", "number": "巡检〔2026〕3号"} | said
    finding = Finding(**report)
    return file_inspections([one.pk for one in lines], quarter, finding, by=by, at=at)
