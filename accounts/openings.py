"""First accounts from a register of people: checked whole, then opened in whole, each with a letter (Articles 7 and 23)."""

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.deeds import Deed
from accounts.letters import Letter
from accounts.people import User, take_post
from accounts.roles import ADMINISTRATORS, Right, Role, may
from accounts.slips import open_by_letter
from accounts.units import Unit
from cms import ledger
from cms.phonewords import mobile_of
from cms.tables import Fault, TableRefused, read_csv

COLUMNS = ("login", "name", "unit", "roles", "mobile", "office_phone")
LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
ROLES = {role.value: role for role in Role} | {role.label: role for role in Role}


def open_accounts(path: Path, *, by: User, at: datetime) -> list[Letter]:
    """Everybody named in the file has an account and a post; a letter for each who is new, in the order of the file.

    Whoever has an account already is left as they are. Raises ``TableRefused`` naming every bad line; then nobody is taken in.
    """
    if not may(by, Right.HELP_SIGN_IN):
        raise PermissionDenied(f"{by}不在网信办任职，不能建立账户。")
    rows = read_csv(path, COLUMNS)
    _check(rows)
    units = {unit.code: unit for unit in Unit.objects.all()}
    with transaction.atomic():
        known = set(User.objects.values_list("username", flat=True))
        return [_open(row, units[row["unit"]], by=by, at=at) for _, row in rows if row["login"] not in known]


def _open(row: Mapping[str, str], unit: Unit, *, by: User, at: datetime) -> Letter:
    person = User(
        username=row["login"],
        name=row["name"],
        mobile=row["mobile"],
        office_phone=row["office_phone"],
        password_due=True,
    )
    person.set_unusable_password()
    person.save(force_insert=True)
    ledger.enter(Deed.ACCOUNT_OPENED, subject=ledger.subject_of(person), by=by, at=at, unit=unit.pk)
    roles = _roles(row["roles"])
    for role in roles:
        take_post(person, unit, ROLES[role], by=by, at=at)
    slip, code = open_by_letter(person, by=by, at=at)
    assert slip.valid_until
    return Letter(
        name=person.name,
        username=person.username,
        unit=unit.name,
        roles="、".join(ROLES[role].label for role in roles),
        code=code,
        valid_until=slip.valid_until,
    )


def _check(rows: list[tuple[int, Mapping[str, str]]]) -> None:
    faults = []
    first_line: dict[str, int] = {}
    units = set(Unit.objects.values_list("code", flat=True))
    name_of = dict(User.objects.values_list("username", "name"))
    for line, row in rows:
        login = row["login"]
        faults += [
            Fault(line, f"“{column}”不能为空。") for column in ("login", "name", "unit", "roles") if not row[column]
        ]
        if login and not LOGIN.fullmatch(login):
            faults.append(Fault(line, f"用户名“{login}”只能用小写字母、数字和 . _ -，2 至 40 个字符。"))
        if login in first_line:
            faults.append(Fault(line, f"用户名“{login}”与第 {first_line[login]} 行重复。"))
        first_line.setdefault(login, line)
        if row["name"] and name_of.get(login, row["name"]) != row["name"]:
            faults.append(Fault(line, f"用户名“{login}”已是{name_of[login]}的，不能再给{row['name']}。"))
        faults += [
            Fault(line, f"“{column}”不能超过 {limit} 个字。")
            for column, limit in (("name", 40), ("office_phone", 30))
            if len(row[column]) > limit
        ]
        if row["unit"] and row["unit"] not in units:
            faults.append(Fault(line, f"单位代码“{row['unit']}”不在使用单位名册。"))
        faults += [
            Fault(line, f"没有“{role}”这种职责，可用：{'、'.join(Role.values)}，或者它们的中文名称。")
            for role in _roles(row["roles"])
            if role not in ROLES
        ]
        held = [role for role in _roles(row["roles"]) if ROLES.get(role) in ADMINISTRATORS]
        if len(held) > 1:
            faults.append(Fault(line, f"三员分设：{'、'.join(held)}不能由一人兼任。"))
        if row["mobile"] and mobile_of(row["mobile"]) != row["mobile"]:
            faults.append(Fault(line, f"移动号码“{row['mobile']}”应为 11 位数字。"))
    if faults:
        raise TableRefused(faults)


def _roles(cell: str) -> list[str]:
    """The roles of a cell, each once, in its order."""
    return list(dict.fromkeys(filter(None, re.split(r"[\s、，,;；|/]+", cell))))
