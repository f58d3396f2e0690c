"""Keys whose private part lives in a token: made, used and ended as every other key is (Articles 10, 12 and 14)."""

import logging

import pkcs11
import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.keychecks import check_issued
from accounts.sealends import accept_damage, revoke, take_back
from accounts.sealissue import activate, issue
from accounts.sealpins import PinLocked, change_pin, open_key, take_over
from accounts.seals import KeyKind, SealKey
from accounts.unlockedkey import COOKIE, KEPT, unlocked
from circulars.receipts import ReceiptSignature
from circulars.receipts.standing import flaw_of
from circulars.registration import Circular
from circulars.sealing import Seal
from circulars.sealing import flaw_of as flaw_of_seal
from cms.attachments import place_of
from cms.lifecycles import OutOfOrder
from cms.revocations import trust
from cms.signing.detached import sign_detached, verify_detached
from cms.signing.keys import KeyRefused, WrongPin
from cms.signing.pkcs11keys import TokenRefused
from tests.accounts.keys import PIN, in_force, requested
from tests.accounts.test_key_secrets import everything_stored
from tests.accounts.test_unlocked_key import request_of, unlock
from tests.cast import MONDAY
from tests.sealedpapers import needs_pdfsig, pdfsig
from tests.softhsm import DELIVERED, needs_softhsm, new_token

pytestmark = [needs_softhsm, pytest.mark.django_db]
OTHER = "973164"


@pytest.fixture(autouse=True)
def _library(softhsm, settings):
    settings.PKCS11_MODULE = str(softhsm)


def body(answer):
    return answer.content.decode()


def page(name, key):
    return reverse(f"accounts:{name}", args=[key.pk])


def issued(city, kind=KeyKind.UNIT_SEAL, token=None):
    """A key that its keeper is to activate, in a token of its own."""
    key = requested(city, kind)
    issue(key, token or new_token(), by=city.engineer, at=MONDAY)
    return key


def active(city, kind=KeyKind.UNIT_SEAL, token=None):
    key = issued(city, kind, token)
    activate(key, PIN, DELIVERED, by=key.keeper, at=MONDAY)
    return key


@needs_pdfsig
def test_a_seal_goes_from_the_network_office_into_a_token_and_onto_a_paper(city, week, caplog, tmp_path):
    caplog.set_level(logging.DEBUG)
    key, token = requested(city), new_token()
    engineer, keeper = city.desk(city.engineer), city.desk(city.keeper)
    assert f"令牌 {token}" in body(engineer.get(page("key", key)))
    assert "已制发给印守信" in body(engineer.post(page("issue_key", key), {"token": token}, follow=True))
    form = page("activate_key", key)
    assert "令牌现在的 PIN" in body(keeper.get(form))
    wrong = body(keeper.post(form, {"pin": "135790", "pin1": PIN, "pin2": PIN}))
    assert "还可以再试 4 次" in wrong
    assert "135790" not in wrong
    assert "不能与令牌现在的 PIN 相同" in body(keeper.post(form, {"pin": PIN, "pin1": PIN, "pin2": PIN}))
    answer = keeper.post(form, {"pin": DELIVERED, "pin1": PIN, "pin2": PIN}, follow=True)
    assert "已启用" in body(answer)
    assert f"令牌 {token}" in body(answer)
    key.refresh_from_db()
    assert (key.state, key.wrong_pins, bytes(key.locked_key)) == ("in_force", 0, b"")
    assert f"令牌 {token}" in body(engineer.get(reverse("accounts:keys")))

    circular = city.registered()
    address = reverse("circulars:seal", args=[circular.uuid])
    assert "PIN 不正确，还可以再试 4 次" in body(keeper.post(address, {"pin": DELIVERED})), (
        "the office's PIN is no more"
    )
    assert not Seal.objects.exists()
    assert "已用印，可以发送了" in body(keeper.post(address, {"pin": PIN}, follow=True))
    circular.refresh_from_db()
    assert circular.state == Circular.State.SEALED
    assert flaw_of_seal(circular) == ""
    said = pdfsig(tmp_path, place_of(circular.manifest.pdf_digest).read_bytes())
    assert said.count("Signature is Valid") == 1
    stored, logged = everything_stored(), caplog.text
    assert token.encode() in stored, "the search would find what is there"
    for pin in (PIN, DELIVERED):
        assert pin.encode() not in stored
        assert pin not in logged


def test_the_private_part_was_made_in_the_token_and_does_not_leave_it(city, softhsm):
    key = active(city)
    with pkcs11.lib(str(softhsm)).get_token(token_label=key.token).open(user_pin=PIN) as session:
        private = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=key.token_key)
        for word, said in (("LOCAL", True), ("NEVER_EXTRACTABLE", True), ("ALWAYS_SENSITIVE", True)):
            assert private[pkcs11.Attribute[word]] is said


def test_five_wrong_pins_lock_and_a_token_that_is_not_there_costs_none(city, settings, softhsm):
    key = active(city)
    settings.PKCS11_MODULE = "/nowhere.so"
    for _ in range(6):
        with pytest.raises(TokenRefused, match="令牌不能使用"):
            open_key(key, PIN, by=city.keeper, at=MONDAY)
    settings.PKCS11_MODULE = ""
    with pytest.raises(TokenRefused, match="PKCS11_MODULE"):
        open_key(key, PIN, by=city.keeper, at=MONDAY)
    settings.PKCS11_MODULE = str(softhsm)
    for left in (4, 3, 2, 1):
        with pytest.raises(WrongPin, match=f"再试 {left} 次"):
            open_key(key, OTHER, by=city.keeper, at=MONDAY)
    for pin in (OTHER, PIN):
        with pytest.raises(PinLocked):
            open_key(key, pin, by=city.keeper, at=MONDAY)


def test_the_pin_of_delivery_is_tried_five_times_too(city):
    key = issued(city)
    for _ in range(4):
        with pytest.raises(WrongPin):
            activate(key, PIN, OTHER, by=city.keeper, at=MONDAY)
    for delivered in (OTHER, DELIVERED):
        with pytest.raises(PinLocked):
            activate(key, PIN, delivered, by=city.keeper, at=MONDAY)
    key.refresh_from_db()
    assert (key.state, key.serial) == ("issued", "")


def test_an_activation_that_failed_halfway_is_done_again_with_the_pin_that_the_token_has(city, settings, tmp_path):
    key, folder = issued(city), settings.CA_FOLDER
    settings.CA_FOLDER = tmp_path / "gone"
    with pytest.raises(KeyRefused):
        activate(key, PIN, DELIVERED, by=city.keeper, at=MONDAY)
    settings.CA_FOLDER = folder
    take_over(key, DELIVERED, PIN, by=city.keeper, at=MONDAY)  # without an authority the token was not touched
    activate(key, OTHER, PIN, by=city.keeper, at=MONDAY)
    with pytest.raises(OutOfOrder):
        activate(key, PIN, OTHER, by=city.keeper, at=MONDAY)
    assert open_key(key, OTHER, by=city.keeper, at=MONDAY).certificate == key.certificate, "twice is once"


def test_a_changed_pin_is_the_tokens_and_no_log_in_keeps_the_old_one(city):
    key = active(city, KeyKind.CLERK)
    desk = city.desk(city.clerk)
    unlock(desk, key)
    assert unlocked(request_of(desk, city.clerk), MONDAY)
    change_pin(key, PIN, OTHER, by=city.clerk, at=MONDAY)
    assert unlocked(request_of(desk, city.clerk), MONDAY) is None
    with pytest.raises(WrongPin):
        open_key(key, PIN, by=city.clerk, at=MONDAY)
    key.refresh_from_db()
    assert open_key(key, OTHER, by=city.clerk, at=MONDAY).sign(bytes(32))


def test_unlocked_in_one_session_it_signs_receipts_there_and_in_no_other(city, circular):
    key = active(city, KeyKind.CLERK)
    desk, other = city.desk(city.clerk), city.desk(city.clerk)
    assert "还可以再试 4 次" in body(unlock(desk, key, OTHER))
    unlock(desk, key)
    half = desk.cookies[COOKIE].value
    assert unlocked(request_of(other, city.clerk, half), MONDAY) is None, "the cookie alone"
    moved = request_of(other, city.clerk, half)
    moved.session[KEPT] = request_of(desk, city.clerk).session[KEPT]
    assert unlocked(moved, MONDAY) is None, "both, but in another session"
    assert PIN.encode() not in everything_stored()
    signing = unlocked(request_of(desk, city.clerk), MONDAY)
    assert verify_detached(b"x", sign_detached(b"x", signing[1], MONDAY), trust(), code=city.attentive.code).stands
    receipt = city.sign(city.opened(circular), signing=signing).receipts.get()
    assert ReceiptSignature.objects.get(receipt=receipt).key == key
    assert flaw_of(receipt) == ""
    revoke(key, "调离", by=city.engineer, at=MONDAY)
    assert unlocked(request_of(desk, city.clerk), MONDAY) is None


def test_a_stale_pin_is_tried_once_for_an_act_and_the_receipt_waits(city, circular, softhsm):
    key = active(city, KeyKind.CLERK)
    desk = city.desk(city.clerk)
    unlock(desk, key)
    signing = unlocked(request_of(desk, city.clerk), MONDAY)
    with pkcs11.lib(str(softhsm)).get_token(token_label=key.token).open(rw=True, user_pin=PIN) as session:
        session.set_pin(PIN, OTHER)  # by the maker's program, behind our back
    assert city.sign(city.opened(circular), signing=signing).receipts.get().is_signed_at_once is False
    assert signing[1].is_refused
    with pytest.raises(WrongPin):
        signing[1].sign(bytes(32))
    assert "请重新解锁" in body(desk.post(reverse("circulars:receipts_to_sign"), follow=True))
    assert "还没有解锁" in body(desk.post(reverse("circulars:receipts_to_sign"), follow=True)), (
        "and not by the next act"
    )


def test_a_token_bears_one_key_and_after_its_end_another(city):
    first, second = active(city), requested(city, KeyKind.CLERK)
    with pytest.raises(OutOfOrder, match="没有找到空闲的令牌"):
        issue(second, first.token, by=city.engineer, at=MONDAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        SealKey.objects.filter(pk=second.pk).update(state="issued", provider="pkcs11", token=first.token)
    with pytest.raises(IntegrityError), transaction.atomic():
        SealKey.objects.filter(pk=first.pk).update(locked_key=b"a private key in the database")
    new = accept_damage(first, "介〔2026〕3号", by=city.engineer, at=MONDAY)
    with pytest.raises(KeyRefused, match="已损坏停用"):
        open_key(first, PIN, by=city.keeper, at=MONDAY)
    assert trust().lists[0].get_revoked_certificate_by_serial_number(int(first.serial, 16))
    issue(new, first.token, by=city.engineer, at=MONDAY)
    activate(new, OTHER, PIN, by=city.keeper, at=MONDAY)
    assert new.token_key != first.token_key
    assert open_key(new, OTHER, by=city.keeper, at=MONDAY).certificate != first.certificate
    take_back(new, by=city.engineer, at=MONDAY)
    assert new.state == "returned"


def test_another_key_under_the_same_name_is_not_the_certificates(city):
    key, other = active(city), active(city, KeyKind.CLERK)
    SealKey.objects.filter(pk=key.pk).update(certificate_pem=other.certificate_pem)
    with pytest.raises(TokenRefused, match="不是证书所对应的密钥"):
        open_key(key, PIN, by=city.keeper, at=MONDAY)


def test_another_token_or_keeper_written_behind_our_backs_is_named(city):
    key, other = active(city), active(city, KeyKind.CLERK)
    assert not list(check_issued(None, MONDAY))
    take_back(other, by=city.engineer, at=MONDAY)
    for change in ({"token": other.token}, {"keeper": city.approver}):
        with transaction.atomic():
            SealKey.objects.filter(pk=key.pk).update(**change)
            (fault,) = check_issued(None, MONDAY)
            assert "保管人或令牌与台账登记的不一致" in str(fault)
            transaction.set_rollback(True)


def test_without_a_library_there_are_files_only(city, settings):
    settings.PKCS11_MODULE = ""
    key, desk = requested(city), city.desk(city.engineer)
    assert 'name="token"' not in body(desk.get(page("key", key)))
    assert "没有找到空闲的令牌" in body(desk.post(page("issue_key", key), {"token": "seal-1"}, follow=True))
    settings.PKCS11_MODULE = "/nowhere.so"
    assert "现在只能制发为文件" in body(desk.get(page("key", key)))
    desk.post(page("issue_key", key))
    key.refresh_from_db()
    assert (key.state, key.provider, key.place) == ("issued", "file", "文件")
    assert "文件" in body(desk.get(page("key", key)))
    assert in_force(city, KeyKind.CLERK).provider == "file"
