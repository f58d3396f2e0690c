"""Table of contents: every model of the app."""

from accounts.faults import Fault
from accounts.grants import UnitGroupObjectPermission, UnitUserObjectPermission
from accounts.keypictures import KeyPicture
from accounts.outages import Outage
from accounts.people import Post, User
from accounts.providers import Provider
from accounts.roster import DutyDay
from accounts.seals import Custody, SealKey
from accounts.sealuses import SealUse
from accounts.slips import Slip
from accounts.standins import StandIn
from accounts.units import Unit

__all__ = [
    "Custody",
    "DutyDay",
    "Fault",
    "KeyPicture",
    "Outage",
    "Post",
    "Provider",
    "SealKey",
    "SealUse",
    "Slip",
    "StandIn",
    "Unit",
    "UnitGroupObjectPermission",
    "UnitUserObjectPermission",
    "User",
]
