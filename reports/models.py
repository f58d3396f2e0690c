"""Table of contents: every model of the app."""

from reports.bulletins import Bulletin
from reports.explanations import AskedReceipt, Explanation, Ruling
from reports.named import NamedUnit
from reports.snapshots import MonthlySnapshot, SnapshotRow

__all__ = ["AskedReceipt", "Bulletin", "Explanation", "MonthlySnapshot", "NamedUnit", "Ruling", "SnapshotRow"]
