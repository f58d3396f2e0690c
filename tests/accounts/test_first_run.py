"""A new site: four people for the four first posts, once, whole or not at all (Articles 7 and 23; attack 23)."""

from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.firstrun import WANTED, Founder, NotFounded, found
from accounts.people import Post, User
from accounts.roles import Right, Role, may
from accounts.unitlist import load_units
from cms.ledger import Entry
from tests.cast import DATA

NOW = datetime(2026, 11, 28, 2, tzinfo=UTC)
NAMES = {Role.SYSTEM_ADMIN: "甲", Role.SECURITY_ADMIN: "乙", Role.AUDIT_ADMIN: "丙", Role.NETWORK_OFFICE: "丁"}


@pytest.fixture
def units(db):
    """A register with the network office in it, and nobody."""
    load_units(DATA / "city.csv", at=NOW)


def four(**changes):
    return [Founder(role, f"first-{role.value.replace('_', '-')}", NAMES[role], "YA-WXB") for role in WANTED]


def answers(monkeypatch, *said):
    given = iter(said)
    monkeypatch.setattr("builtins.input", lambda _: next(given))


def nobody_is_there():
    opened = Entry.objects.filter(deed__startswith="account.")
    return not User.objects.exists() and not Post.objects.exists() and not opened.exists()


def test_four_people_hold_the_first_posts_and_must_change_their_passwords(units):
    admitted = found(four(), at=NOW)
    assert [each.role for each in admitted] == list(WANTED)
    for each in admitted:
        assert each.person.password_due
        client = Client()
        client.post(reverse("login"), {"username": each.person.username, "password": each.password})
        assert client.get("/")["Location"] == reverse("accounts:password")
    assert Entry.objects.filter(deed="account.opened").count() == 4


def test_none_of_the_three_reads_a_circular(units):
    for each in found(four(), at=NOW)[:3]:
        person = User.objects.get(pk=each.person.pk)
        assert not [right for right in (Right.READ, Right.TRACK, Right.RECEIVE, Right.INSPECT) if may(person, right)]


@pytest.mark.parametrize(
    "change, said",
    [
        (lambda each: each[:3], "还没有写明网信办"),
        (lambda each: each[1:], "还没有写明系统管理员"),
        (lambda each: [*each[:3], Founder(Role.NETWORK_OFFICE, each[0].login, "甲", "YA-WXB")], "写了两次"),
        (lambda each: [*each[:3], Founder(Role.NETWORK_OFFICE, "ding", "丁", "YA-ZFB")], "不是网信办"),
        (lambda each: [*each[:3], Founder(Role.NETWORK_OFFICE, "ding", "丁", "nowhere")], "不在使用单位名册"),
        (lambda each: [*each[:3], Founder(Role.NETWORK_OFFICE, "丁", "丁", "YA-WXB")], "只能用小写字母"),
        (lambda each: [*each[:3], Founder(Role.NETWORK_OFFICE, "ding", "", "YA-WXB")], "姓名应为"),
    ],
)
def test_whatever_is_wrong_nobody_is_taken_in(units, change, said):
    with pytest.raises(NotFounded, match=said):
        found(change(four()), at=NOW)
    assert nobody_is_there()


def test_it_is_done_once(units):
    found(four(), at=NOW)
    with pytest.raises(NotFounded, match="只能做一次"):
        found(four(), at=NOW)
    assert User.objects.count() == 4
    with pytest.raises(CommandError, match="只能做一次"):
        call_command("first_run")


def test_the_command_asks_and_shows_each_password_once(units, monkeypatch, capsys):
    answers(monkeypatch, "甲", "jia", "", "乙", "yi", "YA-ZFB", "丙", "bing", "YA-ZFB", "丁", "ding", "")
    call_command("first_run")
    said = capsys.readouterr().out
    assert "系统管理员　甲　用户名 jia　初始密码 " in said
    password = said.split("用户名 jia　初始密码 ")[1].split()[0]
    assert User.objects.get(username="jia").check_password(password)
    assert {post.role: post.unit.code for post in Post.objects.select_related("unit")} == {
        Role.SYSTEM_ADMIN: "YA-WXB", Role.SECURITY_ADMIN: "YA-ZFB", Role.AUDIT_ADMIN: "YA-ZFB", Role.NETWORK_OFFICE: "YA-WXB",
    }  # fmt: skip


def test_given_up_in_the_middle_nothing_is_left(units, monkeypatch):
    answers(monkeypatch, "甲", "jia", "")
    monkeypatch.setattr("builtins.input", _gives_up)
    with pytest.raises(CommandError, match="已放弃"):
        call_command("first_run")
    assert nobody_is_there()


def test_without_units_it_says_what_to_do_first(db):
    with pytest.raises(CommandError, match="load_units"):
        call_command("first_run")


def _gives_up(_):
    raise KeyboardInterrupt
