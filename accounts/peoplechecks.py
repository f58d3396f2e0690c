"""What can be wrong with a line of the register of people, each said of its cell (Articles 7, 23 and 24)."""

import re
from collections.abc import Iterator

from accounts.declarations import STAFF
from accounts.openings import LOGIN
from accounts.peoplesheet import ROLES, Entry, Register, roles_in
from accounts.roles import ADMINISTRATORS, Role
from accounts.staffing import LEADERS, MOST_CLERKS
from accounts.units import Category
from cms.phonewords import mobile_of
from cms.sheetrows import CellFault, Sheet

# Roles that one holds at the unit of this kind alone.
_AT_HOME = {
    Role.SECRETARIAT: Category.SECRETARIAT,
    Role.DUTY_OFFICER: Category.SECRETARIAT,
    Role.NETWORK_OFFICE: Category.IT_OFFICE,
    Role.PROVIDER: Category.PROVIDER,
}
_PHONE = re.compile(r"[0-9][0-9 ()（）-]*(?:转[0-9]+)?")


def faults_of(sheet: Sheet, entry: Entry, register: Register) -> list[CellFault]:
    """Everything that keeps the line from being saved, cell by cell in the order of the columns."""
    checks = {
        "login": _login(entry, register),
        "name": _name(entry),
        "unit": _unit(entry, register),
        "roles": _roles(entry, register),
        "mobile": _mobile(entry, register),
        "office_phone": _office_phone(entry),
        "fit": _fit(entry, register),
    }
    return [sheet.fault(entry.row, column, said) for column, sentences in checks.items() for said in sentences]


def _login(entry: Entry, register: Register) -> Iterator[str]:
    login, name = entry.row["login"], entry.row["name"]
    if not login:
        yield "不能为空。"
    elif not 2 <= len(login) <= 40:
        yield "应为 2 至 40 个字符。"
    elif not LOGIN.fullmatch(login):
        yield f"“{login}”只能用小写字母、数字和 . _ -，并以字母或数字开头。"
    if login in register.logins:
        yield f"与第 {register.logins[login]} 行重复；一人几项职责写在同一行。"
    if entry.person is None:
        return
    if name and entry.person.name != name:
        yield f"“{login}”已是{entry.person.name}的，不能再给{name}。"
    elif not entry.person.is_active:
        yield f"{name}的账户已停用，请先恢复。"


def _name(entry: Entry) -> Iterator[str]:
    name = entry.row["name"]
    if not name:
        yield "不能为空。"
    elif len(name) > 40:
        yield "不能超过 40 个字。"
    elif not any(character.isalpha() for character in name):
        yield f"“{name}”不像姓名，请核对。"


def _unit(entry: Entry, register: Register) -> Iterator[str]:
    code, unit = entry.row["unit"], entry.unit
    if not code:
        yield "不能为空。"
    elif unit is None:
        yield f"“{code}”不在使用单位名册。"
    elif not unit.is_active:
        yield f"“{unit}”{unit.get_state_display()}，不能再任职。"
    elif unit.served_by is not None:
        yield f"“{unit}”由“{unit.served_by}”代管，人员写在 {unit.served_by.code}。"
    elif unit.is_division:
        yield f"“{unit}”是内设科室，人员写在所属单位。"


def _roles(entry: Entry, register: Register) -> Iterator[str]:
    words, unit = roles_in(entry.row["roles"]), entry.unit
    if not words:
        yield "不能为空。"
    for word in dict.fromkeys(words):
        if word not in ROLES:
            yield f"没有“{word}”这种职责，可用：{'、'.join(Role.labels)}。"
        elif words.count(word) > 1:
            yield f"“{word}”写了 {words.count(word)} 次。"
    administrators = [role for role in entry.roles if role in ADMINISTRATORS]
    if len(administrators) > 1:
        yield f"三员分设：{'、'.join(role.label for role in administrators)}不能由一人兼任。"
    if unit is None:
        return
    new = entry.new_roles(register)
    held = [p for p in register.posts.get(entry.person.pk, ()) if p.role in ADMINISTRATORS] if entry.person else []
    if held and any(role in ADMINISTRATORS for role in new):
        yield f"三员分设：已任{held[0].unit}的{held[0].get_role_display()}，不能再任另一员。"
    for role in entry.roles:
        if role in _AT_HOME and unit.category != _AT_HOME[role]:
            yield f"“{role.label}”只能在{Category(_AT_HOME[role]).label}任职，“{unit}”不是。"
        elif unit.category == Category.PROVIDER and role != Role.PROVIDER:
            yield f"“{unit}”是保障单位，只能任“保障单位”职责。"
    if not unit.connected and unit.pk not in register.connecting and set(STAFF) & set(entry.roles):
        yield f"“{unit}”没有接入系统，也没有申请接入，不设收发员和分管领导。"
    yield from _too_many(entry, register, new)


def _too_many(entry: Entry, register: Register, new: list[Role]) -> Iterator[str]:
    assert entry.unit
    for role, most in ((Role.LEADER, LEADERS), (Role.CLERK, MOST_CLERKS)):
        key = (entry.unit.pk, role.value)
        there = register.serving.get(key, 0) + register.waiting.get(key, 0)
        coming = register.coming.get(key, 0)
        if role in new and there + coming >= most:
            before = f"表中前面已有 {coming} 名" if coming else ""
            now = f"现有和待备案 {there} 名" if there else ""
            yield f"“{entry.unit}”的{role.label}最多 {most} 名（{'，'.join(filter(None, (now, before)))}），更换的由单位报备。"


def _mobile(entry: Entry, register: Register) -> Iterator[str]:
    typed = entry.row["mobile"]
    if typed and not mobile_of(typed):
        yield f"“{typed}”应为 11 位移动号码。"
    elif not typed and set(STAFF) & set(entry.roles) and not (entry.person and entry.person.mobile):
        yield "收发员和分管领导须有移动号码。"
    if not entry.mobile:
        return
    if entry.mobile in register.mobiles:
        yield f"与第 {register.mobiles[entry.mobile]} 行的号码相同。"
    owner = register.owner_of.get(entry.mobile)
    if owner is not None and owner.username != entry.row["login"]:
        yield f"这个号码登记在{owner.name}（{owner.username}）名下。"


def _office_phone(entry: Entry) -> Iterator[str]:
    typed = entry.row["office_phone"]
    if len(typed) > 30:
        yield "不能超过 30 个字。"
    elif typed and not _PHONE.fullmatch(typed):
        yield f"“{typed[:30]}”不是电话号码，例如 0911-2160001转8。"


def _fit(entry: Entry, register: Register) -> Iterator[str]:
    typed = entry.row["fit"]
    if typed not in ("", "是"):
        yield f"“{typed[:30]}”只能写“是”，或者空着。"
    elif not typed and set(STAFF) & set(entry.new_roles(register)):
        yield "收发员和分管领导须写“是”：任职条件由单位来函声明，没有声明的不能任职。"
