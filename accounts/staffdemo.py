"""A demo's people: declared, filed, telephoned and on duty as in a city that keeps the rule, with a few gaps to put right (Articles 18, 23 to 25)."""

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.utils import timezone

from accounts.acknowledgements import Office
from accounts.declarations import enter_declaration
from accounts.filings import Filing
from accounts.people import Post, User, take_post
from accounts.reachability import ReachabilityCheck, enter_check
from accounts.roles import Role
from accounts.staffchanges import Letter, Newcomer, file_change
from accounts.staffing import staffed_units
from accounts.unitduty import arrange_unit_duty
from accounts.units import Unit

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_CALLS = UUID("1d1a7d6e-5a0c-4f0e-9a37-0f4f1c0f5f10")


def staff_the_demo(now: datetime, *, shown: str) -> None:
    """Most people are declared, four changes are on their way or done, some were rung up, and the ``shown`` unit has a duty roster."""
    secretary = User.objects.get(username="ya-zfb-secretariat")
    engineer = User.objects.get(username="ya-wxb-networkoffice")
    _give_telephones()
    _declare(engineer, now)
    _file(secretary, engineer, now)
    _ring_up(secretary, now)
    _second_secretary(now)
    unit = Unit.objects.get(code=shown)
    people = [User.objects.get(username=f"{shown.lower()}-{role}") for role in ("clerk", "leader")]
    today = timezone.localdate(now)
    arrange_unit_duty(unit, {today + n * DAY: people[n % 3 == 2] for n in range(7)}, by=people[1], at=now)


def _second_secretary(now: datetime) -> None:
    """The officer on duty is of the secretariat as well: a bulletin is approved by another than who prepared it (Article 28)."""
    officer = User.objects.get(username="ya-zfb-dutyofficer")
    take_post(officer, Unit.objects.get(code="YA-ZFB"), Role.SECRETARIAT, by=None, at=now)


def _give_telephones() -> None:
    units = list(staffed_units())
    for position, unit in enumerate(units):
        unit.duty_phone = f"0911-216{position:04}"
    Unit.objects.bulk_update(units, ["duty_phone"])


def _declare(engineer: User, now: datetime) -> None:
    """The leader speaks for the clerk and the network office, on paper, for the leader; every ninth was forgotten."""
    posts = Post.objects.filter(role__in=(Role.LEADER, Role.CLERK), held_to=None, unit__in=staffed_units())
    leaders = {post.unit_id: post.person for post in posts.filter(role=Role.LEADER).select_related("person")}
    for position, post in enumerate(posts.select_related("person", "unit").order_by("unit__sort_order", "pk")):
        by = engineer if post.role == Role.LEADER else leaders.get(post.unit_id)
        if by is not None and by != post.person and position % 9 != 4:
            enter_declaration(post.person, post.unit, by=by, at=now - (position * 7 % 350) * DAY)


def _file(secretary: User, engineer: User, now: datetime) -> None:
    """A second clerk who waits for both offices, a clerk replaced, a leader replaced on paper, and one sent back."""
    waiting = _filed("BM12", 7, now - 3 * HOUR, newcomer=_newcomer("白雪松", 1))
    assert waiting.state == Filing.State.FILED
    replaced = _filed("BM15", 12, now - 26 * HOUR, leaving=Role.CLERK, why="retired", newcomer=_newcomer("石磊", 2))
    replaced.acknowledge(Office.SECRETARIAT, by=secretary, at=now - 25 * HOUR)
    on_paper = {"leaving": Role.LEADER, "why": "transferred", "newcomer": _newcomer("任长河", 3), "by": engineer}
    leader = _filed("QX05", 31, now - 50 * HOUR, **on_paper)
    leader.acknowledge(Office.SECRETARIAT, by=secretary, at=now - 48 * HOUR)
    refused = _filed("BM18", 4, now - 30 * HOUR, newcomer=_newcomer("蒋一鸣", 4))
    refused.refuse(reason="函件没有加盖单位印章", by=secretary, at=now - 28 * HOUR)


def _filed(code: str, number: int, at: datetime, **change: object) -> Filing:
    unit = Unit.objects.get(code=code)
    role = Role(str(change.pop("leaving", "") or Role.CLERK))
    leaves = "why" in change
    by = change.pop("by", None) or User.objects.get(username=f"{code.lower()}-leader")
    if leaves:
        change["leaver"] = User.objects.get(username=f"{code.lower()}-{role}")
    letter = Letter(f"{unit.short_name}函〔{at.year}〕{number}号", timezone.localdate(at))
    return file_change(unit, role, letter=letter, by=by, at=at, **change)  # type: ignore[arg-type]  # each of its kind


def _newcomer(name: str, number: int) -> Newcomer:
    return Newcomer(name, f"1390000{number:04}", no_violation=True, competent=True, on_staff=True)


def _ring_up(secretary: User, now: datetime) -> None:
    """Every tenth clerk was rung up lately; three could not be reached."""
    results = ReachabilityCheck.Result
    said = {1: results.NO_ANSWER, 5: results.SUSPENDED, 8: results.WRONG_NUMBER}
    posts = Post.objects.filter(role=Role.CLERK, held_to=None, person__mobile__gt="", unit__in=staffed_units())
    chosen = list(posts.select_related("person", "unit").order_by("unit__sort_order", "pk"))[::10]
    for position, post in enumerate(chosen):
        result, at = said.get(position, results.ANSWERED), now - (position * 5 + 2) * HOUR
        enter_check(post.person, post.unit, result, key=uuid5(_CALLS, f"{post.pk}"), by=secretary, at=at)
