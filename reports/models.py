"""Table of contents: every model of the app."""

from reports.snapshots import MonthlySnapshot, SnapshotRow
from reports.walls import WallScreen

__all__ = ["MonthlySnapshot", "SnapshotRow", "WallScreen"]
