"""What an archivist has on the desk, list by list, for workbooks (Article 27)."""

from typing import Any

from django.utils import timezone

from accounts.roles import Right
from circulars.views import archivedestruction, archivefiling, archivetransfers
from reports.listbook import ORDINAL, ListBook, moment, paper
from reports.sheetlook import NONE, Column

_DAY = "yyyy-mm-dd"


def _term(row: Any) -> str:
    return str(row.get_term_display()) if row.term else "不归档"


BOOKS = {
    "to_file": ListBook(
        "待归档公文",
        frozenset({Right.KEEP_ARCHIVE}),
        lambda request, now: archivefiling.unfiled(request.user, request.GET.get("show", ""), timezone.localdate(now)),
        (
            ORDINAL,
            *paper(lambda row: row.circular),
            Column("归档单位", lambda row, at: str(row.unit), 20),
            Column("来源", lambda row, at: row.get_part_display(), 10, align="center"),
            Column("收发日期", lambda row, at: row.since, 13, _DAY),
            Column("归档期限", lambda row, at: row.file_by or NONE, 13, _DAY),
            moment("办结时间", lambda row: row.delivery and row.delivery.handled_at),
        ),
    ),
    "to_appraise": ListBook(
        "待鉴定公文",
        frozenset({Right.KEEP_ARCHIVE}),
        lambda request, now: archivedestruction.ended(request.user, timezone.localdate(now)),
        (
            ORDINAL,
            Column("档号", lambda row, at: row.code or NONE, 30),
            *paper(lambda row: row.circular),
            Column("保管期限", lambda row, at: _term(row), 10, align="center"),
            Column("保管至", lambda row, at: row.kept_until, 13, _DAY),
        ),
    ),
    "destructions": ListBook(
        "销毁清册",
        frozenset({Right.KEEP_ARCHIVE, Right.APPROVE_DESTRUCTION, Right.RECEIVE}),
        lambda request, now: archivedestruction.drawn(request.user, request.GET.get("show", "")),
        (
            ORDINAL,
            Column("清册", lambda row, at: str(row), 28),
            Column("单位", lambda row, at: str(row.unit), 24),
            moment("编制时间", lambda row: row.drawn_at),
            Column("状态", lambda row, at: row.get_state_display(), 14, align="center"),
        ),
    ),
    "transfers": ListBook(
        "移交清单",
        frozenset({Right.KEEP_ARCHIVE}),
        lambda request, now: archivetransfers.drawn(request.user),
        (
            ORDINAL,
            Column("清单", lambda row, at: str(row), 28),
            Column("移交单位", lambda row, at: str(row.unit), 24),
            Column("接收档案馆", lambda row, at: str(row.to), 24),
            moment("编制时间", lambda row: row.drawn_at),
            Column("状态", lambda row, at: row.get_state_display(), 14, align="center"),
        ),
    ),
}
