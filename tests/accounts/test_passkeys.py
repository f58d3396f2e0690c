"""通行密钥: registered, shown at the sign-in, removed; and every answer of a device that must not pass (Articles 10 and 23)."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts import passkeys
from accounts.checks import passkeys_have_an_address
from accounts.passkeys import MOST, Passkey, PasskeyRefused
from accounts.people import User
from cms.ledger import Entry
from tests.cast import MONDAY
from tests.signins import FIRST, PASSWORD, SECOND, browser, give_code, is_in, known_by_password, leads_to
from tests.softkeys import ORIGIN, RP_ID, SoftKey

SAFETY, OWN = reverse("accounts:safety"), reverse("accounts:own_passkey")


@pytest.fixture
def engineer(city, settings):
    settings.SECOND_FACTOR_ROLES = ["network_office"]
    settings.PASSKEY_ORIGIN, settings.PASSKEY_RP_ID = ORIGIN, RP_ID
    known_by_password(city.engineer, city.clerk)
    return city.engineer


@pytest.fixture
def device(engineer):
    """One that the engineer registered before."""
    device, session = SoftKey(), {}
    passkeys.register(session, engineer, device.create(passkeys.to_register(session, engineer, MONDAY)), "UKey", MONDAY)
    return device


def answered(desk, device, path=SECOND, **changes):
    """The page is asked for, the device answers, the answer is handed in."""
    options = desk.get(path).context["options"]
    answer = (device.get if path == SECOND else device.create)(options, **changes)
    return desk.post(path, {"answer": answer})


def test_a_device_registered_at_the_first_sign_in_is_the_way_in_from_then_on(engineer):
    device, desk = SoftKey(), browser("engineer")
    assert leads_to(desk.get(SECOND)) == FIRST
    answer = answered(desk, device, FIRST)
    assert "恢复代码" in answer.content.decode()
    assert is_in(desk)
    other = browser("engineer")
    assert leads_to(other.get(FIRST)) == SECOND
    assert leads_to(answered(other, device)) == "/"
    assert is_in(other)
    kept = Passkey.objects.get()
    assert (kept.person, kept.sign_count, kept.used_at) == (engineer, 1, MONDAY)
    assert [entry.deed for entry in Entry.objects.filter(deed__contains="factor")] == ["factor.added"]


def test_the_person_registers_another_with_the_password_and_removes_one(engineer, device):
    desk, second = browser("engineer"), SoftKey()
    answered(desk, device)
    options = desk.get(OWN).context["options"]
    known = [one["id"] for one in json.loads(options)["excludeCredentials"]]
    assert known == [Passkey.objects.get().credential]
    posted = {"name": "手机", "answer": second.create(options)}
    assert "密码不对" in desk.post(OWN, {**posted, "password": "Wrong-word-26"}).content.decode()
    posted["answer"] = second.create(desk.get(OWN).context["options"])
    assert "恢复代码" in desk.post(OWN, {**posted, "password": PASSWORD}).content.decode()
    assert Passkey.objects.filter(person=engineer).count() == 2
    assert leads_to(answered(browser("engineer"), second)) == "/"
    drop = reverse("accounts:drop_factor", args=[Passkey.objects.get(name="UKey").pk])
    assert "UKey" in desk.get(SAFETY).content.decode()
    desk.post(drop, {"password": PASSWORD})
    assert list(Passkey.objects.values_list("name", flat=True)) == ["手机"]
    assert "没有通过" in answered(browser("engineer"), device).content.decode()


def test_another_persons_device_cannot_be_removed_or_named(engineer, device, city):
    desk = browser("clerk")
    path = reverse("accounts:drop_factor", args=[Passkey.objects.get().pk])
    assert desk.get(path).status_code == desk.post(path, {"password": PASSWORD}).status_code == 404
    assert Passkey.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"origin": "https://elsewhere.example"},
        {"origin": "http://localhost:8001"},
        {"rp_id": "elsewhere.example"},
        {"verifies": False},
    ],
)
def test_a_device_elsewhere_or_whose_holder_was_not_checked_is_refused(engineer, device, changes):
    for name, value in changes.items():
        setattr(device, name, value)
    desk = browser("engineer")
    answer = answered(desk, device)
    assert "没有通过" in answer.content.decode()
    assert not is_in(desk)
    again = SoftKey(**changes)
    session = {}
    options = passkeys.to_register(session, engineer, MONDAY)
    with pytest.raises(PasskeyRefused):
        passkeys.register(session, engineer, again.create(options), "x", MONDAY)
    assert Passkey.objects.count() == 1


def test_a_signature_over_other_bytes_and_another_key_are_refused(engineer, device):
    desk = browser("engineer")
    answered(desk, device, signed=b"something else")
    assert not is_in(desk)
    stranger = SoftKey(identity=device.identity, count=9)
    answered(desk, stranger)
    assert not is_in(desk)
    answered(desk, SoftKey())
    assert not is_in(desk)


def test_a_copy_that_signed_less_often_is_refused_and_one_that_never_counts_is_not(engineer, device):
    answered(browser("engineer"), device)
    answered(browser("engineer"), device)
    assert Passkey.objects.get().sign_count == 2
    copy = SoftKey(private=device.private, identity=device.identity, count=1)
    desk = browser("engineer")
    answered(desk, copy)
    assert not is_in(desk)
    Passkey.objects.update(sign_count=0)
    device.count = -1  # says 0 whenever it signs, as keys do that go along from device to device
    assert leads_to(answered(browser("engineer"), device)) == "/"


def test_an_answer_is_good_once_for_its_page_and_for_five_minutes(engineer, device, week, city):
    desk = browser("engineer")
    answer = device.get(desk.get(SECOND).context["options"])
    assert leads_to(desk.post(SECOND, {"answer": answer})) == "/"
    other = browser("engineer")
    other.get(SECOND)
    assert "没有通过" in other.post(SECOND, {"answer": answer}).content.decode()
    options = other.get(SECOND).context["options"]
    week.move_to(MONDAY + timedelta(minutes=5, seconds=1), tick=False)
    assert "停留太久" in other.post(SECOND, {"answer": device.get(options)}).content.decode()
    session = {}
    options = passkeys.to_register(session, engineer, MONDAY)
    with pytest.raises(PasskeyRefused):
        passkeys.take(session, engineer, device.get(options), MONDAY)


def test_a_device_is_registered_once_and_no_more_than_ten(engineer, device, city):
    session = {}
    options = passkeys.to_register(session, city.clerk, MONDAY)
    with pytest.raises(PasskeyRefused, match="已经登记过"):
        passkeys.register(session, city.clerk, device.create(options), "x", MONDAY)
    for _ in range(MOST - 1):
        options = passkeys.to_register(session, engineer, MONDAY)
        passkeys.register(session, engineer, SoftKey().create(options), "x", MONDAY)
    options = passkeys.to_register(session, engineer, MONDAY)
    with pytest.raises(PasskeyRefused, match="最多登记 10 个"):
        passkeys.register(session, engineer, SoftKey().create(options), "x", MONDAY)


@pytest.mark.parametrize("answer", ["x", "[]", "{}", '{"id": 1}', '{"id": "x", "response": {}}', "9" * 30_000, "\0"])
def test_rubbish_is_refused_and_counts_like_a_wrong_password(engineer, device, answer):
    desk = browser("engineer")
    statuses = []
    for _ in range(5):
        desk.get(SECOND)
        statuses.append(desk.post(SECOND, {"answer": answer}).status_code)
    assert statuses == [200] * 4 + [429]
    assert not is_in(desk)


def test_rubbish_for_the_known_device_is_refused(engineer, device):
    for response in (
        {},
        {"clientDataJSON": "e30"},
        {"clientDataJSON": 1, "authenticatorData": "AA", "signature": "AA"},
    ):
        named = Passkey.objects.get().credential
        answer = json.dumps({"id": named, "rawId": named, "type": "public-key", "response": response})
        session = {}
        passkeys.to_assert(session, engineer, MONDAY)
        with pytest.raises(PasskeyRefused):
            passkeys.take(session, engineer, answer, MONDAY)


def test_without_an_address_none_are_offered(engineer, settings):
    settings.PASSKEY_ORIGIN = settings.PASSKEY_RP_ID = ""
    desk = browser("engineer")
    assert "options" not in desk.get(FIRST).context
    give_code(User.objects.get(pk=engineer.pk))
    assert "通行密钥" not in browser("engineer").get(SECOND).content.decode().partition("alone__foot")[0]
    assert browser("clerk").get(OWN).status_code == 404
    assert Client().get(OWN).status_code == 302


@pytest.mark.parametrize(
    "origin, rp_id, faults",
    [
        ("", "", 0),
        ("https://gw.yanan.gov.cn", "gw.yanan.gov.cn", 0),
        ("https://gw.yanan.gov.cn", "yanan.gov.cn", 0),
        ("http://localhost:8000", "localhost", 0),
        ("http://gw.yanan.gov.cn", "gw.yanan.gov.cn", 1),
        ("https://10.61.5.7", "10.61.5.7", 1),
        ("https://gw.yanan.gov.cn", "elsewhere.cn", 1),
        ("https://gw.yanan.gov.cn/desk/", "gw.yanan.gov.cn", 1),
    ],
)
def test_an_address_that_no_browser_takes_is_named_at_the_start(settings, origin, rp_id, faults):
    settings.PASSKEY_ORIGIN, settings.PASSKEY_RP_ID = origin, rp_id
    assert len(passkeys_have_an_address(None)) == faults
