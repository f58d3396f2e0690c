"""Keys in hardware that speaks PKCS#11: the private part never leaves the token; it signs digests after its PIN.

The PIN and its limit of tries are the token's own. A token knows one log-in for the whole program, so its users wait for one another, and
each log-in ends with what it was made for.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
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
_STAYS = {pkcs11.Attribute.SENSITIVE: True, pkcs11.Attribute.EXTRACTABLE: False}


@dataclass(frozen=True)
class TokenPlace:
    """Where a key is: the maker's library, the token's label, the key's label (and identifier) on it."""

    module: Path
    token: str
    key: str


class TokenRefused(KeyRefused):
    """The token does not serve, and not because of a wrong PIN."""


@dataclass
class TokenKey:
    """A key of a token in the hands of the act that uses it: each signature is a log-in of its own.

    A PIN that the token refuses once is not tried again, so that a stale one cannot use up the token's tries.
    """

    place: TokenPlace
    pin: str = field(repr=False)
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()
    profile: SigningProfile = ECDSA_P256
    is_refused: bool = field(default=False, init=False)

    @sensitive_variables()
    def sign(self, digest: bytes) -> bytes:
        if self.is_refused:
            raise WrongPin
        try:
            with _session(self.place, self.pin) as session:
                return _signed(_found(session, self.place), digest)
        except WrongPin:
            self.is_refused = True
            raise


@sensitive_variables("pin")
def open_token_key(
    place: TokenPlace, pin: str, certificate: x509.Certificate, chain: tuple[x509.Certificate, ...] = ()
) -> TokenKey:
    """The key, once it has shown that it is the certificate's; raises ``WrongPin``, or ``KeyRefused`` where token or key is not there."""
    key, trial = TokenKey(place, pin, certificate, chain), os.urandom(32)
    if not key.profile.verifies(certificate.public_key(), key.sign(trial), trial):
        raise TokenRefused(f"令牌“{place.token}”上的密钥不是证书所对应的密钥，请联系市网信办。")
    return key


@sensitive_variables("pin")
def make_token_key(place: TokenPlace, pin: str, name: x509.Name) -> x509.CertificateSigningRequest:
    """A new key is on the token, never to leave it; returns its request for a certificate, signed by it.

    A second key of the same label is refused.
    """
    with _session(place, pin, writing=True) as session:
        if list(session.get_objects({pkcs11.Attribute.LABEL: place.key})):
            raise TokenRefused(f"令牌“{place.token}”上已有密钥“{place.key}”。")
        curve = {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters(_CURVE)}
        parameters = session.create_domain_parameters(pkcs11.KeyType.EC, curve, local=True)
        public, private = parameters.generate_keypair(
            store=True, label=place.key, id=place.key.encode(), private_template=_STAYS
        )
        return _request(public, private, name)


@sensitive_variables("old", "new")
def change_token_pin(module: Path, token: str, old: str, new: str) -> None:
    """The token opens with the new PIN and no more with the old one; raises as ``open_token_key`` does."""
    with _session(TokenPlace(module, token, ""), old, writing=True) as session:
        try:
            session.set_pin(old, new)
        except (exceptions.PinInvalid, exceptions.PinLenRange):
            raise TokenRefused("令牌不接受这个新 PIN，请换一个长短合适的数字 PIN。") from None


def tokens_of(module: Path) -> list[str]:
    """Labels of the tokens that are there and have a PIN; raises ``TokenRefused`` where the library does not work."""
    with _ONE_AT_A_TIME, _refusing(""):
        library = pkcs11.lib(str(module))
        library.reinitialize()
        found = library.get_tokens()
        return sorted({token.label for token in found if token.flags & pkcs11.TokenFlag.USER_PIN_INITIALIZED})


@contextmanager
@sensitive_variables("pin")
def _session(place: TokenPlace, pin: str, *, writing: bool = False) -> Iterator[Any]:
    with _ONE_AT_A_TIME, _refusing(place.token), _token(place).open(rw=writing, user_pin=pin) as session:
        yield session


def _token(place: TokenPlace) -> Any:
    library = pkcs11.lib(str(place.module))
    try:
        return library.get_token(token_label=place.token)
    except exceptions.NoSuchToken:
        library.reinitialize()  # some libraries know only the tokens that were there when they began; no session is open here
        return library.get_token(token_label=place.token)


@contextmanager
def _refusing(token: str) -> Iterator[None]:
    """What the library answers, in words."""
    try:
        yield
    except (exceptions.PinIncorrect, exceptions.PinInvalid, exceptions.PinLenRange):
        raise WrongPin from None
    except exceptions.PinLocked:
        raise TokenRefused("令牌的 PIN 已锁定，请联系市网信办。") from None
    except exceptions.NoSuchToken:
        raise TokenRefused(f"没有找到令牌“{token}”，请插好后再试。") from None
    except RuntimeError as failure:  # no library, or one that is none
        raise TokenRefused(f"令牌不能使用（{type(failure).__name__}），请联系市网信办。") from None
    except exceptions.PKCS11Error as failure:
        raise TokenRefused(f"令牌不能使用（{type(failure).__name__}），请联系市网信办。") from None


def _found(session: Any, place: TokenPlace) -> Any:
    try:
        return session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=place.key)
    except (exceptions.NoSuchKey, exceptions.MultipleObjectsReturned):
        raise TokenRefused(f"令牌“{place.token}”上没有密钥“{place.key}”。") from None


def _signed(handle: Any, digest: bytes) -> bytes:
    """Tokens answer with the two numbers side by side; everybody else wants them in DER."""
    raw = handle.sign(digest, mechanism=pkcs11.Mechanism.ECDSA)
    half = len(raw) // 2
    return encode_dss_signature(int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big"))


def _request(public: Any, private: Any, name: x509.Name) -> x509.CertificateSigningRequest:
    encoded = encode_ec_public_key(public)
    if not isinstance(load_der_public_key(encoded), ec.EllipticCurvePublicKey):
        raise TokenRefused("密钥的算法与本系统不符。")
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
