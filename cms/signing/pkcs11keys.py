"""Keys in hardware that speaks PKCS#11: the private part never leaves the token; it signs digests after its PIN.

The PIN and its limit of tries are the token's own. A token knows one log-in for the whole program, so its users wait for one another.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import pkcs11
from asn1crypto import algos, csr, keys
from asn1crypto import x509 as asn1x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key
from pkcs11 import exceptions
from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters

from cms.signing.errorreports import sensitive_variables
from cms.signing.keys import KeyRefused, WrongPin
from cms.signing.profile import ECDSA_P256, SigningProfile

_ONE_AT_A_TIME = Lock()
_CURVE = "secp256r1"


@dataclass(frozen=True)
class TokenPlace:
    """Where a key is: the maker's library, the token's label, the key's label on it."""

    module: Path
    token: str
    key: str


@dataclass(frozen=True)
class TokenKey:
    """A key of a token that is open, good until its session ends."""

    handle: Any
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()
    profile: SigningProfile = ECDSA_P256

    def sign(self, digest: bytes) -> bytes:
        return _signed(self.handle, digest)


@contextmanager
@sensitive_variables("pin")
def open_token_key(
    place: TokenPlace, pin: str, certificate: x509.Certificate, chain: tuple[x509.Certificate, ...] = ()
) -> Iterator[TokenKey]:
    """The key for the length of the block; raises ``WrongPin``, or ``KeyRefused`` where token or key is not there."""
    with _session(place, pin) as session:
        yield TokenKey(_found(session, place), certificate, chain)


@sensitive_variables("pin")
def make_token_key(place: TokenPlace, pin: str, name: x509.Name) -> x509.CertificateSigningRequest:
    """A new key is on the token; returns its request for a certificate, signed by it. A second key of the same label is refused."""
    with _session(place, pin, writing=True) as session:
        if list(session.get_objects({pkcs11.Attribute.LABEL: place.key})):
            raise KeyRefused(f"介质“{place.token}”上已有密钥“{place.key}”。")
        curve = {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters(_CURVE)}
        parameters = session.create_domain_parameters(pkcs11.KeyType.EC, curve, local=True)
        public, private = parameters.generate_keypair(store=True, label=place.key)
        return _request(public, private, name)


@contextmanager
def _session(place: TokenPlace, pin: str, *, writing: bool = False) -> Iterator[Any]:
    with _ONE_AT_A_TIME:
        try:
            token = pkcs11.lib(str(place.module)).get_token(token_label=place.token)
            session = token.open(rw=writing, user_pin=pin)
        except (exceptions.PinIncorrect, exceptions.PinInvalid, exceptions.PinLenRange):
            raise WrongPin from None
        except exceptions.PinLocked:
            raise KeyRefused("介质的 PIN 已锁定，请联系市网信办。") from None
        except exceptions.NoSuchToken:
            raise KeyRefused(f"没有找到密钥介质“{place.token}”，请插好后再试。") from None
        except (exceptions.PKCS11Error, RuntimeError) as failure:
            raise KeyRefused(f"密钥介质不能使用（{type(failure).__name__}），请联系市网信办。") from None
        with session:
            yield session


def _found(session: Any, place: TokenPlace) -> Any:
    try:
        return session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=place.key)
    except (exceptions.NoSuchKey, exceptions.MultipleObjectsReturned):
        raise KeyRefused(f"介质“{place.token}”上没有密钥“{place.key}”。") from None


def _signed(handle: Any, digest: bytes) -> bytes:
    """Tokens answer with the two numbers side by side; everybody else wants them in DER."""
    raw = handle.sign(digest, mechanism=pkcs11.Mechanism.ECDSA)
    half = len(raw) // 2
    return encode_dss_signature(int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big"))


def _request(public: Any, private: Any, name: x509.Name) -> x509.CertificateSigningRequest:
    encoded = encode_ec_public_key(public)
    if not isinstance(load_der_public_key(encoded), ec.EllipticCurvePublicKey):
        raise KeyRefused("密钥的算法与本系统不符。")
    info = csr.CertificationRequestInfo(
        {
            "version": "v1",
            "subject": asn1x509.Name.load(name.public_bytes()),
            "subject_pk_info": keys.PublicKeyInfo.load(encoded),
            "attributes": csr.CRIAttributes([]),
        }
    )
    whole = csr.CertificationRequest(
        {
            "certification_request_info": info,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": ECDSA_P256.signature_name}),
            "signature": _signed(private, ECDSA_P256.digest_of(info.dump())),
        }
    )
    return x509.load_der_x509_csr(whole.dump())
