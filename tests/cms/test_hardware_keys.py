"""A key on a token signs without leaving it; SoftHSM stands in for the hardware."""

from pathlib import Path

import pytest

from cms.signing import certificates
from cms.signing.detached import sign_detached, verify_detached
from cms.signing.keys import KeyRefused, WrongPin
from cms.signing.pkcs11keys import TokenPlace, make_token_key, open_token_key
from cms.signing.trust import Trust
from tests.cast import MONDAY
from tests.certificates import MADE
from tests.softhsm import needs_softhsm, new_token

pytestmark = needs_softhsm
NAME = certificates.subject(organisation="延安市教育局", common_name="延安市教育局电子印章", code="BM05")


@pytest.fixture(scope="module")
def token(softhsm) -> TokenPlace:
    return TokenPlace(softhsm, new_token("246810"), "seal")


@pytest.fixture(scope="module")
def certificate(token, authority):
    asked = make_token_key(token, "246810", NAME)
    return authority.issue(asked, certificates.UNIT_SEAL, NAME, at=MADE)


def test_a_token_seals_and_the_seal_stands(token, certificate, authority):
    key = open_token_key(token, "246810", certificate, authority.chain)
    signature = sign_detached(b"text", key, MONDAY, stamping=authority.stamping)
    assert verify_detached(b"text", signature, Trust((authority.root,)), code="BM05").stands


def test_a_wrong_pin_opens_no_token(token, certificate):
    with pytest.raises(WrongPin):
        open_token_key(token, "111111", certificate)


def test_a_token_or_key_that_is_not_there_is_named(token, certificate):
    for place, said in (
        (TokenPlace(token.module, "nowhere", "seal"), "没有找到令牌“nowhere”"),
        (TokenPlace(token.module, token.token, "other"), "没有密钥“other”"),
        (TokenPlace(Path("/nowhere.so"), token.token, "seal"), "不能使用"),
    ):
        with pytest.raises(KeyRefused, match=said):
            open_token_key(place, "246810", certificate)


def test_a_second_key_of_the_same_name_is_refused(token, certificate):
    with pytest.raises(KeyRefused, match="已有密钥"):
        make_token_key(token, "246810", NAME)
