"""A key on a token signs without leaving it; SoftHSM stands in for the hardware."""

import os
import subprocess
from pathlib import Path
from shutil import which
from uuid import uuid4

import pytest

from cms.signing import certificates
from cms.signing.detached import sign_detached, verify_detached
from cms.signing.keys import KeyRefused, WrongPin
from cms.signing.pkcs11keys import TokenPlace, make_token_key, open_token_key
from cms.signing.trust import Trust
from tests.cast import MONDAY
from tests.certificates import MADE

LIBRARIES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")
LIBRARY = next((Path(path) for path in LIBRARIES if Path(path).exists()), None)
pytestmark = pytest.mark.skipif(LIBRARY is None or which("softhsm2-util") is None, reason="softhsm2 is not installed")
NAME = certificates.subject(organisation="延安市教育局", common_name="延安市教育局电子印章", code="BM05")


@pytest.fixture(scope="module")
def token(tmp_path_factory) -> TokenPlace:
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "conf")
    label = f"seal-{uuid4().hex[:8]}"
    command = ["softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", "13579135", "--pin", "246810"]
    subprocess.run(command, check=True, capture_output=True)
    return TokenPlace(Path(LIBRARY or ""), label, "seal")


@pytest.fixture(scope="module")
def certificate(token, authority):
    asked = make_token_key(token, "246810", NAME)
    return authority.issue(asked, certificates.UNIT_SEAL, NAME, at=MADE)


def test_a_token_seals_and_the_seal_stands(token, certificate, authority):
    with open_token_key(token, "246810", certificate, authority.chain) as key:
        signature = sign_detached(b"text", key, MONDAY, stamping=authority.stamping)
    assert verify_detached(b"text", signature, Trust((authority.root,)), code="BM05").stands


def test_a_wrong_pin_opens_no_token(token, certificate):
    with pytest.raises(WrongPin), open_token_key(token, "111111", certificate):
        pass


def test_a_token_or_key_that_is_not_there_is_named(token, certificate):
    for place, said in (
        (TokenPlace(token.module, "nowhere", "seal"), "没有找到密钥介质“nowhere”"),
        (TokenPlace(token.module, token.token, "other"), "没有密钥“other”"),
        (TokenPlace(Path("/nowhere.so"), token.token, "seal"), "不能使用"),
    ):
        with pytest.raises(KeyRefused, match=said), open_token_key(place, "246810", certificate):
            pass


def test_a_second_key_of_the_same_name_is_refused(token, certificate):
    with pytest.raises(KeyRefused, match="已有密钥"):
        make_token_key(token, "246810", NAME)
