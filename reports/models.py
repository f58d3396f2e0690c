"""Table of contents: every model of the app."""

from reports.bookorders import BookOrder
from reports.snapshots import MonthlySnapshot, SnapshotRow

__all__ = ["BookOrder", "MonthlySnapshot", "SnapshotRow"]
