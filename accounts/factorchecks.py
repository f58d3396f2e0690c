"""Whether people show at the sign-in what the ledger says that they registered: none laid beside it, none changed, none gone (Articles 10 and 28)."""

from collections.abc import Iterator
from datetime import datetime

from accounts.codesecrets import CodeSecret
from accounts.deeds import Deed
from accounts.factors import CALLED, CODE, PASSKEY, digest_of
from accounts.passkeys import Passkey
from cms import ledger
from cms.ledger import Entry
from cms.verifying import CHUNK, Fault, register

_DEEDS = (Deed.FACTOR_ADDED, Deed.FACTOR_DROPPED, Deed.FACTORS_WITHDRAWN)
# Person, kind and key of one factor.
Named = tuple[str, str, int | None]


@register
def check_factors(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """What is there equals what was registered and not taken away; factors are few, so all are asked whatever ``since`` is."""
    wanted, found = _registered(), _there()
    for named in sorted(wanted.keys() | found.keys(), key=str):
        person, kind, _ = named
        if named not in wanted:
            yield Fault(person, f"有一个{CALLED[kind]}，台账没有登记过。")
        elif named not in found:
            yield Fault(person, f"台账登记过的{CALLED[kind]}不见了。")
        elif wanted[named] != found[named]:
            yield Fault(person, f"{CALLED[kind]}与台账登记的不一致，记录被改动过。")


def _registered() -> dict[Named, str]:
    """The factors that the entries leave to each person, with their digests."""
    left: dict[Named, str] = {}
    for entry in Entry.objects.filter(deed__in=_DEEDS).order_by("pk").iterator(CHUNK):
        said, person = entry.said, entry.subject
        kind, key = str(said.get("kind", "")), said.get("key")
        if entry.deed == Deed.FACTOR_ADDED:
            if kind == CODE:
                _forget(left, person, CODE, None)
            left[person, kind, key] = str(said.get("digest", ""))
        elif entry.deed == Deed.FACTOR_DROPPED:
            _forget(left, person, kind, key)
        else:
            _forget(left, person, None, None)
    return left


def _forget(left: dict[Named, str], person: str, kind: str | None, key: int | None) -> None:
    """None of this person, kind and key is left; no kind is every kind, no key every key."""
    for named in list(left):
        if named[0] == person and kind in (None, named[1]) and key in (None, named[2]):
            del left[named]


def _there() -> dict[Named, str]:
    found: dict[Named, str] = {}
    for secret in CodeSecret.objects.select_related("person").iterator(CHUNK):
        found[ledger.subject_of(secret.person), CODE, secret.pk] = digest_of(secret)
    for passkey in Passkey.objects.select_related("person").iterator(CHUNK):
        found[ledger.subject_of(passkey.person), PASSKEY, passkey.pk] = digest_of(passkey)
    return found
