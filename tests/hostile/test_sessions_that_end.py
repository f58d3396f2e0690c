"""Attack 50: sessions under another name, of another person, longer than their reason and longer than their hours (Articles 10 and 18)."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts.alarmtokens import alarm_token
from accounts.codesecrets import secret_to_add
from accounts.factors import add_code, drop_own, withdraw
from accounts.passkeys import Passkey
from accounts.passwords import set_own_password
from accounts.people import User, take_post
from accounts.roles import Role
from tests.cast import MONDAY
from tests.signins import (
    EVERY_ROLE,
    PASSWORD,
    SECOND,
    browser,
    code,
    give_code,
    is_in,
    known_by_password,
    leads_to,
    show,
    shown,
    type_password,
)

LOCKED, INBOX = reverse("accounts:locked"), reverse("circulars:inbox")
HALF_MINUTE = timedelta(seconds=30)


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


# --- 50: sessions ---


def test_50_the_session_has_another_name_after_the_password_and_another_after_the_factor(clerk, secret, city):
    """Attack 50: a name that somebody laid beforehand is good for nothing afterwards."""
    desk = Client(REMOTE_ADDR="10.61.5.7")
    laid = desk.session
    laid["x"] = 1
    laid.save()
    names = [laid.session_key]
    desk.cookies["sessionid"] = laid.session_key
    type_password("clerk", client=desk)
    names.append(desk.session.session_key)
    show(desk, code(secret, MONDAY))
    names.append(desk.session.session_key)
    assert len(set(names)) == 3
    for name in names[:2]:
        assert not Session.objects.filter(session_key=name).exists()
        thief = Client()
        thief.cookies["sessionid"] = name
        assert not is_in(thief)


def test_50_a_session_of_one_person_becomes_no_session_of_another(clerk, secret, city):
    """Attack 50: nothing of the one, what was shown least of all, goes over when another signs in at the same browser."""
    desk = shown(clerk, secret)
    desk.session["left"] = "behind"
    token_name = desk.session.session_key
    known_by_password(city.second_clerk)
    second = User.objects.get(pk=city.second_clerk.pk)
    desk.post(reverse("logout"))
    desk.post(LOCKED, {"password": PASSWORD, "token": alarm_token(second, MONDAY)})
    assert desk.session.session_key != token_name
    assert not is_in(desk)
    assert "left" not in desk.session


def _another_password(city, clerk, secret):
    set_own_password(clerk, "Another-word-27", at=MONDAY)


def _another_factor(city, clerk, secret):
    session: dict = {}
    fresh = secret_to_add(session, clerk)
    add_code(session, clerk, code(fresh, MONDAY), MONDAY)


def _a_factor_less(city, clerk, secret):
    Passkey.objects.create(person=clerk, credential="x", public_key=b"", name="x", added_at=MONDAY)
    drop_own(clerk, "code", MONDAY)


def _withdrawn(city, clerk, secret):
    guard = User.objects.create(username="guard", name="安守")
    take_post(guard, city.network_office, Role.SECURITY_ADMIN, by=None, at=MONDAY)
    withdraw(clerk, reason="丢失", by=guard, at=MONDAY)


def _another_role(city, clerk, secret):
    take_post(clerk, city.late, Role.CLERK, by=None, at=MONDAY)


def _disabled(city, clerk, secret):
    User.objects.filter(pk=clerk.pk).update(is_active=False)


@pytest.mark.parametrize(
    "change", [_another_password, _another_factor, _a_factor_less, _withdrawn, _another_role, _disabled]
)
def test_50_every_session_ends_with_what_it_was_opened_by(clerk, secret, city, week, change):
    """Attack 50: another password, factor or role, and a closed account: at the next request every browser is out, and so is a locked one's token."""
    first = shown(clerk, secret)
    week.shift(HALF_MINUTE)
    second = shown(clerk, secret, MONDAY + HALF_MINUTE)
    second.post(reverse("accounts:lock"))
    token = alarm_token(clerk, MONDAY)
    half_way = browser("clerk", address="10.61.5.9")
    change(city, User.objects.get(pk=clerk.pk), secret)
    for client in (first, second):
        assert leads_to(client.get(INBOX)).startswith("/login/")
    assert leads_to(half_way.get(SECOND)).startswith("/login/")
    asked = Client().get(reverse("circulars:locked_alarm"), headers={"X-Alarm-Token": token})
    assert asked.status_code == 404


@pytest.mark.parametrize("hours", [12, 3])
def test_50_a_session_ends_when_its_hours_are_over_however_often_the_password_opens_it(
    clerk, secret, week, settings, hours
):
    """Attack 50, ASVS 7.3.2: counted by the server from the whole sign-in, and moved by nothing."""
    settings.SESSION_HOURS = hours
    desk, ends = shown(clerk, secret), MONDAY + timedelta(hours=hours)
    at = MONDAY
    while at + timedelta(minutes=50) < ends - timedelta(minutes=5):
        at += timedelta(minutes=50)
        week.move_to(at, tick=False)
        desk.get(INBOX)
        assert leads_to(desk.post(LOCKED, {"password": PASSWORD, "next": INBOX})) == INBOX
        assert is_in(desk)
        assert Session.objects.get(session_key=desk.session.session_key).expire_date <= ends
    for minutes in range(int((ends - at).total_seconds() // 60)):
        week.move_to(at + timedelta(minutes=minutes), tick=False)
        desk.post(reverse("accounts:here"))
    week.move_to(ends - timedelta(seconds=1), tick=False)
    assert is_in(desk)
    week.move_to(ends, tick=False)
    assert not is_in(desk)
    assert leads_to(desk.get(INBOX)).startswith("/login/")


def test_50_a_desk_locked_at_the_very_end_is_opened_by_the_whole_sign_in(clerk, secret, week):
    """Attack 50: who is asked for the password minutes before the end is not thrown out a minute later, and not let in for another day either."""
    desk = shown(clerk, secret)
    for count in range(1, 9):
        week.move_to(MONDAY + timedelta(minutes=85 * count), tick=False)
        desk.post(LOCKED, {"password": PASSWORD, "next": INBOX})
    late = MONDAY + timedelta(hours=12) - timedelta(minutes=2)
    week.move_to(late, tick=False)
    assert leads_to(desk.post(LOCKED, {"password": PASSWORD, "next": INBOX})) == SECOND
    assert not is_in(desk)
    assert leads_to(show(desk, code(secret, late))) == INBOX
    week.move_to(late + timedelta(minutes=25), tick=False)
    assert is_in(desk)
