"""A month's look-ins of 150 units: gaps, breaches and silent days, against a query that only fetches the rows."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from accounts.lookins import LookIn
from accounts.people import Post, User
from accounts.roles import Role
from cms.offices import office_of
from cms.workdays import ONE_DAY
from reports.months import Month
from reports.presencemonth import presence_report
from tests.bench.register import Register
from tests.bench.stopwatch import Figure, queries, race

TURNS, UNITS, A_DAY, AIM = 10, 150, 8, 1000  # the aim in milliseconds of this process's own computing


@dataclass(frozen=True)
class Found:
    figures: list[Figure]
    remarks: list[str]


def measure(register: Register) -> Found:
    """The last whole month, with so many look-ins of every unit on each working day."""
    now = timezone.now()
    month = Month.of(now).previous
    assert month is not None
    units = [unit for unit in register.units if unit.connected][:UNITS]
    # Somebody of their own: a clerk with so many units would make every later page another one.
    clerk, office = User.objects.create(username="watch", name="值守人"), office_of(register.office.area)
    since = month.starts_at.date()
    Post.objects.bulk_create(
        [Post(person=clerk, unit=unit, role=Role.CLERK, held_from=since) for unit in units], ignore_conflicts=True
    )
    LookIn.objects.create(at=month.starts_at - timedelta(days=2), unit=units[0], person=clerk)
    rows, day = [], since
    while day <= month.last_day:
        if office.is_working_day(day):
            opens = office.open_of(day)
            rows += [
                LookIn(at=opens + timedelta(minutes=70 * turn), unit=unit, person=clerk)
                for unit in units
                for turn in range(A_DAY)
            ]
        day += ONE_DAY
    LookIn.objects.bulk_create(rows, batch_size=5000)
    only = [unit.pk for unit in units]

    def bare(turn: int = 0) -> int:
        return len(list(LookIn.objects.between(month.starts_at, month.ends_at).values_list("unit_id", "at")))

    def ours(turn: int = 0) -> int:
        return presence_report(month, as_of=now, area=register.office.area, only=only).owed

    days = len({(row.unit_id, row.at.date()) for row in rows})
    if (bare(), ours()) != (len(rows), days):
        raise AssertionError("The month is not the one that was written.")
    run = race(TURNS, bare=bare, ours=ours)
    scene = f"presence of a month, {UNITS} units, {len(rows):,} look-ins"
    wall, cpu = run.wall(scene, queries=queries(ours)), run.cpu(scene)
    within = "within" if cpu.ours <= AIM else "over"
    return Found([wall, cpu], [f"{scene}: {cpu.ours:.0f} ms of computing, {within} the aim of {AIM}"])
