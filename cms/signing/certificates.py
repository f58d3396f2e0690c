"""What each kind of certificate says, and how one is issued (Article 10).

Seals and clerks' certificates carry the usages that openssl and pdfsig ask for, so that a stranger's tools believe them as ours do. Those
usages are the same for a seal, a person and the ledger: which of them a key is for stands in the subject, as an OU that the issuer gives.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from cms.signing.keys import OpenKey
from cms.signing.profile import ECDSA_P256

DEMO_ONLY = "演示专用"
DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
_LONGEST_NAME = 64  # X.520, of a common name or an organisation; counted in bytes by some readers


class Use(Enum):
    """What a key is for, as its certificate's OU says; a key is good for nothing else."""

    SEAL = "seal"
    STAMP = "stamp"  # a leader's, in the place of a seal (签名章)
    PERSON = "person"
    LEDGER = "ledger"
    TIME_STAMPS = "tsa"

    @property
    def label(self) -> str:
        return {
            Use.SEAL: "单位电子印章",
            Use.STAMP: "签名章",
            Use.PERSON: "个人签名",
            Use.LEDGER: "台账",
            Use.TIME_STAMPS: "时间戳",
        }[self]


@dataclass(frozen=True)
class Kind:
    """How long a certificate lasts and what its key may do; an issuer's ``path_length`` is how many issuers may stand below it."""

    days: int
    use: Use | None = None  # an issuer has none
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
TIME_STAMPS = Kind(
    days=9 * 365, use=Use.TIME_STAMPS, usages=(ExtendedKeyUsageOID.TIME_STAMPING,), usages_are_critical=True
)
CHECKPOINTS = Kind(days=9 * 365, use=Use.LEDGER, usages=_SIGNING)
UNIT_SEAL = Kind(days=365, use=Use.SEAL, usages=_SIGNING)
STAMP = Kind(days=365, use=Use.STAMP, usages=_SIGNING)
CLERK = Kind(days=365, use=Use.PERSON, usages=_SIGNING)


def subject(*, organisation: str, common_name: str, code: str = "", person: str = "", demo: bool = False) -> x509.Name:
    """O = legal name, CN = what it is for, serialNumber = code of the unit, UID = user name of a person; OU = 演示专用 where it is a demo's.

    The OU that tells the use is added by whoever issues the certificate.
    """
    parts = [(NameOID.COUNTRY_NAME, "CN"), (NameOID.ORGANIZATION_NAME, _fitting(organisation))]
    if demo:
        parts.append((NameOID.ORGANIZATIONAL_UNIT_NAME, DEMO_ONLY))
    parts.append((NameOID.COMMON_NAME, _fitting(common_name)))
    if code:
        parts.append((NameOID.SERIAL_NUMBER, code))
    if person:
        parts.append((NameOID.USER_ID, person))
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])


def _fitting(name: str) -> str:
    """As much of the name as the standard leaves room for; the full one is in the register of units."""
    return name.encode()[:_LONGEST_NAME].decode(errors="ignore")


def _for_use(name: x509.Name, use: Use | None) -> x509.Name:
    """The name with what the key is for, and with no other word on that, whoever put it there."""
    words = {each.value for each in Use}
    kept = [part for part in name if part.oid != NameOID.ORGANIZATIONAL_UNIT_NAME or part.value not in words]
    if use is None:
        return x509.Name(kept)
    own = x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, use.value)
    above = {NameOID.COUNTRY_NAME, NameOID.ORGANIZATION_NAME, NameOID.ORGANIZATIONAL_UNIT_NAME}
    return x509.Name(
        [*(part for part in kept if part.oid in above), own, *(part for part in kept if part.oid not in above)]
    )


def value_of(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    """The one value of this part of a name; empty where it has none."""
    found = name.get_attributes_for_oid(oid)
    return str(found[0].value) if found else ""


def use_of(certificate: x509.Certificate) -> Use | None:
    """What the key is for; None for an issuer, and for a certificate that names no use or several."""
    words = _sections(certificate.subject)
    said = [use for use in Use if use.value in words]
    return said[0] if len(said) == 1 else None


def is_demo(certificate: x509.Certificate) -> bool:
    """Whether the certificate itself or its issuer is good for a demo only."""
    return DEMO_ONLY in _sections(certificate.subject) | _sections(certificate.issuer)


def _sections(name: x509.Name) -> set[str]:
    return {str(part.value) for part in name.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)}


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
        .subject_name(_for_use(name, kind.use))
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
