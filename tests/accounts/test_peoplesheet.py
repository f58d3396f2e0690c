"""People from Excel: every line's fate before anything is saved, every wrong cell named, all lines or none (Articles 7, 23 and 24)."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook

from accounts.declarations import Declaration
from accounts.people import Post, User, take_post
from accounts.peoplesheet import COLUMNS, judge
from accounts.roles import Right, Role, may
from accounts.slips import Slip
from accounts.units import Category, Unit
from cms.ledger import Entry
from cms.sheetrows import read_sheet
from tests.cast import MONDAY
from tests.walking import everything

HEAD = ("用户名", "姓名", "单位代码", "职责", "移动号码", "办公电话", "符合任职条件")
GOOD = (
    ("bm12-li", "李大为", "BM12", "分管领导", 13900000002, "0911-2160002", "是"),
    ("bm12-wang", "王小明", "BM12", "收发员、拟稿人", "13900000003", None, "是"),
)
PATH = reverse("accounts:import_people")


def book(*lines):
    made, written = Workbook(), io.BytesIO()
    for line in (HEAD, *lines):
        made.active.append(line)
    made.save(written)
    return written.getvalue()


def handed_in(desk, *lines):
    return desk.post(PATH, {"file": SimpleUploadedFile("people.xlsx", book(*lines))})


def token_in(answer):
    found = re.search(r'name="token" value="([^"]+)"', answer.content.decode())
    return found and found[1]


def on_record():
    """All but the bytes that wait for the second step."""
    return {label: rows for label, rows in everything().items() if "ttachment" not in label}


def test_nothing_is_saved_before_the_yes_and_then_every_line_with_letters_to_print(city):
    desk, before = city.desk(city.engineer), on_record()
    shown = handed_in(desk, *GOOD)
    assert "李大为（bm12-li）" in shown.content.decode()
    assert on_record() == before
    said = desk.post(PATH, {"token": token_in(shown)}, follow=True).content.decode()
    assert "已建立 2 个账户，新增 3 项任职" in said
    person = User.objects.get(username="bm12-wang")
    assert (person.mobile, may(person, Right.RECEIVE, city.late.pk)) == ("13900000003", True)
    assert Entry.objects.filter(deed="account.opened", person=city.engineer).count() == 2
    assert Declaration.objects.get(person=person).declared_by == city.engineer
    assert not Slip.objects.exists()
    chosen = {"person": [person.pk, User.objects.get(username="bm12-li").pk]}
    page = desk.post(reverse("accounts:account_letters"), chosen).content.decode()
    assert len(re.findall(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", page)) == 2
    again = desk.post(reverse("accounts:account_letters"), chosen, follow=True).content.decode()
    assert "已经打印过" in again
    assert Slip.objects.count() == 2
    assert "每一行都与名册一样" in handed_in(desk, *GOOD).content.decode()


def test_who_has_an_account_gains_the_roles_and_numbers_of_the_line_and_loses_none(city):
    desk = city.desk(city.engineer)
    shown = handed_in(desk, ("clerk", "孙早", "BM05", "拟稿人", "13900000009", "", ""))
    page = shown.content.decode()
    assert "增加职责：拟稿人" in page
    assert "移动号码改为 139****0009" in page
    desk.post(PATH, {"token": token_in(shown)})
    assert set(Post.objects.filter(person=city.clerk).values_list("role", flat=True)) == {"clerk", "drafter"}
    assert User.objects.get(pk=city.clerk.pk).mobile == "13900000009"


@pytest.mark.parametrize("state", [Unit.State.DISSOLVED, Unit.State.CLOSED])
def test_nobody_comes_by_a_sheet_to_a_unit_that_is_no_more(city, state):
    Unit.objects.filter(pk=city.late.pk).update(state=state)
    page = handed_in(city.desk(city.engineer), GOOD[0]).content.decode()
    assert f"“市住建局”{Unit.State(state).label}，不能再任职" in page
    assert token_in(handed_in(city.desk(city.engineer), GOOD[0])) is None


def line(**changes):
    good = dict(
        zip(
            ("login", "name", "unit", "roles", "mobile", "office", "fit"),
            ("bm20-x", "新来", "BM20", "拟稿人", "13900000008", "", ""),
            strict=True,
        )
    )
    return tuple((good | changes).values())


WRONG = [
    (line(login=""), "A", "不能为空"),
    (line(login="x"), "A", "2 至 40 个字符"),
    (line(login="BM20 X"), "A", "只能用小写字母"),
    (line(login="bm12-li"), "A", "与第 2 行重复"),
    (line(login="clerk"), "A", "已是孙早的"),
    (line(login="closed", name="已停"), "A", "账户已停用"),
    (line(name=""), "B", "不能为空"),
    (line(name="王" * 41), "B", "不能超过 40 个字"),
    (line(name="12345"), "B", "不像姓名"),
    (line(name="=A1"), "B", "这是公式"),
    (line(name="王\u200b五"), "B", "控制字符或者方向字符"),
    (line(unit=""), "C", "不能为空"),
    (line(unit="BM99"), "C", "不在使用单位名册"),
    (line(unit="YA-ZF"), "C", "代管，人员写在 YA-ZFB"),
    (line(roles=""), "D", "不能为空"),
    (line(roles="国王"), "D", "没有“国王”这种职责"),
    (line(roles="拟稿人、拟稿人"), "D", "写了 2 次"),
    (line(unit="YA-WXB", roles="系统管理员、审计管理员"), "D", "三员分设"),
    (line(login="auditor", name="审计", unit="YA-WXB", roles="系统管理员"), "D", "不能再任另一员"),
    (line(roles="秘书科"), "D", "只能在市政府办公室任职"),
    (line(unit="BZ01"), "D", "只能任“保障单位”职责"),
    (line(unit="QY16", roles="收发员"), "D", "没有接入系统"),
    (line(unit="BM12", roles="分管领导"), "D", "最多 1 名（表中前面已有 1 名）"),
    (line(unit="BM05", roles="收发员"), "D", "最多 2 名（现有和待备案 2 名）"),
    (line(mobile="0911-2160001"), "E", "应为 11 位移动号码"),
    (line(unit="QX01", roles="收发员", mobile=""), "E", "须有移动号码"),
    (line(mobile="139 0000 0002"), "E", "与第 2 行的号码相同"),
    (line(mobile="13911112222"), "E", "登记在孙晚"),
    (line(office="找小王要"), "F", "不是电话号码"),
    (line(office="0" * 31), "F", "不能超过 30 个字"),
    (line(fit="不清楚"), "G", "只能写“是”"),
    (line(unit="QX01", roles="收发员"), "G", "没有声明的不能任职"),
]


@pytest.fixture
def register(city):
    """What the wrong lines run into."""
    User.objects.create(username="closed", name="已停", is_active=False)
    take_post(
        User.objects.create(username="auditor", name="审计"), city.network_office, Role.AUDIT_ADMIN, by=None, at=MONDAY
    )
    User.objects.filter(pk=city.second_clerk.pk).update(mobile="13911112222")
    Unit.get_first_root_node().add_sibling(
        "last-sibling",
        code="BZ01",
        name="某通信公司",
        short_name="通信公司",
        category=Category.PROVIDER,
        area=city.office.area,
    )
    return city


def test_thirty_kinds_of_wrong_lines_are_each_named_by_line_and_column_and_nothing_is_saved(register):
    desk, before = register.desk(register.engineer), on_record()
    wrong = []
    for bad, column, said in WRONG:
        page = handed_in(desk, *GOOD, bad)
        text = page.content.decode()
        if token_in(page) or f"第 4 行 {column} 列" not in text or said not in text:
            wrong.append((bad, column, said, re.findall(r"第 \d+ 行[^<]*", text)))
    assert not wrong
    assert on_record() == before


def test_what_was_shown_is_saved_or_nothing_and_nobody_else_imports(register):
    desk = register.desk(register.engineer)
    shown = handed_in(desk, *GOOD)
    take_post(register.stranger, register.late, Role.LEADER, by=None, at=MONDAY)
    before = on_record()
    again = desk.post(PATH, {"token": token_in(shown)}).content.decode()
    assert "名册有了变动" in again
    assert "现有和待备案 1 名" in again
    assert on_record() == before
    for person in (register.secretary, register.leader, register.stranger):
        other = register.desk(person)
        assert (handed_in(other, *GOOD).status_code, other.post(PATH, {"token": token_in(shown)}).status_code) == (
            404,
            404,
        )


def test_many_lines_ask_no_more_than_few(city):
    def asked(count):
        sheet = read_sheet(book(*(line(login=f"bm20-{n:03}", mobile=f"1390001{n:04}") for n in range(count))), COLUMNS)
        with CaptureQueriesContext(connection) as queries:
            judge(sheet)
        return len(queries)

    assert asked(200) == asked(2)
