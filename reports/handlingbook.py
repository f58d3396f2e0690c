"""待办, 待批 and 待阅 as workbooks, rows → xlsx (Article 19)."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.roles import Right, units_where
from circulars.handlinglists import LISTS, Line, lines, listed
from cms.accesslog import Look, note
from reports.downloads import workbook_answer
from reports.onesheet import write_sheet
from reports.sheetlook import COUNT, MOMENT, NONE, Column

COLUMNS = (
    Column("序号", lambda line, at: at.ordinal, 6, COUNT, align="center"),
    Column("收文号", lambda line, at: line.incoming.number, 18),
    Column("标题", lambda line, at: line.incoming.title, 44),
    Column("来文单位", lambda line, at: line.incoming.sender_name, 20),
    Column("来文字号", lambda line, at: line.incoming.document_number or NONE, 24),
    Column("缓急", lambda line, at: line.incoming.get_urgency_display(), 8, align="center"),
    Column("登记时间", lambda line, at: line.incoming.registered_at, 21, MOMENT),
    Column("环节", lambda line, at: line.word, 10, align="center"),
    Column("在谁手里", lambda line, at: line.whose or NONE, 26),
    Column("办理时限", lambda line, at: line.due_at or NONE, 21, MOMENT),
    Column("是否超期", lambda line, at: "已超期" if line.tone == "late" else NONE, 9, align="center"),
)
_RIGHTS = {
    "to_handle": (Right.HANDLE_INCOMING, Right.DO_WORK),
    "to_instruct": (Right.INSTRUCT,),
    "to_read": (Right.READ_CIRCULATED,),
}


@require_safe
def handling_workbook(request: HttpRequest, name: str) -> HttpResponse:
    """What the list of this name shows, all of it."""
    if not any(units_where(request.user, right) for right in _RIGHTS.get(name, ())):
        raise Http404
    now, title = timezone.localtime(), LISTS[name].title
    content = BytesIO()
    _write(content, lines(listed(name, request.user), now), title=title, as_of=now)
    note(Look.EXPORTED, at=now, person=request.user, subject=f"{title}收文")
    return workbook_answer(content.getvalue(), plain=f"{name}-{now:%Y%m%d}.xlsx", name=f"{title}收文{now:%Y%m%d}.xlsx")


def _write(file: BytesIO, rows: Sequence[Line], *, title: str, as_of: datetime) -> None:
    write_sheet(
        file,
        COLUMNS,
        rows,
        title=f"{title}收文",
        counted=f"共 {len(rows)} 件",
        below="本单位内部使用，不对外提供。",
        empty="没有收文。",
        as_of=as_of,
        tab=title,
    )
