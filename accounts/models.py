"""Table of contents: every model of the app."""

from accounts.acceptances import Acceptance
from accounts.acknowledgements import Acknowledgement
from accounts.backups import BackupRun
from accounts.browsers import UnitBrowser
from accounts.codesecrets import CodeSecret
from accounts.connections import Connection, ConnectionStep
from accounts.declarations import Declaration
from accounts.deductionsheets import DeductionSheet, SheetLine
from accounts.drills import Drill
from accounts.equipment import Device, DeviceCustody
from accounts.faults import Fault
from accounts.fees import FeeEntry
from accounts.filings import Filing
from accounts.grants import UnitGroupObjectPermission, UnitUserObjectPermission
from accounts.handbacks import Handback
from accounts.handovers import Handover, HandoverItem
from accounts.inspections import LineInspection
from accounts.keyletters import KeyLetter
from accounts.keypictures import KeyPicture
from accounts.lineoutages import LineOutage
from accounts.lineregister import Line
from accounts.lookins import LookIn
from accounts.networks import ClientNetwork
from accounts.outages import Outage
from accounts.passkeys import Passkey
from accounts.pastpasswords import PastPassword
from accounts.people import Post, User
from accounts.providers import Provider
from accounts.reachability import ReachabilityCheck
from accounts.recoverycodes import RecoveryCode
from accounts.renewals import Renewal, RenewalRound
from accounts.repairs import Repair
from accounts.roster import DutyDay
from accounts.seals import Custody, SealKey
from accounts.sealuses import SealUse
from accounts.selfchecks import EquipmentCheck, KitProblem
from accounts.slips import Slip
from accounts.standins import StandIn
from accounts.unitchanges import UnitChange
from accounts.unitduty import UnitDutyDay
from accounts.unitnames import UnitName
from accounts.units import Unit

__all__ = [
    "Acceptance",
    "Acknowledgement",
    "BackupRun",
    "ClientNetwork",
    "CodeSecret",
    "Connection",
    "ConnectionStep",
    "Custody",
    "Declaration",
    "DeductionSheet",
    "Device",
    "DeviceCustody",
    "Drill",
    "DutyDay",
    "EquipmentCheck",
    "Fault",
    "FeeEntry",
    "Filing",
    "Handback",
    "Handover",
    "HandoverItem",
    "KeyLetter",
    "KeyPicture",
    "KitProblem",
    "Line",
    "LineInspection",
    "LineOutage",
    "LookIn",
    "Outage",
    "Passkey",
    "PastPassword",
    "Post",
    "Provider",
    "ReachabilityCheck",
    "RecoveryCode",
    "Renewal",
    "RenewalRound",
    "Repair",
    "SealKey",
    "SealUse",
    "SheetLine",
    "Slip",
    "StandIn",
    "Unit",
    "UnitBrowser",
    "UnitChange",
    "UnitDutyDay",
    "UnitGroupObjectPermission",
    "UnitName",
    "UnitUserObjectPermission",
    "User",
]
