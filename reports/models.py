"""Table of contents: every model of the app."""

from reports.earlier import EarlierFigures, EarlierImport
from reports.snapshots import MonthlySnapshot, SnapshotRow
from reports.walls import WallScreen

__all__ = ["EarlierFigures", "EarlierImport", "MonthlySnapshot", "SnapshotRow", "WallScreen"]
