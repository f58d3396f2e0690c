"""Table of contents: every model of the app."""

from accounts.connections import Connection, ConnectionStep
from accounts.faults import Fault
from accounts.grants import UnitGroupObjectPermission, UnitUserObjectPermission
from accounts.keypictures import KeyPicture
from accounts.handbacks import Handback
from accounts.handovers import Handover, HandoverItem
from accounts.outages import Outage
from accounts.people import Post, User
from accounts.providers import Provider
from accounts.roster import DutyDay
from accounts.seals import Custody, SealKey
from accounts.sealuses import SealUse
from accounts.slips import Slip
from accounts.standins import StandIn
from accounts.unitchanges import UnitChange
from accounts.unitnames import UnitName
from accounts.units import Unit

__all__ = [
    "Connection",
    "ConnectionStep",
    "Custody",
    "DutyDay",
    "Fault",
    "KeyPicture",
    "Handback",
    "Handover",
    "HandoverItem",
    "Outage",
    "Post",
    "Provider",
    "SealKey",
    "SealUse",
    "Slip",
    "StandIn",
    "Unit",
    "UnitChange",
    "UnitGroupObjectPermission",
    "UnitName",
    "UnitUserObjectPermission",
    "User",
]
