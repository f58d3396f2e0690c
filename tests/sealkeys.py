"""Seals in the hands of our small city's keepers, open already: a scene about something else need not stretch a PIN.

Rows and certificates are real; the private parts live in this process, one for each unit and year.
"""

from datetime import datetime, timedelta
from functools import cache

from django.conf import settings
from django.utils import timezone

from accounts.people import User
from accounts.sealissue import subject_of
from accounts.seals import KeyKind, SealKey
from accounts.units import Unit
from cms.signing import certificates
from cms.signing.authority import open_authority
from cms.signing.keys import OpenKey
from cms.signing.profile import ECDSA_P256
from tests.offices import beijing

OPENED: dict[str, OpenKey] = {}
_KINDS = {
    KeyKind.UNIT_SEAL: certificates.UNIT_SEAL,
    KeyKind.LEADERS_STAMP: certificates.STAMP,
    KeyKind.CLERK: certificates.CLERK,
}


def seal_key(unit: Unit, keeper: User, *, kind: KeyKind = KeyKind.UNIT_SEAL, at: datetime) -> tuple[SealKey, OpenKey]:
    """The unit's key of this kind that holds at this moment, and the key open; it is made where there is none."""
    held = SealKey.objects.filter(unit=unit, kind=kind, state=SealKey.State.IN_FORCE)
    if kind != KeyKind.UNIT_SEAL:
        held = held.filter(keeper=keeper)
    for key in held.select_related("unit", "keeper"):
        if key.serial in OPENED and not key.is_run_out(at) and key.in_force_at is not None and key.in_force_at <= at:
            return key, OPENED[key.serial]
    held.update(state=SealKey.State.EXPIRED)
    key = SealKey(unit=unit, kind=kind, keeper=keeper, requested_at=at)
    opened = _certified(unit.code, unit.name, keeper.name, keeper.username, kind, timezone.localtime(at).year)
    certificate = opened.certificate
    key.state, key.serial = SealKey.State.IN_FORCE, f"{certificate.serial_number:x}"
    key.in_force_at, key.valid_until = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    key.certificate_pem = certificates.pem(certificate)
    key.save()
    OPENED[key.serial] = opened
    return key, opened


def clerk_key(unit: Unit, clerk: User, *, at: datetime) -> tuple[SealKey, OpenKey]:
    """The clerk's own certificate for the unit, its key open: what a log-in that unlocked it signs receipts with."""
    return seal_key(unit, clerk, kind=KeyKind.CLERK, at=at)


@cache
def _certified(code: str, unit: str, keeper: str, username: str, kind: KeyKind, year: int) -> OpenKey:
    """A key from the last evening of the year before on, for a year."""
    authority = open_authority(settings.CA_FOLDER, settings.KEY_ENCRYPTION_KEY)
    named = SealKey(kind=kind, unit=Unit(code=code, name=unit), keeper=User(name=keeper, username=username))
    private, at = ECDSA_P256.new_private_key(), beijing(f"{year}-01-01 00:00") - timedelta(hours=1)
    name = subject_of(named, demo=False)
    certificate = certificates.issue(_KINDS[kind], private.public_key(), name, issuer=authority.issuing, at=at)
    return OpenKey(private, certificate, authority.chain)
