"""Kit of our cast: devices of the attentive unit, registered by its clerk."""

from datetime import date
from typing import Any

from accounts.equipment import Device, register_device
from tests.cast import MONDAY


def device(city: Any, kind: str = "computer", serial: str = "SN-001", **changes: Any) -> Device:
    """A device of the attentive unit in use, kept by its clerk."""
    given = {
        "unit": city.attentive,
        "kind": kind,
        "model": "长城 世恒",
        "serial": serial,
        "keeper": city.clerk,
        "conforms": True,
        "in_use_since": date(2026, 1, 5),
        "by": city.clerk,
        "at": MONDAY,
    }
    return register_device(**given | changes)
