"""Attack 51: the authority certifies no key of another kind or strength, and none that the asking side does not hold."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from cms.signing import certificates
from cms.signing.keys import KeyRefused
from tests.cast import MONDAY

NAME = certificates.subject(organisation="甲", common_name="乙")


def request_of(private, digest=None):
    return x509.CertificateSigningRequestBuilder().subject_name(NAME).sign(private, digest)


WEAK = {
    "RSA of 1024 bits": lambda: request_of(rsa.generate_private_key(65537, 1024), hashes.SHA256()),  # noqa: S505  it is to be refused
    "RSA of 2048 bits": lambda: request_of(rsa.generate_private_key(65537, 2048), hashes.SHA256()),
    "a curve of 224 bits": lambda: request_of(ec.generate_private_key(ec.SECP224R1()), hashes.SHA256()),
    "another curve of 256 bits": lambda: request_of(ec.generate_private_key(ec.SECP256K1()), hashes.SHA256()),
    "another algorithm": lambda: request_of(ed25519.Ed25519PrivateKey.generate()),
}


@pytest.mark.parametrize("what", WEAK)
def test_51_a_key_of_another_kind_gets_no_certificate(authority, what):
    with pytest.raises(KeyRefused):
        authority.issue(WEAK[what](), certificates.CLERK, NAME, at=MONDAY)


def test_51_a_key_that_the_asking_side_does_not_hold_gets_none(authority):
    """Attack 51: the request names the key of somebody else; its own signature does not fit."""
    asked = request_of(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256()).public_bytes(Encoding.DER)
    forged = x509.load_der_x509_csr(asked[:-1] + bytes([asked[-1] ^ 1]))
    with pytest.raises(KeyRefused):
        authority.issue(forged, certificates.CLERK, NAME, at=MONDAY)
