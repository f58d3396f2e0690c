"""The personal certificate of a log-in: opened once, in two halves, of use in that browser's session alone (Article 10)."""

from base64 import b64encode
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.people import User
from accounts.sealends import revoke
from accounts.sealpins import change_pin
from accounts.seals import KeyKind
from accounts.unlockedkey import COOKIE, KEPT, unlocked
from cms.revocations import trust
from cms.signing.detached import sign_detached, verify_detached
from tests.accounts.keys import PIN, in_force
from tests.cast import MONDAY


@pytest.fixture
def certificate(city):
    return in_force(city, KeyKind.CLERK)


def unlock(desk: Client, key, pin=PIN) -> Any:
    return desk.post(reverse("accounts:unlock_key", args=[key.pk]), {"pin": pin})


def request_of(desk: Client, person, cookie=None):
    """What the next request of this browser brings along."""
    request = RequestFactory().get("/")
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(desk.cookies["sessionid"].value)
    request.user = User.objects.get(pk=person.pk)
    if cookie or COOKIE in desk.cookies:
        request.COOKIES[COOKIE] = cookie or desk.cookies[COOKIE].value
    return request


def test_once_unlocked_it_signs_without_the_pin_until_locked(city, certificate):
    desk = city.desk(city.clerk)
    assert unlocked(request_of(desk, city.clerk), MONDAY) is None
    unlock(desk, certificate)
    _, key = unlocked(request_of(desk, city.clerk), MONDAY)
    signature = sign_detached(b"receipt", key, MONDAY)
    verdict = verify_detached(b"receipt", signature, trust(), code=city.attentive.code)
    assert verdict.stands
    assert verdict.signer.name == "孙早（收发员）"
    desk.post(reverse("accounts:lock_key"))
    assert unlocked(request_of(desk, city.clerk), MONDAY) is None


def test_the_browsers_half_is_kept_from_scripts_and_from_other_sites(city, certificate):
    desk = city.desk(city.clerk)
    cookie = unlock(desk, certificate).cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert bool(cookie["secure"]) == settings.HTTPS


def test_a_wrong_pin_unlocks_nothing(city, certificate):
    desk = city.desk(city.clerk)
    answer = unlock(desk, certificate, "000000")
    assert "还可以再试 4 次" in answer.content.decode()
    assert COOKIE not in desk.cookies


@pytest.mark.parametrize("slip", ["00000", "0" * 33, "0000 0", "一二三四五六", ""], ids=repr)
def test_what_no_pin_can_be_is_a_slip_of_the_hand_and_costs_no_try(city, certificate, slip):
    desk = city.desk(city.clerk)
    for act in ("unlock_key", "change_pin"):
        answer = desk.post(
            reverse(f"accounts:{act}", args=[certificate.pk]), {"pin": slip, "pin1": "a1b9c4", "pin2": "a1b9c4"}
        )
        assert answer.context["form"].errors["pin"]
        assert "没有计入输错次数" in answer.content.decode() or not slip
    certificate.refresh_from_db()
    assert certificate.wrong_pins == 0
    assert "还可以再试 4 次" in unlock(desk, certificate, "000000").content.decode()
    assert "还可以再试 3 次" in unlock(desk, certificate, "0" * 32).content.decode()


def test_who_came_from_a_paper_to_unlock_is_back_at_it(city, certificate):
    desk, paper = city.desk(city.clerk), reverse("circulars:receipts_to_sign")
    way = f"{reverse('accounts:unlock_key', args=[certificate.pk])}?next="
    assert way + paper in desk.get(reverse("accounts:own_keys"), {"next": paper}).content.decode()
    assert desk.post(way + paper, {"pin": "000000"}).status_code == 200
    assert desk.post(way + paper, {"pin": PIN}).url == paper
    assert desk.post(way + "https://elsewhere.example/" + paper, {"pin": PIN}).url == "/"
    assert unlock(desk, certificate).url == reverse("accounts:own_keys")


def test_neither_half_is_of_use_alone_nor_in_another_session(city, certificate):
    desk, other = city.desk(city.clerk), city.desk(city.clerk)
    unlock(desk, certificate)
    half = desk.cookies[COOKIE].value
    assert unlocked(request_of(other, city.clerk, half), MONDAY) is None, "the cookie alone"
    alone = request_of(desk, city.clerk, b64encode(bytes(32)).decode())
    assert unlocked(alone, MONDAY) is None, "the session alone"
    assert unlocked(request_of(desk, city.clerk, "no base64 at all"), MONDAY) is None
    moved = request_of(other, city.clerk, half)
    moved.session[KEPT] = request_of(desk, city.clerk).session[KEPT]
    assert unlocked(moved, MONDAY) is None, "both, but in another session"
    assert unlocked(request_of(desk, city.second_clerk, half), MONDAY) is None, "somebody else"
    assert unlocked(request_of(desk, city.clerk), MONDAY) is not None


def test_a_revoked_certificate_signs_no_more_though_it_was_unlocked(city, certificate):
    desk = city.desk(city.clerk)
    unlock(desk, certificate)
    revoke(certificate, "调离", by=city.engineer, at=MONDAY)
    assert unlocked(request_of(desk, city.clerk), MONDAY) is None


def test_another_pin_locks_it_in_every_session(city, certificate):
    desk = city.desk(city.clerk)
    unlock(desk, certificate)
    change_pin(certificate, PIN, "973164", by=city.clerk, at=MONDAY)
    assert unlocked(request_of(desk, city.clerk), MONDAY) is None


def test_signing_out_ends_it(city, certificate):
    desk = city.desk(city.clerk)
    unlock(desk, certificate)
    half, before = desk.cookies[COOKIE].value, desk.cookies["sessionid"].value
    desk.post(reverse("logout"))
    assert not Session.objects.filter(pk=before).exists()
    assert unlocked(request_of(city.desk(city.clerk), city.clerk, half), MONDAY) is None


def test_a_seal_is_never_unlocked_for_a_session(city):
    seal = in_force(city)
    assert unlock(city.desk(city.keeper), seal).status_code == 404
