"""The certificate authority of our small city, keys certified by it, and what strangers' programs say of what they sign."""

import subprocess
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from cryptography import x509
from django.conf import settings

from cms.signing import certificates
from cms.signing.authority import Authority, AuthorityExists, make_authority, open_authority
from cms.signing.keys import OpenKey
from cms.signing.profile import ECDSA_P256
from tests.offices import beijing

MADE = beijing("2026-09-01 09:00")
FOUNDED = beijing("2024-01-02 09:00")
PASSPHRASE = "the root sleeps elsewhere"

needs_openssl = pytest.mark.skipif(which("openssl") is None, reason="openssl is not installed")


def raise_authority() -> None:
    """This installation has its authority since January 2024; of two processes that raise it at once one succeeds."""
    folder, key = settings.CA_FOLDER, settings.KEY_ENCRYPTION_KEY
    if not folder.exists():
        with suppress(AuthorityExists):
            make_authority(folder, "延安市", passphrase=PASSPHRASE, key_encryption_key=key, at=FOUNDED)


@pytest.fixture(scope="session")
def authority(installation: None) -> Authority:
    """The authority of this installation."""
    return open_authority(settings.CA_FOLDER, settings.KEY_ENCRYPTION_KEY)


def key_of(
    authority: Authority, *, at: datetime = MADE, kind: Any = certificates.UNIT_SEAL, code: str = "BM05", **names: Any
) -> OpenKey:
    """A key certified by this authority."""
    private = ECDSA_P256.new_private_key()
    name = certificates.subject(
        **{"organisation": "延安市教育局", "common_name": "延安市教育局电子印章", "code": code, **names}
    )
    asked = certificates.request(private, name)
    return OpenKey(private, authority.issue(asked, kind, name, at=at), authority.chain)


@pytest.fixture
def certified(authority: Authority) -> Callable[..., OpenKey]:
    """``certified(code="BM05")``: a key of a unit of the city."""
    return lambda **what: key_of(authority, **what)


def openssl_agrees(folder: Path, data: bytes, signature: bytes, root: x509.Certificate, *, at: datetime) -> bool:
    """Whether ``openssl cms -verify`` takes the signature at this moment, knowing nothing but the root."""
    (folder / "data").write_bytes(data)
    (folder / "signature").write_bytes(signature)
    (folder / "root.pem").write_text(certificates.pem(root))
    said = subprocess.run(
        [
            "openssl",
            "cms",
            "-verify",
            "-binary",
            "-inform",
            "DER",
            "-in",
            "signature",
            "-content",
            "data",
            "-CAfile",
            "root.pem",
            "-attime",
            str(int(at.timestamp())),
            "-out",
            "taken",
        ],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    return said.returncode == 0
