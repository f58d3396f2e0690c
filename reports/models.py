"""Table of contents: every model of the app."""

from reports.snapshots import MonthlySnapshot, SnapshotRow

__all__ = ["MonthlySnapshot", "SnapshotRow"]
