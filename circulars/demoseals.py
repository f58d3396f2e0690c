"""How a demo's papers get their seals, and some of its receipts their signatures: by the demo's keys, whose one PIN is printed anyway (Articles 4 and 10)."""

from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.demokeys import PIN, make_demo_authority, make_demo_keys
from accounts.people import User
from accounts.seals import KeyKind, SealKey
from circulars.layouts import Layout
from circulars.registration import Circular
from circulars.sealing import seal
from cms.signing import filekeys
from cms.signing.authority import certificates_of
from cms.signing.keys import OpenKey


def demo_since(now: datetime) -> datetime:
    """Since when a demo's keys are in force: the beginning of the year before, so that its whole history is sealed."""
    return timezone.localtime(now).replace(year=now.year - 1, month=1, day=1, hour=0, minute=0, second=0, microsecond=0)


def make_keys(now: datetime) -> int:
    """There are an authority and a key for everybody who keeps one; returns how many were made."""
    make_demo_authority(demo_since(now))
    return make_demo_keys(now, since=demo_since(now))


def seal_as_demo(circular: Circular, *, by: Any, at: datetime) -> None:
    """Every issuing body's keeper has sealed the circular, the lead body's last; ``by`` only registers."""
    kind = KeyKind.LEADERS_STAMP if circular.layout == Layout.ORDER else KeyKind.UNIT_SEAL
    for line in circular.issuers.order_by("-place"):
        keys = SealKey.objects.filter(unit=line.unit_id, kind=kind, state=SealKey.State.IN_FORCE)
        if kind == KeyKind.LEADERS_STAMP:
            keys = keys.filter(keeper=line.approver_id)
        key = keys.select_related("unit", "keeper").get()
        seal(circular, key, _opened(key.pk, key.serial), by=key.keeper, at=at)


def certificate_of(clerk: User, unit: int) -> tuple[SealKey, OpenKey] | None:
    """The clerk's own certificate for the unit, open, in every fourth unit and that of the README's clerk; the others sign for it without."""
    if unit % 4 and clerk.username != "bm08-clerk":
        return None
    key = SealKey.objects.filter(unit=unit, kind=KeyKind.CLERK, keeper=clerk, state=SealKey.State.IN_FORCE).first()
    return (key, _opened(key.pk, key.serial)) if key else None


@cache
def _opened(pk: int, serial: str) -> OpenKey:
    key = SealKey.objects.get(pk=pk, serial=serial)
    private = filekeys.unlock(bytes(key.locked_key), PIN, settings.KEY_ENCRYPTION_KEY, bound_to=key.bound_to)
    return OpenKey(private, key.certificate, (certificates_of(settings.CA_FOLDER).issuing,))
