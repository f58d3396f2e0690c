"""What a search found as a workbook, for whoever may search (Articles 5 and 20)."""

from io import BytesIO
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from circulars.search.finding import find
from circulars.search.question import Question
from cms.accesslog import Look, note
from reports.foundbook import TITLE, write_found
from reports.views import XLSX

MOST = 2_000


@require_safe
def search_book(request: HttpRequest) -> HttpResponse:
    """The newest two thousand that the page would show with the same question."""
    now, question = timezone.localtime(), Question.asked_by(request.GET)
    found = find(request.user, question, most=MOST)
    content = BytesIO()
    write_found(content, found.circulars, said=question.said, is_whole=found.following is None, as_of=now)
    note(Look.EXPORTED, at=now, person=request.user, subject=f"{TITLE}（{len(found.circulars)} 件）")
    name = quote(f"{TITLE}{now:%Y%m%d}.xlsx", safe="")
    plain = f'filename="found-{now:%Y%m%d}.xlsx"'
    return HttpResponse(
        content.getvalue(),
        content_type=XLSX,
        headers={
            "Content-Disposition": f"attachment; {plain}; filename*=UTF-8''{name}",
            "Cache-Control": "no-store",
        },
    )
