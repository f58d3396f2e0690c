"""What a check relies on: the roots it was given, the issuers it knows and the lists of what was revoked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature

_LONGEST_PATH = 4


@dataclass(frozen=True)
class Trust:
    """Nothing is believed but these roots; ``issuers`` only help to find the way up to them."""

    roots: tuple[x509.Certificate, ...]
    issuers: tuple[x509.Certificate, ...] = ()
    lists: tuple[x509.CertificateRevocationList, ...] = ()

    def path(
        self, certificate: x509.Certificate, others: Iterable[x509.Certificate], at: datetime
    ) -> tuple[x509.Certificate, ...]:
        """The issuers from the certificate's own up to a root, each in force at the time; empty where no way leads there."""
        known, here = (*others, *self.issuers), certificate
        way: list[x509.Certificate] = []
        for _ in range(_LONGEST_PATH):
            root = next((root for root in self.roots if _issued(here, root, at)), None)
            if root is not None:
                return (*way, root)
            above = next((other for other in known if other not in (here, *way) and _issued(here, other, at)), None)
            if above is None:
                return ()
            way.append(above)
            here = above
        return ()

    def revoked_at(self, certificate: x509.Certificate, path: Iterable[x509.Certificate]) -> datetime | None:
        """When the certificate or an issuer above it was revoked first, as the lists signed by its issuers say."""
        steps = [certificate, *path]
        found = [
            line.revocation_date_utc
            for below, above in pairwise(steps)
            for known in self.lists
            if known.issuer == above.subject and known.is_signature_valid(above.public_key())  # type: ignore[arg-type]
            if (line := known.get_revoked_certificate_by_serial_number(below.serial_number)) is not None
        ]
        return min(found, default=None)


def in_force(certificate: x509.Certificate, at: datetime) -> bool:
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def _issued(below: x509.Certificate, above: x509.Certificate, at: datetime) -> bool:
    """Whether ``above`` may issue certificates and signed this one, and was in force at the time."""
    try:
        constraints = above.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = above.extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    if not (constraints.ca and usage.key_cert_sign and in_force(above, at)):
        return False
    try:
        below.verify_directly_issued_by(above)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
