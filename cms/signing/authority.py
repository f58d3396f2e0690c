"""The certificate authority of an installation: a folder with the certificates of all and the machine's own keys.

The root signs the issuing authority once and then leaves the machine: ``root.key.pem`` opens with its passphrase only, and nothing here
ever reads it. What the machine needs daily lies under the key-encryption key.
"""

import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from cms.signing import certificates, filekeys
from cms.signing.errorreports import sensitive_variables
from cms.signing.keys import KeyRefused, OpenKey
from cms.signing.profile import ECDSA_P256

# A list says when the next one comes; a reader may believe it for so long.
LIST_LASTS = timedelta(days=30)
SHORTEST_PASSPHRASE = 12
# What is said of a signature where the folder holds no authority, in half a sentence.
UNJUDGED = "证书机构的目录缺失，签名无法核对"

_MACHINE = {
    "issuing": (certificates.ISSUING, "签发证书"),
    "stamping": (certificates.TIME_STAMPS, "时间戳"),
    "checkpoints": (certificates.CHECKPOINTS, "台账检查点"),
}


class AuthorityExists(Exception):
    """There is something in the folder already; nothing was written."""


class AuthorityMissing(KeyRefused):
    """The folder holds no authority."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"还没有证书机构（{folder}），请先执行 manage.py make_ca。")


@dataclass(frozen=True)
class Revoked:
    """One line of a revocation list."""

    serial: int
    at: datetime
    reason: x509.ReasonFlags


@dataclass(frozen=True)
class Certificates:
    """What a check needs of the authority."""

    root: x509.Certificate
    issuing: x509.Certificate
    root_list: x509.CertificateRevocationList


@dataclass(frozen=True)
class Authority:
    """The authority as the machine has it open."""

    root: x509.Certificate
    issuing: OpenKey
    stamping: OpenKey
    checkpoints: OpenKey

    @property
    def is_demo(self) -> bool:
        return certificates.is_demo(self.root)

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """What goes along with every signature below the issuing authority."""
        return (self.issuing.certificate,)

    def issue(
        self, asked: x509.CertificateSigningRequest, kind: certificates.Kind, name: x509.Name, *, at: datetime
    ) -> x509.Certificate:
        """A certificate for the key that signed the request; the name is ours to give, whatever was asked."""
        public = asked.public_key()
        if not asked.is_signature_valid or not isinstance(public, ec.EllipticCurvePublicKey):
            raise KeyRefused("证书申请没有用所申请的密钥签名，不能签发。")
        if public.curve.name != ECDSA_P256.curve.name:
            raise KeyRefused("密钥的算法与本系统不符，不能签发。")
        return certificates.issue(kind, public, name, issuer=self.issuing, at=at)

    def revocation_list(
        self, revoked: Iterable[Revoked], *, number: int, at: datetime
    ) -> x509.CertificateRevocationList:
        """A list of all that were revoked, signed."""
        now = at.replace(microsecond=0)
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.issuing.certificate.subject)
            .last_update(now)
            .next_update(now + LIST_LASTS)
            .add_extension(x509.CRLNumber(number), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.issuing.private.public_key()), critical=False
            )
        )
        for line in revoked:
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder()
                .serial_number(line.serial)
                .revocation_date(line.at.replace(microsecond=0))
                .add_extension(x509.CRLReason(line.reason), critical=False)
                .build()
            )
        return builder.sign(self.issuing.private, ECDSA_P256.hash)


@sensitive_variables("passphrase", "key_encryption_key", "root_key", "key", "keys")
def make_authority(
    folder: Path, name: str, *, passphrase: str, key_encryption_key: str, at: datetime, demo: bool = False
) -> None:
    """The folder holds a root, an issuing authority, a time-stamping authority and a key for checkpoints, all of them or none.

    Raises ``AuthorityExists`` where anything is there already.
    """
    if folder.exists():
        raise AuthorityExists(f"“{folder}”已存在，没有改动。证书机构不能覆盖：已签发的印章要靠它验证。")
    folder.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f"{folder.name}-"))  # made with mode 0700
    try:
        root_key = ECDSA_P256.new_private_key()
        top = certificates.subject(organisation=name, common_name=f"{name}根证书", demo=demo)
        root = OpenKey(root_key, certificates.self_signed(root_key, top, at=at))
        _write(making / "root.pem", certificates.pem(root.certificate).encode())
        sealed = root_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase.encode()))
        _write(making / "root.key.pem", sealed)
        _write(making / "root.crl", _empty_list(root, at).public_bytes(Encoding.DER))
        issuer = root
        for part, (kind, title) in _MACHINE.items():
            key = ECDSA_P256.new_private_key()
            subject = certificates.subject(organisation=name, common_name=f"{name}{title}", demo=demo)
            certificate = certificates.issue(kind, key.public_key(), subject, issuer=issuer, at=at)
            _write(making / f"{part}.pem", certificates.pem(certificate).encode())
            _write(making / f"{part}.key", filekeys.wrap_private(key, key_encryption_key, bound_to=f"ca:{part}"))
            if kind.is_issuer:
                issuer = OpenKey(key, certificate)
        _put_in_place(making, folder)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise


@sensitive_variables("key_encryption_key")
def open_authority(folder: Path, key_encryption_key: str) -> Authority:
    """The authority of the folder; raises ``AuthorityMissing``, or ``KeyRefused`` under another key-encryption key."""
    if not (folder / "root.pem").exists():
        raise AuthorityMissing(folder)
    above = _certificate(folder / "issuing.pem")
    return Authority(
        _certificate(folder / "root.pem"),
        _machine_key(folder, "issuing", key_encryption_key, ()),
        _machine_key(folder, "stamping", key_encryption_key, (above,)),
        _machine_key(folder, "checkpoints", key_encryption_key, (above,)),
    )


def certificates_of(folder: Path) -> Certificates:
    """What anybody may see of the authority; no key is opened. Raises ``AuthorityMissing``."""
    if not (folder / "root.pem").exists():
        raise AuthorityMissing(folder)
    root_list = x509.load_der_x509_crl((folder / "root.crl").read_bytes())
    return Certificates(_certificate(folder / "root.pem"), _certificate(folder / "issuing.pem"), root_list)


def own_certificates(folder: Path) -> list[tuple[str, x509.Certificate]]:
    """Name and certificate of the root and of each key on the machine; no key is opened. Raises ``AuthorityMissing``."""
    if not (folder / "root.pem").exists():
        raise AuthorityMissing(folder)
    parts = [("root", "根证书"), *((part, title) for part, (_, title) in _MACHINE.items())]
    return [(title, _certificate(folder / f"{part}.pem")) for part, title in parts]


def _empty_list(root: OpenKey, at: datetime) -> x509.CertificateRevocationList:
    """The root's word that its issuing authority stands, for as long as that one lasts: the root is off the machine by then."""
    now = at.replace(microsecond=0)
    until = now + timedelta(days=certificates.ISSUING.days)
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(root.private.public_key())
    builder = x509.CertificateRevocationListBuilder().issuer_name(root.certificate.subject)
    builder = builder.last_update(now).next_update(until).add_extension(x509.CRLNumber(1), critical=False)
    return builder.add_extension(above, critical=False).sign(root.private, ECDSA_P256.hash)


@sensitive_variables()
def _machine_key(folder: Path, part: str, key_encryption_key: str, chain: tuple[x509.Certificate, ...]) -> OpenKey:
    plain = filekeys.unwrap((folder / f"{part}.key").read_bytes(), key_encryption_key, bound_to=f"ca:{part}")
    return OpenKey(filekeys.private_key(plain), _certificate(folder / f"{part}.pem"), chain)


def _certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _write(path: Path, content: bytes) -> None:
    """On the disk, readable by its owner alone."""
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _put_in_place(making: Path, folder: Path) -> None:
    """Of two who make it at once one succeeds."""
    try:
        making.rename(folder)
    except OSError:
        raise AuthorityExists(f"“{folder}”已存在，没有改动。") from None
