"""Keys of our small city, brought to a stage by the verbs that people use."""

from datetime import datetime
from typing import Any

from accounts.people import User
from accounts.sealissue import activate, issue, request_key
from accounts.seals import KeyKind, SealKey
from accounts.units import Unit
from tests.cast import MONDAY, City

PIN = "802713"


def requested(city: City, kind: str = KeyKind.UNIT_SEAL, *, at: datetime = MONDAY, **what: Any) -> SealKey:
    """The engineer has asked for a key: the office's seal, or the attentive unit's clerk's certificate."""
    keeper: User = what.pop("keeper", city.keeper if kind == KeyKind.UNIT_SEAL else city.clerk)
    unit: Unit = what.pop("unit", city.office if kind == KeyKind.UNIT_SEAL else city.attentive)
    return request_key(unit, kind, keeper, by=what.pop("by", city.engineer), at=at, **what)


def issued(city: City, kind: str = KeyKind.UNIT_SEAL, *, at: datetime = MONDAY, **what: Any) -> SealKey:
    key = requested(city, kind, at=at, **what)
    issue(key, by=city.engineer, at=at)
    return key


def in_force(city: City, kind: str = KeyKind.UNIT_SEAL, *, at: datetime = MONDAY, **what: Any) -> SealKey:
    key = issued(city, kind, at=at, **what)
    activate(key, PIN, by=key.keeper, at=at)
    return key
