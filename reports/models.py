"""Table of contents: every model of the app."""

from reports.bookorders import BookOrder
from reports.bulletins import Bulletin
from reports.earlier import EarlierFigures, EarlierImport
from reports.explanations import AskedReceipt, Explanation, Ruling
from reports.named import NamedUnit
from reports.snapshots import MonthlySnapshot, SnapshotRow
from reports.walls import WallScreen

__all__ = [
    "AskedReceipt",
    "BookOrder",
    "Bulletin",
    "EarlierFigures",
    "EarlierImport",
    "Explanation",
    "MonthlySnapshot",
    "NamedUnit",
    "Ruling",
    "SnapshotRow",
    "WallScreen",
]
