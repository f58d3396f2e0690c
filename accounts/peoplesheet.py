"""人员名册: the columns of a register of people in Excel, and what each line would do (Articles 7, 23 and 24).

``accounts.peoplechecks`` says what is wrong with a line. Nobody's post ends by a register; what stands in no column is left as it is.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from accounts.connections import Connection
from accounts.declarations import STAFF, declared, enter_declaration
from accounts.newcomers import open_account
from accounts.people import Post, User, take_posts
from accounts.roles import Role
from accounts.units import Unit
from cms.phonewords import mobile_of
from cms.sheetrows import Column, Fate, Outcome, Sheet, SheetRow, fate
from cms.textmessages import masked

COLUMNS = (
    Column("login", "用户名", "小写字母、数字和 . _ -，2 至 40 个字符，例如 bm05-wang", also=("登录名",)),
    Column("name", "姓名", "本人姓名，不超过 40 个字"),
    Column("unit", "单位代码", "使用单位名册里的代码，例如 BM05", also=("单位编码",)),
    Column("roles", "职责", "收发员、分管领导、拟稿人等，几项之间用顿号", also=("角色",)),
    Column("mobile", "移动号码", "11 位；收发员和分管领导必填", also=("手机", "手机号", "手机号码", "移动电话")),
    Column("office_phone", "办公电话", "可以不填", also=("电话", "座机"), is_needed=False),
    Column(
        "fit",
        "符合任职条件",
        "收发员和分管领导写“是”：单位已来函声明无违纪、能胜任、在编在岗；其他人不填",
        also=("任职条件",),
        is_needed=False,
    ),
)
ROLES = {role.value: role for role in Role} | {role.label: role for role in Role}


@dataclass(frozen=True)
class Register:
    """What is on record and what lines are measured by; eight questions, however many lines there are."""

    today: date
    units: dict[str, Unit]
    people: dict[str, User]
    owner_of: dict[str, User]
    posts: dict[int, list[Post]]
    serving: dict[tuple[int, str], int]
    waiting: dict[tuple[int, str], int]
    # Units that have asked to be connected: their people come before the connection.
    connecting: set[int]
    # Of the lines before: user name → line, number → line; unit and role → how many come by them.
    logins: dict[str, int] = field(default_factory=dict)
    mobiles: dict[str, int] = field(default_factory=dict)
    coming: dict[tuple[int, str], int] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """One line as it is meant: the account it speaks of, and the posts and numbers that are new."""

    row: SheetRow
    person: User | None
    unit: Unit | None
    roles: tuple[Role, ...]
    mobile: str
    office_phone: str

    def new_roles(self, register: Register) -> list[Role]:
        """Those of the roles that the person does not hold at the unit."""
        held = {(post.unit_id, post.role) for post in register.posts.get(self.person.pk, ())} if self.person else set()
        return [role for role in self.roles if self.unit and (self.unit.pk, role) not in held]

    def new_numbers(self) -> dict[str, str]:
        """The numbers that differ from those on record; an empty cell changes nothing."""
        typed = {"mobile": self.mobile, "office_phone": self.office_phone}
        return {key: said for key, said in typed.items() if said and said != getattr(self.person, key, "")}


def judge(sheet: Sheet) -> list[Fate]:
    """What each line would do as the register stands now; nothing is saved."""
    from accounts.peoplechecks import faults_of

    register, fates = _register(sheet), []
    for row in sheet.rows:
        entry = _entry(row, register)
        faults = [*sheet.faults_of(row), *faults_of(sheet, entry, register)]
        about = f"{row['name']}（{row['login']}）"
        fates.append(fate(row, about, faults=faults, is_new=entry.person is None, changes=_changes(entry, register)))
        _count(entry, register)
    return fates


def store(sheet: Sheet, fates: list[Fate], *, by: Any, at: datetime) -> str:
    """Every account and every post of the sheet is there; letters for the new accounts wait to be printed."""
    register, outcome_of = _register(sheet), {each.line: each.outcome for each in fates}
    opened, posts = 0, []
    for row in sheet.rows:
        entry = _entry(row, register)
        if outcome_of[row.line] == Outcome.SAME or entry.unit is None:
            continue
        person, numbers = entry.person, entry.new_numbers()
        if person is None:
            person = open_account(entry.unit, row["name"], username=row["login"], by=by, at=at, **numbers)
            opened += 1
        elif numbers:
            _put_right(person, numbers, by=by, at=at)
        posts += [(person, entry.unit, role) for role in entry.new_roles(register)]
    new = take_posts(posts, by=by, at=at)
    _declare(posts, by=by, at=at)
    told = "账户通知在“账户通知”里打印。" if opened else ""
    return f"已建立 {opened} 个账户，新增 {new} 项任职。{told}"


def _declare(posts: list[tuple[User, Unit, Role]], *, by: User, at: datetime) -> None:
    """On the letters of the units: new leaders and clerks meet the conditions; nobody says so of themselves."""
    staff = dict.fromkeys((person, unit) for person, unit, role in posts if role in STAFF and person.pk != by.pk)
    standing = declared({unit.pk for _, unit in staff}, timezone.localdate(at))
    for person, unit in staff:
        if (person.pk, unit.pk) not in standing:
            enter_declaration(person, unit, by=by, at=at)


def lock() -> None:
    """Nobody files a change or takes in another register until the transaction ends."""
    list(Unit.objects.select_for_update().order_by("pk").values_list("pk", flat=True))


def _put_right(person: User, numbers: dict[str, str], *, by: Any, at: datetime) -> None:
    from accounts.deeds import Deed
    from cms import ledger

    User.objects.filter(pk=person.pk).update(**numbers)
    ledger.enter(Deed.CONTACT_CHANGED, subject=ledger.subject_of(person), by=by, at=at)


def _changes(entry: Entry, register: Register) -> list[str]:
    said = {"mobile": "移动号码", "office_phone": "办公电话"}
    numbers = [f"{said[key]}改为 {masked(number)}" for key, number in entry.new_numbers().items()]
    return [*(f"增加职责：{role.label}" for role in entry.new_roles(register)), *numbers]


def _entry(row: SheetRow, register: Register) -> Entry:
    person, unit = register.people.get(row["login"]), register.units.get(row["unit"])
    names = roles_in(row["roles"])
    roles = tuple(dict.fromkeys(ROLES[name] for name in names if name in ROLES))
    return Entry(row, person, unit, roles, mobile_of(row["mobile"]), row["office_phone"])


def roles_in(cell: str) -> list[str]:
    """The words of a cell with roles, in its order."""
    return [word for word in re.split(r"[\s、，,;；|/]+", cell) if word]


def _count(entry: Entry, register: Register) -> None:
    """The lines that follow are measured by this one as well."""
    register.logins.setdefault(entry.row["login"], entry.row.line)
    if entry.mobile:
        register.mobiles.setdefault(entry.mobile, entry.row.line)
    for role in entry.new_roles(register):
        key = (entry.unit.pk if entry.unit else 0, role.value)
        register.coming[key] = register.coming.get(key, 0) + 1


def _register(sheet: Sheet) -> Register:
    from accounts.filings import Filing

    today = timezone.localdate()
    people = User.objects.in_bulk([row["login"] for row in sheet.rows], field_name="username")
    mobiles = {mobile_of(row["mobile"]) for row in sheet.rows} - {""}
    owners = User.objects.filter(mobile__in=mobiles, is_active=True).order_by("-pk")
    posts: dict[int, list[Post]] = {}
    serving: dict[tuple[int, str], int] = {}
    for post in Post.objects.in_force(today).select_related("unit", "person"):
        posts.setdefault(post.person_id, []).append(post)
        if post.person.is_active:
            serving[post.unit_id, post.role] = serving.get((post.unit_id, post.role), 0) + 1
    waiting: dict[tuple[int, str], int] = {}
    for unit, role in Filing.objects.open().arriving().values_list("unit_id", "role"):
        waiting[unit, role] = waiting.get((unit, role), 0) + 1
    return Register(
        today=today,
        units={unit.code: unit for unit in Unit.objects.select_related("served_by")},
        people=people,
        owner_of={owner.mobile: owner for owner in owners},
        posts=posts,
        serving=serving,
        waiting=waiting,
        connecting=set(Connection.objects.open().values_list("unit_id", flat=True)),
    )
