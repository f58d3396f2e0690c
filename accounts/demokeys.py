"""A demo's keys: an authority, a seal for each unit that issues, its approvers' stamps, and a certificate for each clerk.

All are 演示专用, under one printed PIN, and last for the years that a demo's history spans.
"""

from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.grants import grants_in_force
from accounts.roles import roles_with
from accounts.sealissue import subject_of
from accounts.seals import KEEPERS, Custody, KeyKind, SealKey
from cms.areas import Area
from cms.revocations import current_list, the_authority
from cms.signing import certificates, filekeys
from cms.signing.authority import make_authority
from cms.signing.profile import ECDSA_P256

PIN = "246810"  # printed in the README and worthless elsewhere: the site refuses demo keys outside a demo
_PASSPHRASE = "yanshi-yanshi-2026"  # noqa: S105  the root of a demo guards nothing
_YEARS = 3
_KINDS = {
    KeyKind.UNIT_SEAL: replace(certificates.UNIT_SEAL, days=_YEARS * 365),
    KeyKind.LEADERS_STAMP: replace(certificates.STAMP, days=_YEARS * 365),
    KeyKind.CLERK: replace(certificates.CLERK, days=_YEARS * 365),
}


def make_demo_authority(at: datetime) -> None:
    """There is an authority; an existing one, a demo's or not, stays as it is."""
    if not settings.CA_FOLDER.exists():
        name, key = Area.objects.home().name, settings.KEY_ENCRYPTION_KEY
        make_authority(settings.CA_FOLDER, name, passphrase=_PASSPHRASE, key_encryption_key=key, at=at, demo=True)


@transaction.atomic
def make_demo_keys(now: datetime, *, since: datetime) -> int:
    """Every keeper of a seal or stamp and every clerk among the people of today has a key in force; returns how many were made."""
    authority, at = the_authority(), since
    wanted = [key for kind in _KINDS for key in _missing(kind, now, since)]
    SealKey.objects.bulk_create(wanted)
    privates = [ECDSA_P256.new_private_key() for _ in wanted]
    locked = filekeys.lock_up_many(
        [(private, key.bound_to) for private, key in zip(privates, wanted, strict=True)],
        PIN,
        settings.KEY_ENCRYPTION_KEY,
    )
    for key, private, kept in zip(wanted, privates, locked, strict=True):
        certificate = certificates.issue(
            _KINDS[KeyKind(key.kind)], private.public_key(), subject_of(key, demo=True), issuer=authority.issuing, at=at
        )
        key.state, key.in_force_at, key.valid_until = SealKey.State.IN_FORCE, at, certificate.not_valid_after_utc
        key.serial, key.certificate_pem, key.locked_key = (
            f"{certificate.serial_number:x}",
            certificates.pem(certificate),
            kept,
        )
    fields = ["state", "in_force_at", "valid_until", "serial", "certificate_pem", "locked_key"]
    SealKey.objects.bulk_update(wanted, fields, batch_size=100)
    Custody.objects.bulk_create([Custody(key=key, holder_id=key.keeper_id, since=at) for key in wanted])
    current_list(at)
    return len(wanted)


def _missing(kind: str, now: datetime, since: datetime) -> list[SealKey]:
    """A key, not saved yet, for each unit or clerk that has none: one seal for a unit, a stamp or certificate for each person."""
    roles = {role for right in KEEPERS[kind] for role in roles_with(right)}
    grants = grants_in_force(timezone.localdate(now)).filter(permission__codename__in=roles, user__is_demo=True)
    grants = grants.select_related("user", "content_object").order_by("content_object_id", "user_id")
    alive = SealKey.objects.alive().filter(kind=kind)
    is_seal = kind == KeyKind.UNIT_SEAL
    had = {(unit, None if is_seal else keeper) for unit, keeper in alive.values_list("unit_id", "keeper_id")}
    found = []
    for grant in grants:
        place = (grant.content_object_id, None if is_seal else grant.user_id)
        if place not in had and (kind == KeyKind.CLERK or grant.content_object.can_issue):
            had.add(place)
            found.append(
                SealKey(
                    unit=grant.content_object,
                    kind=kind,
                    keeper=grant.user,
                    reason="演示",
                    requested_at=since,
                    issued_at=since,
                )
            )
    return found
