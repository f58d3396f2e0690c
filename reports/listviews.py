"""导出 Excel of the lists of the desk: what the page shows with the same question, all of it (Articles 19, 20 and 28)."""

from io import BytesIO

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.roles import units_where
from cms.accesslog import Look, note
from reports import archivelists, receivedlists, sentlists
from reports.downloads import workbook_answer
from reports.listbook import MOST, write_list

BOOKS = receivedlists.BOOKS | sentlists.BOOKS | archivelists.BOOKS


@require_safe
def list_workbook(request: HttpRequest, name: str) -> HttpResponse:
    """The first two thousand lines of the list of this name, for whoever has the list."""
    book = BOOKS.get(name)
    if book is None or not any(units_where(request.user, right) for right in book.rights):
        raise Http404
    now = timezone.localtime()
    rows = list(book.rows(request, now)[: MOST + 1])
    content = BytesIO()
    write_list(content, book, rows[:MOST], is_whole=len(rows) <= MOST, as_of=now)
    note(Look.EXPORTED, at=now, person=request.user, subject=f"{book.title}（{min(len(rows), MOST)} 条）")
    return workbook_answer(
        content.getvalue(), plain=f"{name.replace('_', '-')}-{now:%Y%m%d}.xlsx", name=f"{book.title}{now:%Y%m%d}.xlsx"
    )
