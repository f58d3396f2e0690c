"""The verdict on a sealed circular, each answer on its own line (Articles 4 and 10): intact, by whom, when, was the key in force then, is it now.

It stays true when a certificate runs out or a unit is renamed: what counts is the moment of sealing, and names are those of that day.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from django.core.cache import cache

from accounts.seals import KeyKind
from circulars.registration import Circular
from circulars.sealing.insides import flaw_of_seals
from circulars.sealing.records import Manifest, Seal
from circulars.sealing.standing import flaw_by, flaw_of, sealed_bytes
from cms.revocations import RevokedCertificate, trust
from cms.signing.authority import UNJUDGED, AuthorityMissing
from cms.signing.trust import Trust, in_force

_REMEMBERED_SECONDS = 3600


@dataclass(frozen=True)
class Signed:
    """One key's part: whose it is, who used it when, and what became of the key."""

    unit: str
    what: str
    by: str
    at: datetime
    was_in_force: bool
    key_now: str

    @property
    def whose(self) -> str:
        """The body, and of a leader's stamp the leader."""
        return f"{self.unit}　{self.by}" if self.what == KeyKind.LEADERS_STAMP.label else self.unit


@dataclass(frozen=True)
class SealVerdict:
    """What a reader is told. ``flaw`` is the first thing that is wrong, in half a sentence; empty where the seal stands."""

    is_sealed: bool
    flaw: str = ""
    seals: tuple[Signed, ...] = ()
    manifest: Signed | None = None
    pages: int = 0
    attachments: int = 0
    is_demo: bool = False

    @property
    def stands(self) -> bool:
        return self.is_sealed and not self.flaw


def verdict_of(circular: Circular, now: datetime) -> SealVerdict:
    """What is true of the circular's seals at this moment; of one that predates seals nothing is said."""
    manifest = Manifest.objects.filter(circular=circular.pk).select_related("key__unit", "signed_by").first()
    if manifest is None:
        return SealVerdict(is_sealed=False, flaw=flaw_of(circular))
    try:
        trusted = trust()
        flaw = flaw_by(manifest, circular, trusted) or flaw_inside(manifest, trusted)
    except AuthorityMissing:
        flaw = UNJUDGED
    rows = list(Seal.objects.filter(circular=circular.pk).select_related("key", "sealed_by").order_by("field"))
    revoked = dict(
        RevokedCertificate.objects.filter(serial__in=[manifest.serial, *(row.serial for row in rows)]).values_list(
            "serial", "revoked_at"
        )
    )
    seals = tuple(
        _signed(row.unit_name, str(row.key.get_kind_display()), row, row.sealed_by, row.sealed_at, revoked, now)
        for row in rows
    )
    unit = next((row.unit_name for row in rows if row.key_id == manifest.key_id), circular.issuer_name)
    closing = _signed(unit, "公文清单", manifest, manifest.signed_by, manifest.signed_at, revoked, now)
    return SealVerdict(True, flaw, seals, closing, manifest.pages, circular.attachment_count, manifest.key.is_demo)


def flaw_inside(manifest: Manifest, trusted: Trust) -> str:
    """What is wrong with the seals in the file itself; looked for once for a file and a list of revocations, since neither changes."""
    newest = hashlib.sha256(b"".join(known.signature for known in trusted.lists)).hexdigest()
    key = f"seals-in:{manifest.pdf_digest}:{manifest.digest}:{newest[:16]}"
    flaw: str | None = cache.get(key)
    if flaw is None:
        flaw = flaw_of_seals(sealed_bytes(manifest.pdf_digest), manifest.facts, trusted)
        cache.set(key, flaw, timeout=_REMEMBERED_SECONDS)
    return flaw


def _signed(
    unit: str, what: str, row: Seal | Manifest, by: object, at: datetime, revoked: dict[str, datetime], now: datetime
) -> Signed:
    certificate, ended = row.key.certificate, revoked.get(row.serial)
    was = in_force(certificate, at) and not (ended and ended <= at)
    return Signed(unit, what, str(by), at, was, _now(certificate, ended, now))


def _now(certificate: x509.Certificate, ended: datetime | None, now: datetime) -> str:
    if ended and ended <= now:
        return "已停用"
    return "在有效期内" if in_force(certificate, now) else "已到期"
