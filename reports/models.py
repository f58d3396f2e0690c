"""Table of contents: every model of the app."""

from reports.accountability.record import CaseStep, DelayCase
from reports.guidance import GuidanceVisit
from reports.rectifications import Rectification, RectificationStep
from reports.snapshots import MonthlySnapshot, SnapshotRow
from reports.spotchecks.record import SpotCheck, SpotDraw, SpotFinding, SpotUnit

__all__ = [
    "CaseStep",
    "DelayCase",
    "GuidanceVisit",
    "MonthlySnapshot",
    "Rectification",
    "RectificationStep",
    "SnapshotRow",
    "SpotCheck",
    "SpotDraw",
    "SpotFinding",
    "SpotUnit",
]
