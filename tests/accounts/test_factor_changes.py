"""二次验证: replaced, removed and withdrawn, each by whose it is, with a reason, a message and an entry that the check holds the rows against (Articles 10 and 23)."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from axes.models import AccessAttempt
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.alarmtokens import alarm_token
from accounts.codesecrets import MOST_WRONG, CodeSecret
from accounts.factorchecks import check_factors
from accounts.factors import has_factor, withdraw
from accounts.passkeys import Passkey
from accounts.people import User, take_post
from accounts.recoverycodes import COUNT, RecoveryCode
from accounts.roles import Role
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from tests.cast import MONDAY
from tests.signins import (
    FIRST,
    PASSWORD,
    SECOND,
    browser,
    code,
    give_code,
    is_in,
    known_by_password,
    leads_to,
    secret_on,
)
from tests.walking import everything

HALF_MINUTE = timedelta(seconds=30)
SAFETY, OWN_CODE, NEW_PAPER = (reverse(f"accounts:{name}") for name in ("safety", "own_code", "new_recovery_codes"))
DROP_CODE = reverse("accounts:drop_factor", args=[0])


@pytest.fixture
def engineer(city, settings):
    settings.SECOND_FACTOR_ROLES = ["network_office"]
    known_by_password(city.engineer, city.clerk)
    return city.engineer


@pytest.fixture
def guard(city):
    person = User.objects.create(username="guard", name="安守")
    take_post(person, city.network_office, Role.SECURITY_ADMIN, by=None, at=MONDAY)
    return person


def deeds(person):
    entries = Entry.objects.filter(subject=f"accounts.user:{person.pk}", deed__regex="factor|recovery").order_by("pk")
    return [entry.deed for entry in entries]


def papers_on(answer):
    return re.findall(r"</span>([2-9A-Z]{5}-[2-9A-Z]{5})<", answer.content.decode())


@pytest.fixture
def secret(engineer):
    return give_code(engineer)


def show(desk, typed):
    return desk.post(SECOND, {"code": typed})


# --- changing it ---


@pytest.fixture
def desk(engineer, secret):
    desk = browser("engineer")
    show(desk, code(secret, MONDAY))
    return desk


def test_each_change_asks_for_the_password_and_counts_a_wrong_one(desk, engineer):
    before = everything()
    for path in (OWN_CODE, NEW_PAPER, DROP_CODE):
        assert "密码不对" in desk.post(path, {"password": "Wrong-word-26", "code": "123456"}).content.decode(), path
    changed = {label for label, rows in everything().items() if rows != before[label]}
    assert changed == {"axes.AccessAttempt"}
    assert [desk.post(NEW_PAPER, {"password": "Wrong-word-26"}).status_code for _ in range(3)] == [200, 429, 429]
    assert "Wrong-word" not in str(list(AccessAttempt.objects.values()))


def test_another_authenticator_takes_the_place_of_the_first_and_ends_the_other_sessions(desk, engineer, secret, week):
    week.shift(HALF_MINUTE)
    other = browser("engineer")
    show(other, code(secret, MONDAY + HALF_MINUTE))
    assert is_in(other)
    fresh = secret_on(desk.get(OWN_CODE))
    assert fresh != secret
    desk.post(OWN_CODE, {"password": PASSWORD, "code": code(fresh, MONDAY + HALF_MINUTE)})
    assert is_in(desk)
    assert not is_in(other)
    assert CodeSecret.objects.filter(person=engineer).count() == 1
    week.shift(HALF_MINUTE)
    assert "不对" in show(browser("engineer"), code(secret, MONDAY + 2 * HALF_MINUTE)).content.decode()
    assert leads_to(show(browser("engineer"), code(fresh, MONDAY + 2 * HALF_MINUTE))) == "/"


def test_the_last_one_stays_where_the_role_asks_for_it(desk, engineer, settings):
    answer = desk.post(DROP_CODE, {"password": PASSWORD})
    assert "不能删去最后一种" in answer.content.decode()
    assert has_factor(engineer)
    settings.SECOND_FACTOR_ROLES = []
    assert leads_to(desk.post(DROP_CODE, {"password": PASSWORD})) == SAFETY
    assert not has_factor(engineer)
    assert not RecoveryCode.objects.filter(person=engineer).exists()
    assert desk.get(DROP_CODE).status_code == 404
    assert deeds(engineer) == ["factor.dropped"]
    assert is_in(desk)
    assert is_in(browser("engineer"))


def test_new_codes_on_paper_end_those_of_before(desk, engineer, week):
    first = papers_on(desk.post(NEW_PAPER, {"password": PASSWORD}))
    second = papers_on(desk.post(NEW_PAPER, {"password": PASSWORD}))
    assert len(first) == len(second) == COUNT
    assert RecoveryCode.objects.filter(person=engineer).count() == COUNT
    assert "不对" in show(browser("engineer"), first[0]).content.decode()
    assert leads_to(show(browser("engineer"), second[0])) == "/"
    assert deeds(engineer) == ["recovery_codes.made"] * 2 + ["recovery_code.used"]


def test_the_own_page_says_what_guards_the_account(desk):
    page = desk.get(SAFETY).content.decode()
    for words in (
        "安全设置",
        "2026-12-27 09:00，到期后",
        "您的职责要求登录时除密码外再验证一次",
        "动态口令",
        "还剩 0 个没有用过",
    ):
        assert words in page


def test_after_too_many_wrong_codes_from_wherever_none_counts_any_more(engineer, secret, guard, week):
    CodeSecret.objects.update(wrong=MOST_WRONG - 1)
    assert "不对" in show(browser("engineer", address="10.61.7.1"), "000000").content.decode()
    answer = show(browser("engineer", address="10.61.7.2"), code(secret, MONDAY))
    assert "已不能再用" in answer.content.decode()
    CodeSecret.objects.update(wrong=MOST_WRONG - 1)
    assert leads_to(show(browser("engineer", address="10.61.7.3"), code(secret, MONDAY))) == "/"
    assert CodeSecret.objects.get().wrong == 0


# --- withdrawn by the security administrator ---


def test_the_security_administrator_withdraws_what_was_lost_with_a_reason_and_the_person_is_told(
    desk, engineer, city, guard
):
    care = city.desk(guard)
    page = care.get(reverse("accounts:sign_in_care"), {"q": "吴宏伟"}).content.decode()
    path = reverse("accounts:withdraw_factors", args=[engineer.pk])
    assert path in page
    assert "请写明撤换的原因" in care.post(path, {"reason": " "}).content.decode()
    token = alarm_token(User.objects.get(pk=engineer.pk), MONDAY)
    answer = care.post(path, {"reason": "手机丢失，本人持工作证提出"}, follow=True)
    assert "已撤销吴宏伟的二次验证" in answer.content.decode()
    assert not is_in(desk)
    entry = Entry.objects.get(deed="factor.withdrawn")
    assert (entry.person, entry.subject, entry.facts) == (
        guard, f"accounts.user:{engineer.pk}", {"reason": "手机丢失，本人持工作证提出"},
    )  # fmt: skip
    assert (
        "安全管理员安守撤销了您的动态口令"
        in Message.objects.filter(person=engineer, key__startswith="factor:").latest("pk").text
    )
    assert leads_to(browser("engineer").get(SECOND)) == FIRST
    again = care.post(path, {"reason": "再来一次"})
    assert "没有登记二次验证" in again.content.decode()
    assert Client().get(reverse("circulars:locked_alarm"), headers={"X-Alarm-Token": token}).status_code == 404


def test_nobody_withdraws_their_own_and_nobody_else_anybodys(engineer, secret, city, guard):
    give_code(guard)
    with pytest.raises(OutOfOrder, match="另一位安全管理员"):
        withdraw(guard, reason="丢失", by=guard, at=MONDAY)
    for who in ("clerk", "leader", "secretary", "nobody", "superuser"):
        person = getattr(city, who)
        assert city.desk(person).get(reverse("accounts:sign_in_care")).status_code == 404
        with pytest.raises(PermissionDenied):
            withdraw(engineer, reason="丢失", by=person, at=MONDAY)
    assert CodeSecret.objects.count() == 2


def test_the_page_of_the_security_administrator_says_how_people_sign_in(city, guard, settings):
    settings.SECOND_FACTOR_ROLES = ["network_office", "security_admin"]
    known_by_password(guard)
    desk = browser("guard")
    desk.post(FIRST, {"code": code(secret_on(desk.get(FIRST)), MONDAY)})
    page = desk.get(reverse("accounts:sign_in_care")).content.decode()
    for words in (
        "等级保护三级",
        "至少 10 个字符",
        "网信办、安全管理员",
        "连续 5 次，锁定 30 分钟",
        "30 分钟",
        "12 小时",
    ):
        assert words in page


def test_on_the_server_they_are_withdrawn_when_no_security_administrator_gets_in(engineer, secret):
    said = StringIO()
    call_command("withdraw_factors", "engineer", "--reason", "手机丢失", stdout=said)
    assert "吴宏伟" in said.getvalue()
    assert not has_factor(engineer)
    entry = Entry.objects.get(deed="factor.withdrawn")
    assert (entry.person, entry.facts) == (None, {"reason": "手机丢失"})
    for name, words in (("engineer", "没有登记"), ("nobody-at-all", "没有用户")):
        with pytest.raises(CommandError, match=words):
            call_command("withdraw_factors", name, "--reason", "手机丢失")


# --- what the ledger says of it ---


def flaws():
    return [str(fault) for fault in check_factors(None, MONDAY)]


def test_the_check_finds_a_factor_that_was_laid_in_changed_or_taken_out_behind_the_ledger(engineer, city, guard, week):
    desk = browser("engineer")
    desk.get(SECOND)
    secret = secret_on(desk.get(FIRST))
    desk.post(FIRST, {"code": code(secret, MONDAY)})
    assert flaws() == []
    desk.post(OWN_CODE, {"password": PASSWORD, "code": code(secret_on(desk.get(OWN_CODE)), MONDAY)})
    assert flaws() == []
    kept = CodeSecret.objects.get()
    CodeSecret.objects.update(locked=b"another")
    assert "改动过" in "".join(flaws())
    CodeSecret.objects.all().delete()
    assert "动态口令不见了" in "".join(flaws())
    kept.save(force_insert=True)
    assert flaws() == []
    laid = Passkey.objects.create(person=engineer, credential="x", public_key=b"y", name="z", added_at=MONDAY)
    assert "没有登记过" in "".join(flaws())
    laid.delete()
    withdraw(engineer, reason="丢失", by=guard, at=MONDAY)
    assert flaws() == []
