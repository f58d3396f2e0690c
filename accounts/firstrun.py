"""首次设置: the three administrators and the first person of the network office, by whom all others are taken in (Articles 7 and 23).

Three people, none of whom reads a circular: 系统管理员 runs the machine, 安全管理员 blocks what must not spread, 审计管理员 reads the ledger.
Nobody is there yet who could appoint them, so whoever has the machine does, once.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.deeds import Deed
from accounts.openings import LOGIN
from accounts.people import Post, User, take_post
from accounts.roles import ADMINISTRATORS, Role
from accounts.units import Category, Unit
from cms import ledger

# In the order in which they are asked for.
WANTED = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.NETWORK_OFFICE)


class NotFounded(Exception):
    """Nobody was taken in; the text says every reason."""


@dataclass(frozen=True)
class Founder:
    """Who is to hold one of the first posts, and where."""

    role: Role
    login: str
    name: str
    unit: str  # code


@dataclass(frozen=True)
class Admitted:
    """Somebody who can sign in now; the password is written nowhere and must be changed at once."""

    person: User
    role: Role
    password: str


@transaction.atomic
def found(founders: Iterable[Founder], *, at: datetime) -> list[Admitted]:
    """Each holds the post from today on, in this order; raises ``NotFounded`` when the site has administrators already or anything is wrong."""
    founders = list(founders)
    faults = _faults(founders)
    if faults:
        raise NotFounded("\n".join(faults))
    units = {unit.code: unit for unit in Unit.objects.filter(code__in={each.unit for each in founders})}
    admitted = []
    for each in founders:
        password = secrets.token_urlsafe(12)
        person = User.objects.create_user(username=each.login, password=password, name=each.name, password_due=True)
        ledger.enter(Deed.ACCOUNT_OPENED, subject=ledger.subject_of(person), by=None, at=at, unit=units[each.unit].pk)
        take_post(person, units[each.unit], each.role, by=None, at=at)
        admitted.append(Admitted(person, each.role, password))
    return admitted


def is_founded() -> bool:
    """Whether anybody has ever been an administrator here."""
    return Post.objects.filter(role__in=ADMINISTRATORS).exists()


def _faults(founders: list[Founder]) -> list[str]:
    if is_founded():
        return ["这里已经有管理员，首次设置只能做一次。以后的变动请在“人员变动”里办理。"]
    faults = []
    asked = [each.role for each in founders]
    faults += [f"还没有写明{role.label}。" for role in WANTED if role not in asked]
    logins = [each.login for each in founders]
    faults += [
        f"用户名“{login}”写了两次：四个职责须由四个人担任。"
        for login in sorted({x for x in logins if logins.count(x) > 1})
    ]
    units = dict(Unit.objects.values_list("code", "category"))
    known = set(User.objects.filter(username__in=logins).values_list("username", flat=True))
    for each in founders:
        if not LOGIN.fullmatch(each.login):
            faults.append(f"用户名“{each.login}”只能用小写字母、数字和 . _ -，2 至 40 个字符。")
        if each.login in known:
            faults.append(f"用户名“{each.login}”已经有人用。")
        if not 0 < len(each.name) <= 40:
            faults.append(f"{each.role.label}的姓名应为 1 至 40 个字。")
        if each.unit not in units:
            faults.append(f"单位代码“{each.unit}”不在使用单位名册，请先用 load_units 载入。")
        elif each.role == Role.NETWORK_OFFICE and units[each.unit] != Category.IT_OFFICE:
            faults.append(f"{each.role.label}应在网信办任职，“{each.unit}”不是网信办。")
    return faults
