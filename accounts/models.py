"""Table of contents: every model of the app."""

from accounts.connections import Connection, ConnectionStep
from accounts.declarations import Declaration
from accounts.faults import Fault
from accounts.filings import Acknowledgement, Filing
from accounts.grants import UnitGroupObjectPermission, UnitUserObjectPermission
from accounts.handbacks import Handback
from accounts.handovers import Handover, HandoverItem
from accounts.keypictures import KeyPicture
from accounts.outages import Outage
from accounts.people import Post, User
from accounts.providers import Provider
from accounts.reachability import ReachabilityCheck
from accounts.roster import DutyDay
from accounts.seals import Custody, SealKey
from accounts.sealuses import SealUse
from accounts.slips import Slip
from accounts.standins import StandIn
from accounts.unitchanges import UnitChange
from accounts.unitduty import UnitDutyDay
from accounts.unitnames import UnitName
from accounts.units import Unit

__all__ = [
    "Acknowledgement",
    "Connection",
    "ConnectionStep",
    "Custody",
    "Declaration",
    "DutyDay",
    "Fault",
    "Filing",
    "Handback",
    "Handover",
    "HandoverItem",
    "KeyPicture",
    "Outage",
    "Post",
    "Provider",
    "ReachabilityCheck",
    "SealKey",
    "SealUse",
    "Slip",
    "StandIn",
    "Unit",
    "UnitChange",
    "UnitDutyDay",
    "UnitGroupObjectPermission",
    "UnitName",
    "UnitUserObjectPermission",
    "User",
]
