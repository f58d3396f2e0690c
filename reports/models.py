"""Table of contents: every model of the app."""

from reports.accountability.record import CaseStep, DelayCase
from reports.bookorders import BookOrder
from reports.bulletins import Bulletin, Lengthening
from reports.earlier import EarlierFigures, EarlierImport
from reports.explanations import AskedReceipt, Explanation, Ruling
from reports.guidance import GuidanceVisit
from reports.named import NamedUnit
from reports.rectifications import Rectification, RectificationStep
from reports.snapshots import MonthlySnapshot, SnapshotRow
from reports.spotchecks.record import SpotCheck, SpotDraw, SpotFinding, SpotUnit
from reports.walls import WallScreen

__all__ = [
    "AskedReceipt",
    "BookOrder",
    "Bulletin",
    "CaseStep",
    "DelayCase",
    "EarlierFigures",
    "EarlierImport",
    "Explanation",
    "GuidanceVisit",
    "Lengthening",
    "MonthlySnapshot",
    "NamedUnit",
    "Rectification",
    "RectificationStep",
    "Ruling",
    "SnapshotRow",
    "SpotCheck",
    "SpotDraw",
    "SpotFinding",
    "SpotUnit",
    "WallScreen",
]
