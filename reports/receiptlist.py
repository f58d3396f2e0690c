"""逐件签收清单: every receipt of a span on a line of its own, as the figures judge it (Articles 20, 22 and 28)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from accounts.units import Category
from circulars.deadlines import Urgency
from circulars.deliveries import Relief, ReturnCode
from cms.areas import Area
from cms.limits import when
from reports.longsheet import LongColumn
from reports.months import Span
from reports.receipts import Issuers, receipts_of, rounds_of, verdict_of
from reports.sheetlook import COUNT, MOMENT

TITLE = "逐件签收清单"
COLUMNS = (
    LongColumn("序号", 9, COUNT, align="center"),
    LongColumn("单位", 20),
    LongColumn("类别", 18),
    LongColumn("公文标题", 44),
    LongColumn("发文字号", 24),
    LongColumn("发文单位", 20),
    LongColumn("紧急程度", 9, align="center"),
    LongColumn("发送时间", 21, MOMENT),
    LongColumn("应签收时间", 21, MOMENT),
    LongColumn("签收或退回时间", 21, MOMENT),
    LongColumn("状态", 11, align="center"),
    LongColumn("用时(分钟)", 11, COUNT),
    LongColumn("登记时间", 21, MOMENT),
    LongColumn("催签次数", 9, COUNT),
    LongColumn("备注", 30),
)
NOTE = "普通件用时按办公时间计算，加急、特急按自然时间计算；电子公文，主送和抄送，不含已撤回的。依据：第二十条、第二十二条、第二十八条。"

_WORDS = {"on_time": "按时签收", "late": "逾期签收", "unsigned": "未签收", "relief": "免责", "not_due": "未到期"}
_SENT_BACK = {"on_time": "按时退回", "late": "逾期退回"}
_FETCHED_AT_ONCE = 2_000


@dataclass(frozen=True, kw_only=True)
class ReceiptList:
    """The receipts that issuers of an area sent within a span, as known at ``as_of``."""

    span: Span
    issuers: Issuers
    area: Area
    as_of: datetime

    def count(self) -> int:
        receipts, rounds = self._asked()
        return receipts.count() + rounds.count()

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """The values of ``COLUMNS``, by time of sending and then in the order of the register; one query, fetched as it is read."""
        for ordinal, row in enumerate(self._found().iterator(chunk_size=_FETCHED_AT_ONCE), 1):
            yield ordinal, *_told(row, self.as_of)

    def _found(self) -> QuerySet[Any, Any]:
        receipts, rounds = self._asked()
        relieved = ~Q(relief=Relief.NONE)
        selected = _selected(receipts, "", self.as_of, relieved)
        closed = _selected(rounds, "delivery__", self.as_of, relieved | Q(was_granted=True))
        selected = selected.union(closed, all=True)
        return selected.order_by("sent_at", "place", "code", "key")

    def _asked(self) -> tuple[QuerySet[Any], QuerySet[Any]]:
        return (
            receipts_of(self.span, as_of=self.as_of, issuers=self.issuers, area=self.area),
            rounds_of(self.span, as_of=self.as_of, issuers=self.issuers, area=self.area),
        )


def _selected(rows: QuerySet[Any], through: str, as_of: datetime, relieved: Q) -> QuerySet[Any, Any]:
    of = {
        "name": "unit_name",
        "kind": "unit__category",
        "title": "circular__title",
        "number": "circular__number",
        "issued_by": "circular__issuer_name",
        "place": "unit__sort_order",
        "code": "unit__code",
        "key": "pk",
    }
    named = {alias: F(f"{through}{path}") for alias, path in of.items()}
    return (
        rows.annotate(verdict=verdict_of(as_of, relieved), **named)
        .order_by()
        .values_list(
            *("name", "kind", "title", "number", "issued_by", "urgency", "sent_at", "due_at", "closed_at", "verdict"),
            *("signed_at", "taken_minutes", "registered_at", "urges", "relief", "return_code", "return_reason"),
            *("place", "code", "key"),
        )
    )


def _told(row: tuple[Any, ...], as_of: datetime) -> tuple[Any, ...]:
    (name, kind, title, number, issued_by, urgency, sent_at, due_at, closed_at, verdict) = row[:10]
    (signed_at, taken, registered_at, urges, relief, return_code, return_reason) = row[10:17]
    was_signed = signed_at is not None and signed_at <= as_of
    was_returned = closed_at is not None and not was_signed
    excuse = relief or (Relief.DECIDED if verdict == "relief" else "")
    remark = [str(Relief(excuse).label)] if excuse else []
    if was_returned:
        remark.append(f"退回：{return_reason or ReturnCode(return_code).label}")
    return (
        name,
        _CATEGORIES[kind],
        title,
        number,
        issued_by,
        _URGENCIES[urgency],
        sent_at,
        due_at,
        closed_at,
        _SENT_BACK.get(verdict, _WORDS[verdict]) if was_returned else _WORDS[verdict],
        taken if was_signed else None,
        registered_at if registered_at and registered_at <= as_of else None,
        urges,
        "；".join(remark),
    )


_CATEGORIES = {value: str(label) for value, label in Category.choices}
_URGENCIES = {value: str(label) for value, label in Urgency.choices}


def told_below(asked: ReceiptList) -> str:
    """What stands under the title: of which span and issuers, and as of when."""
    return f"统计范围：发文单位为{asked.issuers.said_in(asked.area)}；统计截止 {when(asked.as_of)}。{NOTE}"
