"""What each kind of certificate says, and how one is issued (Article 10).

Seals and clerks' certificates carry the usages that openssl and pdfsig ask for, so that a stranger's tools believe them as ours do.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from cms.signing.keys import OpenKey
from cms.signing.profile import ECDSA_P256

DEMO_ONLY = "演示专用"
DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
_LONGEST_NAME = 64  # X.520, of a common name or an organisation; counted in bytes by some readers


@dataclass(frozen=True)
class Kind:
    """How long a certificate lasts and what its key may do; an issuer's ``path_length`` is how many issuers may stand below it."""

    days: int
    usages: tuple[x509.ObjectIdentifier, ...] = ()
    usages_are_critical: bool = False
    path_length: int | None = None
    is_issuer: bool = False

    @property
    def key_usage(self) -> x509.KeyUsage:
        return x509.KeyUsage(
            digital_signature=not self.is_issuer,
            content_commitment=not self.is_issuer,
            key_cert_sign=self.is_issuer,
            crl_sign=self.is_issuer,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            encipher_only=False,
            decipher_only=False,
        )


@dataclass(frozen=True)
class Issuer:
    """Who signs a certificate, and beyond which moment none may last."""

    name: x509.Name
    private: ec.EllipticCurvePrivateKey = field(repr=False)
    until: datetime | None


_SIGNING = (DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION)

ROOT = Kind(days=20 * 365, is_issuer=True, path_length=1)
ISSUING = Kind(days=10 * 365, is_issuer=True, path_length=0)
TIME_STAMPS = Kind(days=9 * 365, usages=(ExtendedKeyUsageOID.TIME_STAMPING,), usages_are_critical=True)
CHECKPOINTS = Kind(days=9 * 365, usages=_SIGNING)
UNIT_SEAL = Kind(days=365, usages=_SIGNING)
CLERK = Kind(days=365, usages=_SIGNING)


def subject(*, organisation: str, common_name: str, code: str = "", demo: bool = False) -> x509.Name:
    """O = legal name, CN = what it is for, serialNumber = code of the unit; 演示专用 where it is a demo's."""
    parts = [(NameOID.COUNTRY_NAME, "CN"), (NameOID.ORGANIZATION_NAME, _fitting(organisation))]
    if demo:
        parts.append((NameOID.ORGANIZATIONAL_UNIT_NAME, DEMO_ONLY))
    parts.append((NameOID.COMMON_NAME, _fitting(common_name)))
    if code:
        parts.append((NameOID.SERIAL_NUMBER, code))
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])


def _fitting(name: str) -> str:
    """As much of the name as the standard leaves room for; the full one is in the register of units."""
    return name.encode()[:_LONGEST_NAME].decode(errors="ignore")


def value_of(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    """The one value of this part of a name; empty where it has none."""
    found = name.get_attributes_for_oid(oid)
    return str(found[0].value) if found else ""


def is_demo(certificate: x509.Certificate) -> bool:
    """Whether the certificate itself or its issuer is good for a demo only."""
    return DEMO_ONLY in {
        value_of(certificate.subject, NameOID.ORGANIZATIONAL_UNIT_NAME),
        value_of(certificate.issuer, NameOID.ORGANIZATIONAL_UNIT_NAME),
    }


def self_signed(private: ec.EllipticCurvePrivateKey, name: x509.Name, *, at: datetime) -> x509.Certificate:
    """A root."""
    return _built(ROOT, private.public_key(), name, at, by=Issuer(name, private, None))


def issue(
    kind: Kind, public: ec.EllipticCurvePublicKey, name: x509.Name, *, issuer: OpenKey, at: datetime
) -> x509.Certificate:
    """A certificate in force from the second of ``at``, never longer than its issuer's."""
    above = issuer.certificate
    return _built(kind, public, name, at, by=Issuer(above.subject, issuer.private, above.not_valid_after_utc))


def request(private: ec.EllipticCurvePrivateKey, name: x509.Name) -> x509.CertificateSigningRequest:
    """What whoever has the key asks the issuer to certify, signed with it (PKCS#10)."""
    return x509.CertificateSigningRequestBuilder().subject_name(name).sign(private, ECDSA_P256.hash)


def pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()


def _built(
    kind: Kind, public: ec.EllipticCurvePublicKey, name: x509.Name, at: datetime, *, by: Issuer
) -> x509.Certificate:
    begins = at.replace(microsecond=0)
    ends = begins + timedelta(days=kind.days)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(by.name)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(min(ends, by.until) if by.until else ends)
        .add_extension(x509.BasicConstraints(kind.is_issuer, kind.path_length), critical=True)
        .add_extension(kind.key_usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.private.public_key()), critical=False)
    )
    if kind.usages:
        builder = builder.add_extension(x509.ExtendedKeyUsage(kind.usages), critical=kind.usages_are_critical)
    return builder.sign(by.private, ECDSA_P256.hash)
