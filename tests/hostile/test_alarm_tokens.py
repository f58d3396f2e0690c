"""The token of a locked desk: good for numbers and the own password, for nothing and nobody else (Articles 10 and 18)."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.core import signing
from django.test import Client
from django.urls import reverse

from accounts.alarmtokens import alarm_token, person_of
from accounts.people import User
from tests.addresses import OURS, dummy
from tests.cast import MONDAY
from tests.walking import everything

ALARM, LOCKED = reverse("circulars:locked_alarm"), reverse("accounts:locked")
# Open to everybody anyway.
OPEN = {
    "login",
    "accounts:second_factor",
    "accounts:first_factor",
    "healthz",
    "metrics",
    "accounts:locked",
    "circulars:locked_alarm",
    "reports:wall",
}


@pytest.fixture
def token(city):
    User.objects.filter(pk=city.clerk.pk).update(password=make_password("one-for-the-scene"))
    return alarm_token(User.objects.get(pk=city.clerk.pk), MONDAY)


def numbers(token):
    answer = Client().get(ALARM, headers={"X-Alarm-Token": token})
    return answer.json() if answer.status_code == 200 else answer.status_code


def test_a_token_opens_no_other_address_in_whatever_place_it_is_laid(circular, token):
    before = everything()
    for name in OURS.keys() - OPEN:
        client = Client(headers={"X-Alarm-Token": token, "Authorization": f"Bearer {token}"})
        client.cookies["sessionid"] = token
        for answer in (client.get(dummy(name), {"token": token}), client.post(dummy(name), {"token": token})):
            assert answer["Location"].startswith("/login/"), name
    assert everything() == before


def test_asking_by_token_begins_and_prolongs_no_session(circular, token, city, week):
    sessions = list(Session.objects.values())
    for minute in range(3):
        week.move_to(MONDAY + timedelta(minutes=minute), tick=False)
        answer = Client().get(ALARM, headers={"X-Alarm-Token": token})
        assert not answer.cookies
        assert "no-store" in answer.get("Cache-Control", "")
    assert list(Session.objects.values()) == sessions


def test_a_token_counts_only_what_its_persons_unit_got(circular, token, city):
    before = numbers(token)
    city.sent(primary_units=[city.late], urgency="extra_urgent")
    city.sent(by=city.department_drafter, issuer=city.department, primary_units=[city.office])
    assert numbers(token) == before
    assert before["open"] == 1


@pytest.mark.parametrize(
    "change", [{"person": "second_clerk"}, {"person": "late_clerk"}, {"at": "2030-01-01T00:00:00+08:00"}, {"stamp": ""}]
)
def test_a_token_is_not_rewritten(circular, token, city, change):
    said = signing.loads(token, salt="accounts.alarmtokens")
    said |= {key: getattr(city, value).pk if key == "person" else value for key, value in change.items()}
    body = token.rpartition(":")
    assert numbers(signing.dumps(said, salt="accounts.alarmtokens")) == 404, "even with the key of the site"
    assert numbers(signing.dumps(said, salt="accounts.alarmtoken")) == 404
    assert numbers(f"{body[0]}:{body[2][::-1]}") == 404


@pytest.mark.parametrize(
    "forged", ["", ":", "::", ".", ".eJw:x:y", "\u2028", "é", "0" * 8000, "a" * 100 + ":" + "b" * 100]
)
def test_what_is_no_token_is_answered_like_any_unknown_address(circular, token, forged):
    assert numbers(forged.encode("utf-8").decode("latin-1")) == 404
    answer = Client().post(LOCKED, {"token": forged, "password": "x"})
    assert answer["Location"].startswith("/login/")


def test_another_persons_password_does_not_open_the_desk_of_a_token(token, city):
    User.objects.filter(pk=city.late_clerk.pk).update(password=make_password("another-ones-word"))
    client = Client()
    client.post(LOCKED, {"token": token, "password": "another-ones-word"})
    assert client.get(reverse("circulars:inbox"))["Location"].startswith("/login/")


def test_a_token_made_before_is_worth_nothing_after_a_sign_out(token, city, week):
    desk = city.desk(city.clerk)
    week.move_to(MONDAY + timedelta(seconds=1), tick=False)
    desk.post(reverse("logout"))
    assert person_of(token, MONDAY + timedelta(seconds=2)) is None
    client = Client()
    client.post(LOCKED, {"token": token, "password": "one-for-the-scene"})
    assert client.get(reverse("circulars:inbox"))["Location"].startswith("/login/")
