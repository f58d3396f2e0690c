"""What a receiving unit has on its desk, list by list, for workbooks (Articles 19, 20 and 22)."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest

from accounts.overseeing import area_overseen
from accounts.roles import Right, units_where
from circulars.answers.standing import owed_by
from circulars.incoming.lying import lying_by_unit, lying_of
from circulars.receipts import Receipt
from circulars.views import printledger, problems, receiving, registering
from cms.ruleversions import NoRules
from cms.workdays import CalendarMissing
from reports.listbook import ORDINAL, ListBook, moment, paper
from reports.sheetlook import COUNT, MOMENT, NONE, Column

_UNIT = Column("收文单位", lambda row, at: row.unit_name, 20)
_NO_LIMIT, _PENDING = "不计时限", "待定"


def _circular(row: Any) -> Any:
    return row.circular


def _limit(row: Any) -> Any:
    return row.due_at or (_PENDING if row.must_sign else _NO_LIMIT)


def _counted(ask: Any) -> Any:
    """What was asked; where it cannot be counted there is no list."""
    try:
        return ask()
    except (CalendarMissing, NoRules):
        raise Http404 from None


def _lying(request: HttpRequest, now: datetime) -> Any:
    return _counted(lambda: lying_of(units_where(request.user, Right.READ), area_overseen(request.user), now))


def _answer_limit(row: Any) -> str:
    day = row.circular.demand.last_day
    return f"{day:%Y-%m-%d}" if day else "不限期"


BOOKS = {
    "inbox": ListBook(
        "收文",
        frozenset({Right.READ}),
        lambda request, now: receiving.listed(request.user, request.GET, now)[2],
        (
            ORDINAL,
            Column("状态", lambda row, at: row.get_state_display(), 10, align="center"),
            Column("标题", lambda row, at: row.circular.title, 44),
            Column("文号", lambda row, at: row.circular.number, 24),
            Column("缓急", lambda row, at: row.get_urgency_display(), 8, align="center"),
            Column("来文单位", lambda row, at: row.circular.issuer_name, 20),
            _UNIT,
            moment("发送时间", lambda row: row.sent_at),
            Column("签收期限", lambda row, at: _limit(row), 21, MOMENT),
            moment("签收时间", lambda row: row.signed_at),
            moment("退回、撤回时间", lambda row: row.returned_at or row.recalled_at),
        ),
    ),
    "to_register": ListBook(
        "待登记收文",
        frozenset({Right.HANDLE_INCOMING}),
        lambda request, now: registering.waiting_for(request.user),
        (
            ORDINAL,
            *paper(_circular),
            Column("签收时间", lambda row, at: row.signed_at or "收到纸质件", 21, MOMENT),
            Column("签收期限", lambda row, at: _limit(row), 21, MOMENT),
        ),
    ),
    "left_lying": ListBook(
        "签而不办",
        frozenset({Right.READ}),
        _lying,
        (
            ORDINAL,
            *paper(_circular),
            _UNIT,
            moment("签收时间", lambda row: row.signed_at),
            Column("签收人", lambda row, at: str(row.signed_by), 12),
        ),
    ),
    "lying_by_unit": ListBook(
        "各单位签而不办",
        frozenset({Right.INSPECT}),
        lambda request, now: _counted(lambda: lying_by_unit(area_overseen(request.user, Right.INSPECT), now)),
        (
            ORDINAL,
            Column("单位", lambda row, at: row["unit__name"], 30),
            Column("件数", lambda row, at: row["count"], 8, COUNT),
            moment("最早签收时间", lambda row: row["oldest"]),
        ),
    ),
    "owed_answers": ListBook(
        "待答复收文",
        frozenset({Right.READ}),
        lambda request, now: owed_by(units_where(request.user, Right.READ)),
        (
            ORDINAL,
            *paper(_circular),
            _UNIT,
            Column(
                "答复方式", lambda row, at: "回执表" if row.circular.demand.has_form else "公文", 10, align="center"
            ),
            Column("答复期限", lambda row, at: _answer_limit(row), 13, align="center"),
            moment("签收时间", lambda row: row.signed_at),
        ),
    ),
    "receipts_to_sign": ListBook(
        "回执待补签",
        frozenset({Right.RECEIVE}),
        lambda request, now: (
            Receipt.objects.to_sign(request.user).select_related("delivery__circular", "unit").order_by("pk")
        ),
        (
            ORDINAL,
            *paper(lambda row: row.delivery.circular),
            Column("收文单位", lambda row, at: row.delivery.unit_name, 20),
            moment("签收时间", lambda row: row.signed_at),
        ),
    ),
    "spoilt_copies": ListBook(
        "待确认作废的印件",
        frozenset({Right.CONFIRM_SPOILT}),
        lambda request, now: printledger.waiting_for(request.user),
        (
            ORDINAL,
            *paper(lambda row: row.copy.delivery.circular),
            Column("印件", lambda row, at: row.copy.word, 14),
            Column("原因", lambda row, at: row.reason, 30),
            Column("申报人", lambda row, at: str(row.declared_by), 12),
            moment("申报时间", lambda row: row.declared_at),
        ),
    ),
    "problems": ListBook(
        "收文问题",
        frozenset({Right.READ, Right.TRACK, Right.INSPECT, Right.OPERATE}),
        lambda request, now: problems.listed(request.user, request.GET.get("show", "")),
        (
            ORDINAL,
            Column("状态", lambda row, at: row.get_state_display(), 10, align="center"),
            Column("问题", lambda row, at: row.get_code_display(), 16),
            Column("公文", lambda row, at: row.what or NONE, 40),
            Column("报告单位", lambda row, at: str(row.unit), 20),
            moment("报告时间", lambda row: row.reported_at),
            Column("发文单位", lambda row, at: str(row.issuer), 20),
            Column("值班电话", lambda row, at: row.unit.duty_phone or NONE, 16),
        ),
    ),
}
