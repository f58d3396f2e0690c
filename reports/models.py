"""Table of contents: every model of the app."""

from reports.bookorders import BookOrder
from reports.earlier import EarlierFigures, EarlierImport
from reports.snapshots import MonthlySnapshot, SnapshotRow
from reports.walls import WallScreen

__all__ = ["BookOrder", "EarlierFigures", "EarlierImport", "MonthlySnapshot", "SnapshotRow", "WallScreen"]
