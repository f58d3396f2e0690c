"""Signatures beside the data they are over: CMS, to be checked here or by ``openssl cms -verify`` anywhere (Articles 10 and 20).

Canonical facts are signed as the bytes of ``cms.ledger.canonical``. A check gives each answer apart; ``problem`` says the first thing that is
wrong in a sentence. A key that was revoked after signing leaves what it signed before standing.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from asn1crypto import cms
from cryptography import x509
from cryptography.x509.oid import NameOID
from django.utils import timezone

from cms.ledger import canonical
from cms.signing.certificates import DOCUMENT_SIGNING, is_demo, value_of
from cms.signing.envelopes import signed_data
from cms.signing.keys import SigningKey
from cms.signing.signatures import ODDITIES, Taken, Unreadable, allows, take_apart
from cms.signing.timestamps import check_time_stamp, time_stamp
from cms.signing.trust import Trust, in_force


@dataclass(frozen=True)
class Signer:
    """Whom the certificate names."""

    name: str  # what the certificate is for
    organisation: str
    code: str  # of the unit
    serial: int
    is_demo: bool


@dataclass(frozen=True)
class Verdict:
    """What a check of one signature found. ``judged_at`` is the moment that counts: the time-stamp's, or the one the check was given."""

    readable: bool
    intact: bool = False
    signer: Signer | None = None
    fit: bool = False  # the certificate is one for signing documents
    belongs: bool = True  # to the unit that was expected
    trusted: bool = False  # the chain leads to a given root
    in_force: bool = False
    revoked_at: datetime | None = None
    claimed_at: datetime | None = None
    stamped_at: datetime | None = None
    stamp_broken: bool = False
    judged_at: datetime | None = None

    @property
    def revoked(self) -> bool:
        """Whether the certificate was already revoked when it signed."""
        return self.revoked_at is not None and self.judged_at is not None and self.revoked_at <= self.judged_at

    @property
    def stands(self) -> bool:
        return not self.problem

    @property
    def problem(self) -> str:
        """The first thing that is wrong, in a sentence; empty where nothing is."""
        if not self.readable:
            return "签名数据无法识别。"
        if not self.intact:
            return "签名与内容不符，内容或签名被改动过。"
        if not self.trusted:
            return "签名证书不是本系统证书机构签发的。"
        if not self.fit:
            return "签名证书不能用于公文签名。"
        if not self.belongs:
            return f"签名证书属于“{self.signer.organisation if self.signer else ''}”，不是应签名的单位。"
        if self.stamp_broken:
            return "时间戳无效，不能确定签名时间。"
        if self.judged_at is None:
            return "不能确定签名时间。"
        if self.revoked:
            return f"签名证书在签名之前已吊销（{_day(self.revoked_at)}）。"
        if not self.in_force:
            return "签名时证书不在有效期内。"
        return ""


def sign_detached(data: bytes, key: SigningKey, at: datetime, *, stamping: SigningKey | None = None) -> bytes:
    """A CMS signature over the data (DER), with a time-stamp over the signature where a stamping key is given."""
    stamp = partial(_stamp, stamping=stamping, at=at) if stamping else None
    return signed_data(data, key, at=at, is_detached=True, stamp=stamp).dump()


def sign_facts(facts: dict[str, Any], key: SigningKey, at: datetime, *, stamping: SigningKey | None = None) -> bytes:
    """``sign_detached`` over the canonical text of the facts."""
    return sign_detached(canonical(facts).encode(), key, at, stamping=stamping)


def verify_detached(
    data: bytes, signature: bytes, trust: Trust, *, at: datetime | None = None, code: str | None = None
) -> Verdict:
    """What is true of the signature over the data.

    Judged as of its time-stamp, or of ``at`` (when the act was written down) where it has none; the signer's own word for the time is shown
    and counts only where there is nothing better. ``code`` is the unit whose signature it should be.
    """
    try:
        return _judged(data, take_apart(signature), trust, at, code)
    except (Unreadable, *ODDITIES):
        return Verdict(readable=False)


def _judged(data: bytes, taken: Taken, trust: Trust, at: datetime | None, code: str | None) -> Verdict:
    stamp = check_time_stamp(taken.time_stamp, taken.signature, trust) if taken.time_stamp else None
    stamped_at = stamp.at if stamp and stamp.stands else None
    judged_at = stamped_at or at or taken.claimed_at
    signer = signer_of(taken.certificate)
    path = trust.path(taken.certificate, taken.others, judged_at) if judged_at else ()
    return Verdict(
        readable=True,
        intact=taken.content_type == "data" and taken.content is None and taken.fits(data),
        signer=signer,
        fit=allows(taken.certificate, DOCUMENT_SIGNING),
        belongs=code is None or signer.code == code,
        trusted=bool(path),
        in_force=judged_at is not None and in_force(taken.certificate, judged_at),
        revoked_at=trust.revoked_at(taken.certificate, path),
        claimed_at=taken.claimed_at,
        stamped_at=stamped_at,
        stamp_broken=stamp is not None and not stamp.stands,
        judged_at=judged_at,
    )


def signer_of(certificate: x509.Certificate) -> Signer:
    """Whom the certificate names."""
    name = certificate.subject
    return Signer(
        value_of(name, NameOID.COMMON_NAME),
        value_of(name, NameOID.ORGANIZATION_NAME),
        value_of(name, NameOID.SERIAL_NUMBER),
        certificate.serial_number,
        is_demo(certificate),
    )


def _day(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""


def _stamp(signature: bytes, *, stamping: SigningKey, at: datetime) -> cms.ContentInfo:
    return cms.ContentInfo.load(time_stamp(stamping.profile.digest_of(signature), stamping, at=at))
