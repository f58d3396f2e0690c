"""用印前验证: whoever seals shows the second factor once more, where the installation asks for it (Articles 4 and 10)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts import passkeys
from accounts.people import User
from circulars.registration import Circular
from circulars.sealing import Seal
from tests.accounts.keys import PIN, in_force
from tests.cast import MONDAY
from tests.signins import code, give_code, leads_to
from tests.softkeys import ORIGIN, RP_ID, SoftKey

STEP_UP = reverse("accounts:step_up")


@pytest.fixture
def registered(city, week, settings):
    settings.PASSKEY_ORIGIN, settings.PASSKEY_RP_ID = ORIGIN, RP_ID
    settings.SEAL_STEP_UP = "passkey"
    in_force(city)
    return city.registered()


@pytest.fixture
def device(city, registered):
    """One that the keeper of the seal registered before."""
    device, session, keeper = SoftKey(), {}, User.objects.get(pk=city.keeper.pk)
    passkeys.register(session, keeper, device.create(passkeys.to_register(session, keeper, MONDAY)), "UKey", MONDAY)
    return device


def seal_page(circular):
    return reverse("circulars:seal", args=[circular.uuid])


def is_sealed(circular):
    return Circular.objects.get(pk=circular.pk).state == Circular.State.SEALED


def shown(desk, device, **changes):
    return desk.post(STEP_UP, {"answer": device.get(desk.get(STEP_UP).context["options"], **changes)})


def test_the_keeper_shows_the_passkey_and_comes_back_to_the_paper(city, registered, device):
    desk = city.desk(city.keeper)
    assert leads_to(desk.get(seal_page(registered))) == STEP_UP
    assert leads_to(desk.post(seal_page(registered), {"pin": PIN})) == STEP_UP
    assert not is_sealed(registered)
    assert leads_to(shown(desk, device)) == seal_page(registered)
    assert desk.get(seal_page(registered)).status_code == 200
    desk.post(seal_page(registered), {"pin": PIN})
    assert is_sealed(registered)


def test_after_ten_minutes_and_in_another_browser_it_is_asked_for_again(city, registered, device, week):
    desk = city.desk(city.keeper)
    desk.get(seal_page(registered))
    shown(desk, device)
    assert leads_to(city.desk(city.keeper).get(seal_page(registered))) == STEP_UP
    week.move_to(MONDAY + timedelta(minutes=10), tick=False)
    assert desk.get(seal_page(registered)).status_code == 200
    week.move_to(MONDAY + timedelta(minutes=10, seconds=1), tick=False)
    assert leads_to(desk.post(seal_page(registered), {"pin": PIN})) == STEP_UP
    assert not Seal.objects.exists()


def test_an_answer_of_another_device_or_over_something_else_opens_nothing(city, registered, device):
    desk = city.desk(city.keeper)
    desk.get(seal_page(registered))
    for answer in (shown(desk, SoftKey()), shown(desk, device, signed=b"x")):
        assert "通行密钥没有通过验证" in answer.content.decode()
        assert leads_to(desk.get(seal_page(registered))) == STEP_UP
    assert not is_sealed(registered)


def test_wrong_answers_lock_the_account_like_wrong_passwords(city, registered, device):
    desk = city.desk(city.keeper)
    desk.get(seal_page(registered))
    answers = [shown_or_turned_away(desk) for _ in range(6)]
    assert 429 in answers
    assert not is_sealed(registered)


def shown_or_turned_away(desk):
    return desk.post(STEP_UP, {"answer": "{}"}).status_code


def test_who_has_no_passkey_is_told_where_to_register_one_and_a_code_is_not_enough(city, registered):
    secret = give_code(User.objects.get(pk=city.keeper.pk))
    desk = city.desk(city.keeper)
    page = desk.get(seal_page(registered), follow=True).content.decode()
    assert reverse("accounts:safety") in page
    assert "通行密钥验证，您还没有登记" in page
    desk.post(STEP_UP, {"code": code(secret, MONDAY)})
    assert leads_to(desk.get(seal_page(registered))) == STEP_UP


def test_an_installation_may_take_codes_as_well_and_each_code_once(city, registered, settings):
    settings.SEAL_STEP_UP = "any"
    secret = give_code(User.objects.get(pk=city.keeper.pk))
    desk, other = city.desk(city.keeper), city.desk(city.keeper)
    for each in (desk, other):
        each.get(seal_page(registered))
    assert leads_to(desk.post(STEP_UP, {"code": code(secret, MONDAY)})) == seal_page(registered)
    assert "用印前验证" in other.post(STEP_UP, {"code": code(secret, MONDAY)}).content.decode()
    assert leads_to(other.get(seal_page(registered))) == STEP_UP


def test_where_nobody_asks_for_it_there_is_no_such_page(city, registered, settings):
    settings.SEAL_STEP_UP = ""
    desk = city.desk(city.keeper)
    assert leads_to(desk.get(STEP_UP)) == reverse("circulars:sealing")
    assert desk.get(seal_page(registered)).status_code == 200
