"""Attacks 47 to 49 and 52: wrong words counted whatever way they come, one factor where two are asked, names guessed, codes used twice.

Every way in is walked here: the sign-in page, a slip, the letter of a first account, the lock of an open and of an ended session, and the ways
that a Wagtail site has and this one has not.
"""

import re
import time
from datetime import timedelta
from statistics import median

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts.alarmtokens import alarm_token
from accounts.codesecrets import CodeSecret
from accounts.openings import open_accounts
from accounts.people import User, take_post
from accounts.roles import Role
from accounts.signin import OfficeArgon2Hasher
from accounts.slips import request_slip
from cms.accesslog import Access, Look
from config.doors import DOORS, Audience
from tests.addresses import ADMIN, OURS, dummy, fill
from tests.cast import MONDAY
from tests.databases import ROOT
from tests.signins import (
    EVERY_ROLE,
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
    show,
    shown,
    type_password,
    words_of,
)
from tests.walking import everything

LOCKED, CHANGE, INBOX = reverse("accounts:locked"), reverse("accounts:password"), reverse("circulars:inbox")
HALF_MINUTE = timedelta(seconds=30)
TO_ALL = {name for name, door in DOORS.items() if door is Audience.EVERYBODY}


@pytest.fixture
def asked_of_all(settings):
    settings.SECOND_FACTOR_ROLES = EVERY_ROLE


@pytest.fixture
def clerk(city, asked_of_all):
    known_by_password(city.clerk)
    return User.objects.get(pk=city.clerk.pk)


@pytest.fixture
def secret(clerk):
    return give_code(clerk)


# --- 48: no way in with one factor ---


@pytest.mark.parametrize("registered", [True, False])
@pytest.mark.parametrize("role", [Role.CLERK, Role.LEADER, Role.SECRETARIAT, Role.NETWORK_OFFICE, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.DRAFTER])  # fmt: skip
def test_48_no_door_of_the_table_opens_to_a_role_that_has_shown_one_factor(city, asked_of_all, role, registered):
    """Attack 48: every door of config.doors and every view of the admin, by GET and by POST, with the password alone."""
    person = User.objects.create(username="somebody", name="某人")
    take_post(person, city.office, role, by=None, at=MONDAY)
    known_by_password(person)
    if registered:
        give_code(person)
    desk = browser("somebody")
    desk.get(SECOND, follow=True)
    before, session = everything(), desk.session.session_key
    for path in [*(dummy(name) for name in OURS if name not in TO_ALL), *map(fill, ADMIN)]:
        for answer in (desk.get(path), desk.post(path)):
            assert (answer.status_code, leads_to(answer).partition("?")[0]) == (302, "/login/"), path
    for name in TO_ALL:
        said = words_of([desk.get(dummy(name), follow=True), desk.get("/no-such-page/")])
        assert "masthead__who" not in said, name
        assert "data-alarm" not in said, name
    assert everything() == before
    assert desk.session.session_key == session
    assert leads_to(desk.get(SECOND if registered else FIRST)) == "", "the one page that is open"
    assert leads_to(desk.get(FIRST if registered else SECOND)) == (SECOND if registered else FIRST)
    assert not Access.objects.filter(look=Look.SIGNED_IN).exists()


def test_48_a_slip_leads_through_the_same_factor(clerk, secret, city):
    """Attack 48, ASVS 6.4.3: a forgotten password is no way around the second factor."""
    typed = request_slip(clerk, reason="忘记", by=city.engineer, at=MONDAY).confirm(by=city.secretary, at=MONDAY)
    desk = Client(REMOTE_ADDR="10.61.5.7")
    assert leads_to(type_password("clerk", typed, client=desk)) == SECOND
    assert leads_to(desk.get(CHANGE)).startswith("/login/")
    show(desk, code(secret, MONDAY))
    assert leads_to(desk.get(INBOX)) == CHANGE


def test_48_the_letter_of_a_first_account_leads_to_registering_one(city, asked_of_all, tmp_path):
    """Attack 48: who opens a new account by its letter registers a factor before anything else."""
    register = tmp_path / "people.csv"
    register.write_text("login,name,unit,roles,mobile,office_phone\nnewcomer,新来,BM05,clerk,,\n")
    (letter,) = open_accounts(register, by=city.engineer, at=MONDAY)
    desk = browser("newcomer", letter.code)
    assert leads_to(desk.get(SECOND)) == FIRST
    assert leads_to(desk.get(CHANGE)).startswith("/login/")
    desk.post(FIRST, {"code": code(secret_on(desk.get(FIRST)), MONDAY)})
    assert leads_to(desk.get(INBOX)) == CHANGE


def test_48_the_lock_of_an_open_session_asks_for_the_password_alone_and_that_of_an_ended_one_for_all(
    clerk, secret, week
):
    """Attack 48: the session holds that the factor was shown; where there is none, a token and the password begin half a sign-in."""
    desk = shown(clerk, secret)
    desk.post(reverse("accounts:lock"))
    assert leads_to(desk.post(LOCKED, {"password": PASSWORD, "next": INBOX})) == INBOX
    assert is_in(desk)
    token = alarm_token(clerk, MONDAY)
    Session.objects.all().delete()
    for client in (desk, Client(REMOTE_ADDR="10.61.5.8")):
        assert leads_to(client.post(LOCKED, {"password": PASSWORD, "token": token, "next": INBOX})) == SECOND
        assert not is_in(client)
        week.shift(HALF_MINUTE)
        assert leads_to(show(client, code(secret, MONDAY, 1 if client is desk else 2))) == INBOX
        assert is_in(client)


def test_48_a_desk_that_one_person_locked_is_no_way_in_for_another_with_a_token_of_their_own(clerk, secret, city):
    """Attack 48: the shown factor is the session's person's; another's token finds only the own lock."""
    desk = shown(clerk, secret)
    desk.post(reverse("accounts:lock"))
    known_by_password(city.second_clerk)
    second = User.objects.get(pk=city.second_clerk.pk)
    desk.post(LOCKED, {"password": PASSWORD, "token": alarm_token(second, MONDAY)})
    assert desk.session["_auth_user_id"] == str(clerk.pk)


@pytest.mark.parametrize(
    "path",
    ["/cms/login/", "/cms/password_reset/", "/cms/password_reset/confirm/MQ/set-password/", "/cms/password_reset/complete/",
     "/cms/account/", "/cms/account/change_password/", "/admin/", "/admin/login/", "/accounts/login/", "/api/v2/", "/api/token/",
     "/django-admin/login/", "/_util/login/"],
)  # fmt: skip
def test_48_the_other_ways_into_such_a_site_are_not_there(clerk, path):
    """Attack 48: the admin's own sign-in, its reset, interfaces and tokens take no password at all."""
    client = Client(REMOTE_ADDR="10.61.5.7")
    for answer in (
        client.get(path), client.post(path, {"username": "clerk", "password": PASSWORD, "email": "clerk@example.org"}),
        client.get(path, headers={"Authorization": "Basic Y2xlcms6b25lLWZvci10aGUtU2NlbmU="}),
    ):  # fmt: skip
        assert answer.status_code == 404 or leads_to(answer).startswith("/login/"), path
    assert not is_in(client)
    assert not AccessAttempt.objects.exists()


def test_48_nobody_signs_in_anywhere_but_through_the_one_way():
    """Attack 48: the framework's sign-in is called in one module of ours; every path leads there."""
    called = re.compile(r"from django\.contrib\.auth import [^\n]*\blogin\b|auth\.login\(|auth_login")
    calls = [
        path.relative_to(ROOT).as_posix()
        for folder in ("accounts", "circulars", "cms", "reports", "site/config")
        for path in (ROOT / folder).rglob("*.py")
        if called.search(path.read_text())
    ]
    assert calls == ["accounts/entering.py"]


# --- 47: wrong words, whatever way they come ---


def test_47_wrong_passwords_codes_and_unlocks_count_together_and_lock_every_way(clerk, secret, city):
    """Attack 47: five of any kind from one address; another address, and another name at this one, still work."""
    slip = request_slip(clerk, reason="忘记", by=city.engineer, at=MONDAY).confirm(by=city.secretary, at=MONDAY)
    token = alarm_token(clerk, MONDAY)
    half_way, at_the_lock = browser("clerk"), Client(REMOTE_ADDR="10.61.5.7")
    tries = [
        type_password("clerk", "wrong"),
        show(half_way, "000000"),
        at_the_lock.post(LOCKED, {"password": "wrong", "token": token}),
        show(half_way, "AAAAA-BBBBB"),
        show(half_way, "000001"),
    ]
    assert [answer.status_code for answer in tries] == [200, 200, 200, 200, 429]
    for answer in (
        type_password("clerk"), type_password("clerk", slip), show(half_way, code(secret, MONDAY)),
        at_the_lock.post(LOCKED, {"password": PASSWORD, "token": token}),
    ):  # fmt: skip
        assert answer.status_code == 429
        assert "登录已锁定" in answer.content.decode()
    assert not is_in(half_way)
    known_by_password(city.second_clerk)
    assert leads_to(type_password("second-clerk")) == SECOND
    elsewhere = browser("clerk", address="10.61.5.8")
    assert leads_to(show(elsewhere, code(secret, MONDAY))) == "/"


def test_47_the_right_password_alone_clears_nothing_that_was_counted(clerk, secret):
    """Attack 47: who knows the password guesses codes no longer by typing it again in between."""
    statuses = []
    for guess in range(5):
        half_way = browser("clerk")
        statuses.append(show(half_way, f"{guess:06}").status_code)
    assert statuses == [200] * 4 + [429]
    assert type_password("clerk").status_code == 429


def test_47_what_was_typed_as_a_code_is_kept_nowhere(clerk, secret):
    typed = "SECRT-PAPER"
    half_way = browser("clerk")
    assert typed not in show(half_way, typed).content.decode()
    half_way.post(SECOND, {"answer": typed})
    assert typed not in str(everything()) + str(list(Access.objects.values()))


# --- 49: names ---


def test_49_a_name_that_nobody_has_takes_as_long_and_reads_alike(city, settings):
    """Attack 49: for a known name, one without a password, a closed account and nobody's, the middle of many tries differs by little.

    Measured against each other in time of the processor: what a hash costs here is the measure.
    """
    settings.PASSWORD_HASHERS = ["accounts.signin.OfficeArgon2Hasher"]
    settings.SECOND_FACTOR_ROLES = EVERY_ROLE
    word = make_password(PASSWORD)
    User.objects.filter(pk__in=[city.clerk.pk, city.leader.pk]).update(password=word)
    User.objects.filter(pk=city.second_clerk.pk).update(password=make_password(None))
    User.objects.filter(pk=city.leader.pk).update(is_active=False)
    give_code(city.clerk)
    names = ("clerk", "second-clerk", "leader", "nobody-at-all")
    spent: dict[str, list[float]] = {name: [] for name in names}
    pages = {}
    for round_ in range(9):
        for place, name in enumerate(names):
            client = Client(REMOTE_ADDR=f"10.62.{place}.{round_}")
            client.get(reverse("login"))
            before = time.process_time()
            answer = client.post(reverse("login"), {"username": name, "password": "wrong", "next": ""})
            spent[name].append(time.process_time() - before)
            pages[name] = answer.content.decode().replace(name, "").replace(str(answer.context["csrf_token"]), "")
    assert len(set(pages.values())) == 1
    middle = {name: median(times) for name, times in spent.items()}
    assert max(middle.values()) < 1.5 * min(middle.values()), middle


def test_49_a_name_that_nobody_has_costs_the_hash_that_any_other_costs(city, settings, monkeypatch):
    """Attack 49: the work is counted, so that no clock decides: one hash for whatever name."""
    settings.PASSWORD_HASHERS = ["accounts.signin.OfficeArgon2Hasher"]
    known_by_password(city.clerk, city.leader)
    User.objects.filter(pk=city.second_clerk.pk).update(password=make_password(None))
    User.objects.filter(pk=city.leader.pk).update(is_active=False)
    hashed: list[str] = []
    for act in ("encode", "verify"):
        one = getattr(OfficeArgon2Hasher, act)
        monkeypatch.setattr(
            OfficeArgon2Hasher, act, lambda *given, _one=one, _act=act: hashed.append(_act) or _one(*given)
        )
    spent = {}
    for name in ("clerk", "second-clerk", "leader", "nobody-at-all"):
        hashed.clear()
        type_password(name, "wrong")
        spent[name] = len(hashed)
    assert spent == dict.fromkeys(spent, 1)


# --- 52: codes ---


def test_52_a_code_is_good_once_in_its_half_minute_and_no_older_one_after_it(clerk, secret, week):
    """Attack 52: the same code again, the one before it, and one that was good a minute ago."""
    desk = shown(clerk, secret)
    assert is_in(desk)
    before, same = code(secret, MONDAY, -1), code(secret, MONDAY)
    for typed in (same, before):
        half_way = browser("clerk", address=f"10.61.6.{typed[-1]}")
        assert "已经用过" in show(half_way, typed).content.decode()
        assert not is_in(half_way)
    week.shift(4 * HALF_MINUTE)
    half_way = browser("clerk", address="10.61.6.77")
    assert "不对" in show(half_way, code(secret, MONDAY, 1)).content.decode()
    assert leads_to(show(half_way, code(secret, MONDAY, 4))) == "/"


def test_52_a_code_that_registered_the_authenticator_opens_nothing_afterwards(city, asked_of_all):
    """Attack 52: the first code counts as used."""
    known_by_password(city.clerk)
    desk = browser("clerk")
    desk.get(SECOND)
    secret = secret_on(desk.get(FIRST))
    desk.post(FIRST, {"code": code(secret, MONDAY)})
    assert "已经用过" in show(browser("clerk"), code(secret, MONDAY)).content.decode()


def test_52_a_secret_moved_to_another_row_opens_nothing(clerk, secret, city):
    """Attack 52: who writes into the database cannot give a person the authenticator of another."""
    known_by_password(city.second_clerk)
    own = CodeSecret.objects.get()
    CodeSecret.objects.create(person=city.second_clerk, locked=bytes(own.locked), added_at=MONDAY)
    half_way = browser("second-clerk")
    answer = show(half_way, code(secret, MONDAY))
    assert answer.status_code == 200
    assert "密钥打不开" in answer.content.decode()
    assert not is_in(half_way)
