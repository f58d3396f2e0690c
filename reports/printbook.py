"""The workbook of a unit's print log: 打印登记簿, one row a sheet (Articles 3 and 19)."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import IO, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from circulars.printing import PrintedCopy
from circulars.printing.ledger import Asked
from cms.accesslog import Look, note
from reports.downloads import workbook_answer
from reports.onesheet import write_sheet
from reports.sheetlook import COUNT, MOMENT, Column

TITLE = "公文打印登记簿"


def _state(copy: Any) -> str:
    words = {"confirmed": "已作废", "declared": "待确认作废"}
    return words.get(copy.spoilt_state, "有效" if copy.is_original else "不计份数")


COLUMNS = (
    Column("序号", lambda copy, at: at.ordinal, 6, COUNT, align="center"),
    Column("打印时间", lambda copy, at: copy.printed_at, 21, MOMENT),
    Column("单位", lambda copy, at: copy.unit_name, 18),
    Column("文号", lambda copy, at: copy.delivery.circular.number, 24),
    Column("标题", lambda copy, at: copy.delivery.circular.title, 40),
    Column("种类", lambda copy, at: copy.get_kind_display(), 10, align="center"),
    Column("份号", lambda copy, at: copy.word if copy.is_original else "—", 16),
    Column("打印人", lambda copy, at: copy.printed_by.name, 10),
    Column("用途", lambda copy, at: copy.get_purpose_display(), 11),
    Column("状态", lambda copy, at: _state(copy), 13),
)


def write_log(file: IO[bytes], copies: Sequence[PrintedCopy], *, said: str, as_of: datetime) -> None:
    """The sheets in their order, one row each."""
    originals = sum(copy.is_original for copy in copies)
    counted = f"正本 {originals} 份，复印件 {len(copies) - originals} 次"
    write_sheet(
        file, COLUMNS, copies, title=TITLE, counted=counted, below=f"范围：{said}。", empty="没有打印。", as_of=as_of
    )


@require_safe
def print_workbook(request: HttpRequest) -> HttpResponse:
    """What the page shows with the same question, all of it, the earliest first."""
    now = timezone.localtime()
    asked = Asked.of(request.GET, now)
    content = BytesIO()
    write_log(content, list(asked.rows(request.user).order_by("printed_at", "pk")), said=asked.said, as_of=now)
    note(Look.EXPORTED, at=now, person=request.user, subject=f"{TITLE}（{asked.said}）"[:200])
    return workbook_answer(
        content.getvalue(), plain=f"prints-{asked.month}.xlsx", name=f"{TITLE}（{asked.month}）.xlsx"
    )
