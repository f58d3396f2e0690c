"""A time-stamping authority of our own (RFC 3161): it signs that a digest was there at a moment. It asks nobody else."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import algos, cms, tsp
from asn1crypto import x509 as asn1x509
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from cms.signing.certificates import Use, use_of
from cms.signing.envelopes import asn1, signed_data
from cms.signing.keys import SigningKey
from cms.signing.profile import ECDSA_P256
from cms.signing.signatures import ODDITIES, Taken, Unreadable, allows, take_apart
from cms.signing.trust import Trust, in_force

# The policy under which the stamps are given: an arc for private use, since no registration names this one.
POLICY = "1.3.6.1.4.1.55555.1.1"


@dataclass(frozen=True)
class StampVerdict:
    """What a check of a time-stamp found, each answer apart."""

    fits: bool  # it speaks of these bytes, and its signature holds
    at: datetime | None
    trusted: bool  # by a time-stamping certificate below a given root, in force then and not revoked before

    @property
    def stands(self) -> bool:
        return self.fits and self.trusted and self.at is not None


def time_stamp(digest: bytes, key: SigningKey, *, at: datetime) -> bytes:
    """The token (DER): this SHA-256 digest was there in the second of ``at``."""
    imprint = tsp.MessageImprint(
        {
            "hash_algorithm": algos.DigestAlgorithm({"algorithm": key.profile.digest_name}),
            "hashed_message": digest,
        }
    )
    return _token(imprint, key, at, nonce=None).dump()


def answer(request: tsp.TimeStampReq, key: SigningKey, *, at: datetime) -> tsp.TimeStampResp:
    """The answer to a request as programs make them, with the nonce they sent."""
    nonce = request["nonce"].native
    token = _token(request["message_imprint"], key, at, nonce)
    return tsp.TimeStampResp({"status": tsp.PKIStatusInfo({"status": "granted"}), "time_stamp_token": token})


def check_time_stamp(token: bytes, data: bytes, trust: Trust) -> StampVerdict:
    """What the token says of the time at which ``data`` was there."""
    try:
        return _judged(take_apart(token), data, trust)
    except (Unreadable, *ODDITIES):
        return StampVerdict(False, None, False)


def _judged(taken: Taken, data: bytes, trust: Trust) -> StampVerdict:
    content = taken.content or b""
    info = tsp.TSTInfo.load(content, strict=True)
    imprint, at = info["message_imprint"], info["gen_time"].native
    speaks_of_it = (
        taken.content_type == "tst_info"
        and imprint["hash_algorithm"]["algorithm"].native == ECDSA_P256.digest_name
        and imprint["hashed_message"].native == ECDSA_P256.digest_of(data)
    )
    trusted = _is_trusted(taken.certificate, taken.others, trust, at)
    return StampVerdict(speaks_of_it and taken.fits(content), at, trusted)


def _is_trusted(
    certificate: x509.Certificate, others: tuple[x509.Certificate, ...], trust: Trust, at: datetime
) -> bool:
    is_for_it = use_of(certificate) is Use.TIME_STAMPS and allows(certificate, ExtendedKeyUsageOID.TIME_STAMPING)
    if not (is_for_it and in_force(certificate, at)):
        return False
    path = trust.path(certificate, others, at)
    revoked_at = trust.revoked_at(certificate, path)
    return bool(path) and (revoked_at is None or revoked_at > at)


def _token(imprint: tsp.MessageImprint, key: SigningKey, at: datetime, nonce: int | None) -> cms.ContentInfo:
    at = at.replace(microsecond=0)
    facts: dict[str, Any] = {
        "version": "v1",
        "policy": POLICY,
        "message_imprint": imprint,
        "serial_number": secrets.randbits(64),
        "gen_time": at,
        "tsa": asn1x509.GeneralName(name="directory_name", value=asn1(key.certificate).subject),
    }
    if nonce is not None:
        facts["nonce"] = nonce
    return signed_data(tsp.TSTInfo(facts).dump(), key, at=at, content_type="tst_info", is_detached=False)
