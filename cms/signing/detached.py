"""Signatures beside the data they are over: CMS, to be checked here or by ``openssl cms -verify`` anywhere (Articles 10 and 20).

Facts are signed as their canonical text (``cms.canonical``). A check gives each answer apart; ``refused`` says the first thing that is
wrong, of its own kind and in a sentence. A key that was revoked after signing leaves what it signed before standing; ``remark`` tells of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import partial

from asn1crypto import cms
from cryptography import x509
from cryptography.x509.oid import NameOID

from cms.signing.certificates import DOCUMENT_SIGNING, Use, is_demo, use_of, value_of
from cms.signing.envelopes import signed_data
from cms.signing.keys import SigningKey
from cms.signing.refusals import Refusal, Refused
from cms.signing.signatures import ODDITIES, Taken, Unreadable, allows, take_apart
from cms.signing.timestamps import check_time_stamp, time_stamp
from cms.signing.trust import Trust

# All of China keeps one time; a stranger's computer need not know it by name.
BEIJING = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class Signer:
    """Whom the certificate names."""

    name: str  # what the certificate is for
    organisation: str
    code: str  # of the unit
    person: str  # the user name, in a person's own
    use: Use | None
    serial: int
    is_demo: bool
    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class Wanted:
    """Whose signature it should be; what is empty or None may be anybody's."""

    uses: tuple[Use, ...] = ()  # any of these
    code: str | None = None
    person: str | None = None
    is_stamped: bool = False


ANYBODY = Wanted()


@dataclass(frozen=True)
class Verdict:
    """What a check of one signature found. ``judged_at`` is the moment that counts: the time-stamp's, or the one the check was given."""

    readable: bool
    wanted: Wanted = ANYBODY
    intact: bool = False
    signer: Signer | None = None
    fit: bool = False  # the certificate is one for signing documents
    trusted: bool = False  # the chain leads to a given root
    revoked_at: datetime | None = None
    claimed_at: datetime | None = None
    stamped_at: datetime | None = None
    stamp_broken: bool = False
    judged_at: datetime | None = None

    @property
    def belongs(self) -> bool:
        """Whether the certificate is of the unit that was expected."""
        return self.wanted.code is None or (self.signer is not None and self.signer.code == self.wanted.code)

    @property
    def in_force(self) -> bool:
        """Whether the certificate was in force when it signed."""
        return bool(self.signer and self.judged_at and self.signer.begins <= self.judged_at <= self.signer.ends)

    @property
    def revoked(self) -> bool:
        """Whether the certificate was already revoked when it signed."""
        return self.revoked_at is not None and self.judged_at is not None and self.revoked_at <= self.judged_at

    @property
    def stands(self) -> bool:
        return self.refused is None

    @property
    def problem(self) -> str:
        """The first thing that is wrong, in a sentence; empty where nothing is."""
        return str(self.refused or "")

    @property
    def remark(self) -> str:
        """What became of the certificate after a signature that stands, in a sentence; empty where nothing did."""
        if not self.stands or self.revoked_at is None:
            return ""
        return f"签名证书在签名之后吊销（{moment(self.revoked_at)}），此前的签名仍然有效。"

    @property
    def refused(self) -> Refused | None:
        """The first reason why the signature does not stand."""
        return next(self._refusals(), None)

    def _refusals(self) -> Iterator[Refused]:
        signer, wanted = self.signer, self.wanted
        if not self.readable or signer is None:
            yield Refused(Refusal.UNREADABLE)
            return
        if not self.intact:
            yield Refused(Refusal.CHANGED)
        if self.stamp_broken:
            yield Refused(Refusal.BROKEN_STAMP)
        if wanted.is_stamped and self.stamped_at is None:
            yield Refused(Refusal.NO_STAMP)
        if self.judged_at is None:
            yield Refused(Refusal.NO_TIME)
            return
        if not self.trusted:
            yield Refused(Refusal.FOREIGN)
        if not self.fit:
            yield Refused(Refusal.UNFIT)
        if wanted.uses and signer.use not in wanted.uses:
            labels = "或".join(use.label for use in wanted.uses)
            yield Refused(Refusal.WRONG_USE, signer.use.label if signer.use else "未注明用途", labels)
        if not self.belongs:
            yield Refused(Refusal.WRONG_UNIT, signer.organisation)
        if wanted.person not in (None, signer.person):
            yield Refused(Refusal.WRONG_PERSON, signer.name)
        if self.revoked:
            yield Refused(Refusal.REVOKED, moment(self.revoked_at))
        if self.judged_at < signer.begins:
            yield Refused(Refusal.NOT_YET_VALID, moment(signer.begins))
        if self.judged_at > signer.ends:
            yield Refused(Refusal.EXPIRED, moment(signer.ends))


def sign_detached(data: bytes, key: SigningKey, at: datetime, *, stamping: SigningKey | None = None) -> bytes:
    """A CMS signature over the data (DER), with a time-stamp over the signature where a stamping key is given."""
    stamp = partial(_stamp, stamping=stamping, at=at) if stamping else None
    return signed_data(data, key, at=at, is_detached=True, stamp=stamp).dump()


def verify_detached(
    data: bytes,
    signature: bytes,
    trust: Trust,
    *,
    at: datetime | None = None,
    code: str | None = None,
    use: Use | tuple[Use, ...] = (),
    person: str | None = None,
    is_stamped: bool = False,
) -> Verdict:
    """What is true of the signature over the data.

    Judged as of its time-stamp, or of ``at`` (when the act was written down) where it has none; the signer's own word for the time is shown
    and counts only where there is nothing better. ``code`` is the unit, ``person`` the user name whose signature it should be, ``use`` what
    the key should be for (one of them, where several are given); ``is_stamped`` refuses one without a time-stamp.
    """
    uses = (use,) if isinstance(use, Use) else use
    try:
        return _judged(data, take_apart(signature), trust, at, Wanted(uses, code, person, is_stamped))
    except (Unreadable, *ODDITIES):
        return Verdict(readable=False)


def _judged(data: bytes, taken: Taken, trust: Trust, at: datetime | None, wanted: Wanted) -> Verdict:
    stamp = check_time_stamp(taken.time_stamp, taken.signature, trust) if taken.time_stamp else None
    stamped_at = stamp.at if stamp and stamp.stands else None
    judged_at = stamped_at or at or taken.claimed_at
    path = trust.path(taken.certificate, taken.others, judged_at) if judged_at else ()
    return Verdict(
        readable=True,
        wanted=wanted,
        intact=taken.content_type == "data" and taken.content is None and taken.fits(data),
        signer=signer_of(taken.certificate),
        fit=allows(taken.certificate, DOCUMENT_SIGNING),
        trusted=bool(path),
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
        name=value_of(name, NameOID.COMMON_NAME),
        organisation=value_of(name, NameOID.ORGANIZATION_NAME),
        code=value_of(name, NameOID.SERIAL_NUMBER),
        person=value_of(name, NameOID.USER_ID),
        use=use_of(certificate),
        serial=certificate.serial_number,
        is_demo=is_demo(certificate),
        begins=certificate.not_valid_before_utc,
        ends=certificate.not_valid_after_utc,
    )


def moment(at: datetime | None) -> str:
    """A moment as a reader in China reads it."""
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}" if at else ""


def _stamp(signature: bytes, *, stamping: SigningKey, at: datetime) -> cms.ContentInfo:
    return cms.ContentInfo.load(time_stamp(stamping.profile.digest_of(signature), stamping, at=at))
