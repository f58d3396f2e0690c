"""What an issuing unit has on its desk, list by list, for workbooks (Articles 19 to 21)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from accounts.roles import Right, units_where
from circulars.answers.standing import demanded_by
from circulars.checking import unchecked
from circulars.deliveries import with_receipts
from circulars.finishedreturns import finished, keys_of_finished
from circulars.numberregister import Fate, Line
from circulars.phonelist import unfinished
from circulars.registration import Circular
from circulars.views import answersheet, numbers, originals, sending, urging
from circulars.views import paper as papers
from circulars.views import returns as back
from reports.listbook import MOST, ORDINAL, ListBook, Rows, moment, paper
from reports.sheetlook import COUNT, NONE, Column

AT_ONCE = 100  # returns of which one question asks


def _self(row: Any) -> Any:
    return row


def _sent(request: HttpRequest, now: datetime) -> Rows:
    keys = list(sending.gone_out(request.user).values_list("pk", flat=True)[: MOST + 1])
    return with_receipts(Circular.objects.filter(pk__in=keys)).order_by("-sent_at", "-pk")


def _unchecked(request: HttpRequest, now: datetime) -> Rows:
    keys = unchecked(request.user, now).order_by("sent_at", "pk").values_list("pk", flat=True)
    return urging.receipts_beside(list(keys[: MOST + 1]))


def _finished(request: HttpRequest, now: datetime) -> Sequence[Any]:
    keys = list(keys_of_finished(request.user)[: MOST + 1])
    return [each for first in range(0, len(keys), AT_ONCE) for each in finished(keys[first : first + AT_ONCE])]


def _demanded(request: HttpRequest, now: datetime) -> Sequence[Any]:
    rows = list(demanded_by(units_where(request.user, Right.TRACK))[: MOST + 1])
    counts = answersheet.counts_of([row.pk for row in rows])
    return [(row, counts.get(row.pk)) for row in rows]


def _numbers(request: HttpRequest, now: datetime) -> Sequence[Line]:
    return list(numbers.question(request).lines[: MOST + 1])


def _next(row: Any) -> str:
    if row.scheduled_for:
        return "定时发送"
    return "等待用印" if row.state == Circular.State.REGISTERED else "等待发送"


def _signed(row: Any) -> str:
    return f"{row.signed_count}/{row.electronic_count}"


def _day(day: Any) -> str:
    return f"{day:%Y-%m-%d}" if day else "不限期"


def _standing(line: Line) -> str:
    return line.circular.get_state_display() if line.fate == Fate.USED and line.circular else line.fate.label


_OF_A_RETURN = (
    Column("原因", lambda row, at: row.get_return_code_display(), 18),
    Column("退回说明", lambda row, at: row.return_reason or NONE, 30),
    moment("退回时间", lambda row: row.returned_at),
)

BOOKS = {
    "to_be_numbered": ListBook(
        "等待复核登记",
        frozenset({Right.REGISTER}),
        lambda request, now: sending.to_register(request.user),
        (
            ORDINAL,
            Column("标题", lambda row, at: row.page.draft_title or row.page.title, 44),
            Column("文号系列", lambda row, at: row.page.series.prefix, 20),
            Column("签发人", lambda row, at: str(row.approved_by), 12),
            moment("签发时间", lambda row: row.approved_at),
        ),
    ),
    "to_be_sent": ListBook(
        "等待用印发送",
        frozenset({Right.TRACK}),
        lambda request, now: sending.to_send(request.user),
        (
            ORDINAL,
            *paper(_self),
            moment("登记时间", lambda row: row.registered_at),
            Column("下一步", lambda row, at: _next(row), 12, align="center"),
            moment("定时", lambda row: row.scheduled_for),
        ),
    ),
    "outbox": ListBook(
        "已发送公文",
        frozenset({Right.TRACK}),
        _sent,
        (
            ORDINAL,
            *paper(_self),
            moment("发送时间", lambda row: row.sent_at),
            Column("签收", lambda row, at: _signed(row), 10, align="center"),
            Column("没有通知到", lambda row, at: row.unnotified_count, 12, COUNT),
            Column("状态", lambda row, at: row.get_state_display(), 10, align="center"),
        ),
    ),
    "to_notify": ListBook(
        "待通知",
        frozenset({Right.SEND}),
        lambda request, now: unfinished(request.user),
        (
            ORDINAL,
            *paper(_self),
            moment("发送时间", lambda row: row.sent_at),
            moment("签收期限", lambda row: row.due_at),
            Column("没有通知到", lambda row, at: row.unnotified_count, 12, COUNT),
        ),
    ),
    "returns": ListBook(
        "退文",
        frozenset({Right.TRACK}),
        lambda request, now: back.unfinished(request.user, request.GET.get("show", "")),
        (
            ORDINAL,
            Column("退回单位", lambda row, at: row.unit_name, 20),
            *paper(lambda row: row.circular),
            *_OF_A_RETURN,
            moment("签收退文", lambda row: row.acknowledged_at),
        ),
    ),
    "returns_done": ListBook(
        "已办结的退文",
        frozenset({Right.TRACK}),
        _finished,
        (
            ORDINAL,
            Column("退回单位", lambda row, at: row.delivery.unit_name, 20),
            *paper(lambda row: row.delivery.circular),
            *(
                Column(each.head, lambda row, at, each=each: each.show(row.kept, at), each.width, each.format)  # type: ignore[misc]
                for each in _OF_A_RETURN
            ),
            Column("办理结果", lambda row, at: row.outcome, 14),
            Column("办理人", lambda row, at: str(row.by), 12),
            moment("办理时间", lambda row: row.at),
        ),
    ),
    "originals_asked": ListBook(
        "增印申请",
        frozenset({Right.REGISTER}),
        lambda request, now: originals.listed(request.user, is_done=request.GET.get("show") == "done"),
        (
            ORDINAL,
            Column("收文单位", lambda row, at: row.delivery.unit_name, 20),
            *paper(lambda row: row.delivery.circular),
            Column("申请份数", lambda row, at: row.wanted, 10, COUNT),
            Column("原因", lambda row, at: row.reason, 30),
            moment("申请时间", lambda row: row.asked_at),
            Column("答复", lambda row, at: row.get_state_display(), 10, align="center"),
            Column("同意份数", lambda row, at: row.granted or NONE, 10, COUNT),
            moment("答复时间", lambda row: row.answered_at),
        ),
    ),
    "paper": ListBook(
        "纸质件",
        frozenset({Right.SEND, Right.REGISTER, Right.INSPECT}),
        lambda request, now: papers.listed(request.user, request.GET.get("show", ""), now),
        (
            ORDINAL,
            Column("收文单位", lambda row, at: row.delivery.unit_name, 20),
            *paper(lambda row: row.delivery.circular),
            Column("份数", lambda row, at: row.originals, 8, COUNT),
            moment("应送自", lambda row: row.owed_from),
            moment("送达期限", lambda row: row.delivery.due_at),
            moment("送达时间", lambda row: row.delivered_at),
            Column("接收人", lambda row, at: row.taken_by or NONE, 12),
            Column("值班电话", lambda row, at: row.delivery.unit.duty_phone or NONE, 16),
        ),
    ),
    "unchecked": ListBook(
        "未核对签收情况",
        frozenset({Right.SEND, Right.INSPECT}),
        _unchecked,
        (
            ORDINAL,
            *paper(_self),
            moment("发送时间", lambda row: row.sent_at),
            Column("未签收", lambda row, at: f"{row.open_count}/{row.electronic_count}", 10, align="center"),
            moment("上次核对", lambda row: row.checked_at),
        ),
    ),
    "demanded": ListBook(
        "答复情况",
        frozenset({Right.TRACK}),
        _demanded,
        (
            ORDINAL,
            *paper(lambda row: row[0]),
            moment("发送时间", lambda row: row[0].sent_at),
            Column("答复方式", lambda row, at: "回执表" if row[0].demand.has_form else "公文", 10, align="center"),
            Column("答复期限", lambda row, at: _day(row[0].demand.last_day), 13, align="center"),
            Column("应答复", lambda row, at: row[1].asked if row[1] else 0, 8, COUNT),
            Column("已答复", lambda row, at: row[1].came if row[1] else 0, 8, COUNT),
        ),
    ),
    "numbers": ListBook(
        "文号登记簿",
        frozenset({Right.TRACK, Right.INSPECT}),
        _numbers,
        (
            ORDINAL,
            Column("文号", lambda row, at: row.said, 28),
            Column("发文单位", lambda row, at: str(row.series.unit), 20),
            Column("情况", lambda row, at: _standing(row), 10, align="center"),
            Column("标题", lambda row, at: row.circular.title if row.circular else NONE, 44),
            Column("作废原因", lambda row, at: row.voided.reason if row.voided else NONE, 30),
            moment("时间", lambda row: row.voided.at if row.voided else row.circular and row.circular.registered_at),
            Column("办理人", lambda row, at: _who(row), 12),
        ),
    ),
}


def _who(line: Line) -> str:
    if line.voided:
        return str(line.voided.by)
    return str(line.circular.registrar) if line.circular else NONE
