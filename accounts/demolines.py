"""A demo's lines: a carrier with one engineer, a line for each of a dozen units, some weeks of interruptions and last quarter's reports."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from accounts.demo import PASSWORD
from accounts.holders import people_with
from accounts.inspections import Finding, LineInspection, file_inspections, owing
from accounts.lineregister import Line, register_line
from accounts.linereports import report_outage
from accounts.people import User, take_post
from accounts.providers import Provider, Service
from accounts.roles import Right, Role
from accounts.units import Category, Unit
from cms.areas import Area
from cms.quarters import Quarter
from cms.workdays import local

LINES = 12
HOUR = timedelta(hours=1)


@transaction.atomic
def make_demo_lines(now: datetime, *, shown: str, by: User) -> int:
    """Units have lines; that of the ``shown`` unit is down, one was down so long last month that its rent is deducted; returns how many."""
    carrier, engineer = _carrier(now)
    bodies = Unit.objects.bodies().filter(connected=True).exclude(category=Category.IT_OFFICE).in_order()
    units = [*bodies.filter(code=shown), *bodies.exclude(code=shown)[: LINES - 1]]
    lines = [
        register_line(
            unit,
            carrier,
            circuit=f"YA-{number:04}",
            rent=Decimal(1800) if unit.category == Category.COUNTY else Decimal("1200.50"),
            since=carrier.since,
            by=by,
            at=now,
        )
        for number, unit in enumerate(units, 1)
    ]
    for line, down_at, lasted, cause in _interruptions(lines, now):
        ended = down_at + lasted if lasted else None
        outage = report_outage(line, down_at=down_at, cause=cause, by=engineer, at=down_at + HOUR)
        if ended is not None:
            outage.restore(up_at=ended, by=engineer, at=ended)
    _report(lines, now, by=engineer)
    return len(lines)


def _carrier(now: datetime) -> tuple[Provider, User]:
    """The carrier under contract and one of its people; both are made where there is none."""
    carriers = Provider.objects.of(Service.CARRIER).in_force(timezone.localdate(now)).order_by("pk")
    carrier = carriers.first() or _make_carrier(now)
    return carrier, User.objects.get(pk=min(people_with(Right.SERVE, carrier.unit_id)))


def _make_carrier(now: datetime) -> Provider:
    unit = Unit.add_root(
        instance=Unit(
            code="BZ01",
            name="延安信通网络有限公司",
            short_name="信通网络",
            category=Category.PROVIDER,
            area=Area.objects.home(),
            connected=False,
            sort_order=9000,
        )
    )
    password = make_password(PASSWORD)
    engineer = User.objects.create(
        username="bz01-provider", name="韩立群", mobile="13900000000", password=password, is_demo=True
    )
    take_post(engineer, unit, Role.PROVIDER, by=None, at=now)
    year = local(now).year - 1
    contract, since = f"延网保〔{year}〕1号", date(year, 1, 1)
    return Provider.objects.create(
        unit=unit, service=Service.CARRIER, contract=contract, phone="0911-8200000", since=since
    )


def _interruptions(lines: list[Line], now: datetime) -> Iterator[tuple[Line, datetime, timedelta | None, str]]:
    """Which line was down since when and for how long; the first line is down still."""
    this_month = local(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    last_month = (this_month - timedelta(days=1)).replace(day=1)
    yield lines[2], last_month + 100 * HOUR, 50 * HOUR, "山体滑坡，光缆中断"
    yield lines[5], last_month + 200 * HOUR, 5 * HOUR, "光缆被挖断"
    yield lines[5], last_month + 300 * HOUR, 13 * HOUR, "机房停电"
    yield lines[7], last_month - 3 * HOUR, 4 * HOUR, "设备重启"
    yield lines[0], now - 10 * HOUR, None, "光缆被挖断，正在抢修"


def _report(lines: list[Line], now: datetime, *, by: User) -> None:
    """The reports of the last quarter but for one, one of them with a trouble."""
    quarter = Quarter.of(now).previous
    if quarter is None:
        return
    own = owing(Line.objects.filter(pk__in=[line.pk for line in lines]), quarter)
    keys = list(own.order_by("pk").values_list("pk", flat=True))[:-1]
    at = now.replace(year=quarter.last.year, month=quarter.last.month, day=quarter.last.day - 5)
    day = local(at).date()
    number = f"演示巡检〔{quarter.year}〕{quarter.number}号"
    good, mended = LineInspection.Result.GOOD, LineInspection.Result.MENDED
    file_inspections(keys[1:], quarter, Finding(day, good, number=number), by=by, at=at)
    file_inspections(keys[:1], quarter, Finding(day, mended, "接头氧化，已更换", number), by=by, at=at)
