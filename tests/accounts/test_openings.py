"""First accounts from a register: all or nobody, each with a letter, as often as one likes."""

import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.people import Post, User
from accounts.slips import Slip
from cms.ledger import Entry
from tests.cast import PEOPLE

HEAD = "login,name,unit,roles,mobile,office_phone"
GOOD = (
    "bm05-wang,王小明,BM05,收发员,13900000001,0911-2160001",
    "bm12-li,李大为,BM12,clerk leader,,",
)
NEW = "another-long-word-27"


@pytest.fixture
def open_accounts(city, tmp_path, capsys):
    """What the command said of a register of these lines; the letters lie in ``letters``."""

    def run(*lines, by="engineer", letters="letters.html", **options):
        file = tmp_path / "people.csv"
        file.write_text("\n".join((HEAD, *lines)) + "\n")
        call_command("open_accounts", file, by=by, letters=tmp_path / letters, **options)
        return capsys.readouterr().out

    return run


@pytest.fixture
def letters(tmp_path):
    return lambda: (tmp_path / "letters.html").read_text()


def test_each_person_gets_an_account_a_post_and_a_letter_that_opens_it(open_accounts, letters, tmp_path, city):
    assert "已建立 2 个账户" in open_accounts(*GOOD, address="gongwen.example")
    page = letters()
    assert page.count('<section class="letter">') == 2
    for words in ("王小明同志", "收发员", "分管领导", "bm12-li", "gongwen.example", "break-before: page"):
        assert words in page
    assert (tmp_path / "letters.html").stat().st_mode & 0o777 == 0o600
    posts = Post.objects.filter(person__username__in=("bm05-wang", "bm12-li"))
    assert {(p.person.username, p.unit.code, p.role) for p in posts} == {
        ("bm05-wang", "BM05", "clerk"),
        ("bm12-li", "BM12", "clerk"),
        ("bm12-li", "BM12", "leader"),
    }
    codes = re.findall(r"([2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4})", page)
    desk = Client()
    desk.post(reverse("login"), {"username": "bm05-wang", "password": codes[0], "next": ""})
    assert desk.get("/").url == reverse("accounts:password")
    desk.post(reverse("accounts:password"), {"new_password1": NEW, "new_password2": NEW})
    assert desk.get("/").url == reverse("circulars:inbox")
    opened = Entry.objects.filter(deed="account.opened")
    assert {entry.person for entry in opened} == {city.engineer}
    assert not [code for code in codes for entry in Entry.objects.all() if code in entry.payload]


def test_who_has_an_account_is_left_and_a_second_run_writes_nothing(open_accounts, letters, tmp_path):
    name = PEOPLE["clerk"][0]
    open_accounts(*GOOD, f"clerk,{name},BM12,leader,13900000009,")
    assert "clerk" not in re.findall(r"<td>([\w-]+)</td>", letters())
    person = User.objects.get(username="clerk")
    assert person.mobile == ""
    assert set(person.posts.values_list("unit__code", "role")) == {("BM05", "clerk")}
    before = Slip.objects.count()
    assert "没有改动" in open_accounts(*GOOD, letters="again.html")
    assert not (tmp_path / "again.html").exists()
    assert Slip.objects.count() == before


@pytest.mark.parametrize(
    "line, said",
    [
        (",王小明,BM05,clerk,,", "“login”不能为空"),
        ("bm05-x,,BM05,clerk,,", "“name”不能为空"),
        ("bm05-x,王,BM05,,,", "“roles”不能为空"),
        ("BM05 x,王,BM05,clerk,,", "只能用小写字母"),
        ("bm05-wang,王小明,BM05,clerk,,", "与第 2 行重复"),
        ("clerk,别人,BM05,clerk,,", "已是孙早的"),
        ("bm05-x,王,BM99,clerk,,", "“BM99”不在使用单位名册"),
        ("bm05-x,王,BM05,king,,", "没有“king”这种职责"),
        ("bm05-x,王,BM05,clerk,12345,", "应为 11 位数字"),
        ("bm05-x,王,YA-WXB,system_admin、audit_admin,,", "三员分设"),
        ("bm05-x," + "王" * 41 + ",BM05,clerk,,", "不能超过 40 个字"),
        ("bm05-x,王,BM05", "列数不对"),
    ],
)
def test_one_bad_line_is_named_and_nobody_is_taken_in(open_accounts, tmp_path, line, said):
    people = User.objects.count()
    with pytest.raises(CommandError, match="没有建立任何账户") as refused:
        open_accounts(*GOOD, line)
    assert "第 4 行" in str(refused.value)
    assert said in str(refused.value)
    assert User.objects.count() == people
    assert not Slip.objects.exists()
    assert not (tmp_path / "letters.html").exists()


@pytest.mark.parametrize("by, said", [("clerk", "不在网信办任职"), ("nobody-at-all", "没有用户")])
def test_only_the_network_office_opens_accounts(open_accounts, by, said):
    with pytest.raises(CommandError, match=said):
        open_accounts(*GOOD, by=by)
    assert not User.objects.filter(username="bm05-wang").exists()


def test_letters_are_never_written_over_and_without_them_nobody_is_taken_in(open_accounts, tmp_path):
    (tmp_path / "letters.html").write_text("die alten")
    with pytest.raises(CommandError, match="已存在"):
        open_accounts(*GOOD)
    with pytest.raises(CommandError, match="写不了文件"):
        open_accounts(*GOOD, letters="no-such-folder/letters.html")
    assert not User.objects.filter(username="bm05-wang").exists()
    assert (tmp_path / "letters.html").read_text() == "die alten"


def test_what_somebody_is_called_is_text_on_the_letter(open_accounts, letters):
    open_accounts("bm05-x,<b>王</b>,BM05,clerk,,")
    assert "&lt;b&gt;王&lt;/b&gt;同志" in letters()


def test_an_appointed_newcomer_sets_a_password_first(city, capsys):
    call_command("appoint", "bm05-new", "BM05", "clerk", name="新来的")
    password = re.search(r"初始密码：(\S+?)（", capsys.readouterr().out)[1]
    desk = Client()
    desk.post(reverse("login"), {"username": "bm05-new", "password": password, "next": ""})
    assert desk.get("/").url == reverse("accounts:password")
