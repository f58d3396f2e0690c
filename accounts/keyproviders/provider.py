"""What each kind of keeping private parts must be able to do."""

from dataclasses import dataclass, field
from typing import Any, Protocol

from cryptography import x509

from accounts.seals import SealKey
from cms.signing.keys import SigningKey

Chain = tuple[x509.Certificate, ...]


@dataclass(frozen=True)
class Made:
    """A new key: its request for a certificate, and the columns by which its row finds it again."""

    asked: x509.CertificateSigningRequest
    columns: dict[str, Any] = field(repr=False)


class KeyProvider(Protocol):
    """One way of keeping private parts; each act raises ``WrongPin``, or ``KeyRefused`` for what it cannot do."""

    def make(self, key: SealKey, pin: str, name: x509.Name) -> Made:
        """There is a private part under this PIN."""
        ...

    def open_with(self, key: SealKey, pin: str, chain: Chain) -> SigningKey:
        """The key, ready to sign for the act that asked for it."""
        ...

    def set_pin(self, key: SealKey, opened: SigningKey, pin: str) -> dict[str, Any]:
        """The private part opens with this PIN alone once the returned columns are in the row."""
        ...

    def ticket(self, opened: SigningKey) -> bytes:
        """The secret with which a log-in opens the key again without asking; only ever kept encrypted."""
        ...

    def open_again(self, key: SealKey, ticket: bytes, chain: Chain) -> SigningKey:
        """The key by its ticket."""
        ...
