"""Invented people for a trial: marked, sharing one printed password, and refused at the door where no demo runs."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.deeds import Deed
from accounts.grants import derive
from accounts.people import Post, User, end_sessions
from accounts.roles import Role
from accounts.units import Unit
from cms import ledger

PASSWORD = "yanshi-2026"  # noqa: S105  printed on every demo's screen and worthless elsewhere
HELD_FROM = date(2025, 1, 1)

ISSUING_ROLES = (
    Role.DRAFTER,
    Role.REVIEWER,
    Role.APPROVER,
    Role.PRINCIPAL,
    Role.REGISTRAR,
    Role.SEAL_KEEPER,
    Role.SENDER,
)
RECEIVING_ROLES = (Role.CLERK, Role.LEADER)
OFFICE_ROLES = {"secretariat": (Role.SECRETARIAT, Role.DUTY_OFFICER), "it_office": (Role.NETWORK_OFFICE,)}
# Who audits what the network office runs is not of the network office.
AUDITING = "secretariat"

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = (
    "建国", "秀兰", "志强", "晓燕", "文军", "丽娜", "永平", "海霞", "延生", "春梅", "世杰", "雪琴",
    "宏伟", "玉洁", "子谦", "明远", "佳宁", "培德", "淑华", "向东", "立新", "思源", "庆国", "若兰",
)  # fmt: skip


@transaction.atomic
def fill_vacancies(issuing: Iterable[Unit], today: date) -> int:
    """Every role that nobody holds has an invented holder; returns how many were made.

    ``issuing`` are the units that need the people of a 发文 path; every connected unit gets a clerk and a leader, and one person audits.
    """
    held = set(Post.objects.in_force(today).values_list("unit_id", "role"))
    wanted: list[tuple[Unit, Role]] = []
    issuing_pks = {unit.served_by_id or unit.pk for unit in issuing}
    served = set(Unit.objects.filter(served_by__isnull=False).values_list("pk", flat=True))
    units = list(Unit.objects.bodies().filter(connected=True).exclude(pk__in=served).in_order())
    for unit in units:
        roles: list[Role] = [*RECEIVING_ROLES, *OFFICE_ROLES.get(unit.category, ())]
        if unit.runs_id is not None:
            roles += OFFICE_ROLES["secretariat"]
        if unit.pk in issuing_pks:
            roles += ISSUING_ROLES
        wanted += [(unit, role) for role in roles if (unit.pk, role) not in held]
    auditors = ((unit, Role.AUDIT_ADMIN) for unit in units if unit.category == AUDITING)
    wanted += [(unit, role) for unit, role in auditors if (unit.pk, role) not in held]
    password = make_password(PASSWORD)
    people = [
        User(
            username=f"{unit.code.lower()}-{role.value.replace('_', '')}",
            name=_name(position, unit, role),
            mobile=f"138{position:08d}",
            password=password,
            is_demo=True,
        )
        for position, (unit, role) in enumerate(wanted)
    ]
    User.objects.bulk_create(people, ignore_conflicts=True)
    stored: dict[str, Any] = User.objects.in_bulk([p.username for p in people], field_name="username")
    Post.objects.bulk_create(
        [
            Post(person=stored[person.username], unit=unit, role=role, held_from=HELD_FROM)
            for person, (unit, role) in zip(people, wanted, strict=True)
        ],
        ignore_conflicts=True,
    )
    derive(today)
    return len(people)


@transaction.atomic
def close_demo_accounts(*, at: datetime) -> int:
    """No invented person can sign in or stays signed in; returns how many could until now."""
    people = User.objects.filter(is_demo=True, is_active=True)
    for person in people:
        ledger.enter(Deed.ACCOUNT_CLOSED, subject=ledger.subject_of(person), at=at)
    end_sessions(people.values_list("pk", flat=True))
    return people.update(is_active=False, password=make_password(None))


def _name(position: int, unit: Unit, role: Role) -> str:
    seed = sum(map(ord, unit.code + role.value)) + position
    return _SURNAMES[(seed * 7) % len(_SURNAMES)] + _GIVEN[(seed * 5 + position) % len(_GIVEN)]
