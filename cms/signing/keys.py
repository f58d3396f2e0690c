"""What every signing key can do, wherever its private part is kept."""

from dataclasses import dataclass, field
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from cms.signing.profile import ECDSA_P256, SigningProfile


class SigningKey(Protocol):
    """A key that is open for use: it signs digests and shows its certificate.

    ``chain`` holds the certificates of the issuers above it, without the root.
    """

    @property
    def profile(self) -> SigningProfile: ...
    @property
    def certificate(self) -> x509.Certificate: ...
    @property
    def chain(self) -> tuple[x509.Certificate, ...]: ...
    @property
    def is_refused(self) -> bool:
        """Whether its PIN turned out to be wrong as it was to sign: it signs no more."""
        ...

    def sign(self, digest: bytes) -> bytes:
        """The signature over a digest of the profile's length, DER."""
        ...


class KeyRefused(Exception):
    """The key could not be opened or used; the text says what to do."""


class WrongPin(KeyRefused):
    """What was typed is not the PIN of this key."""

    def __init__(self) -> None:
        super().__init__("PIN 不正确。")


@dataclass(frozen=True)
class OpenKey:
    """A private key in the memory of the act that uses it; never stored, never shown."""

    private: ec.EllipticCurvePrivateKey = field(repr=False)
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()
    profile: SigningProfile = ECDSA_P256
    is_refused: bool = field(default=False, init=False)

    def sign(self, digest: bytes) -> bytes:
        return self.profile.sign(self.private, digest)
