"""What a search found as a workbook, for whoever may search (Articles 5 and 20)."""

from io import BytesIO

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from circulars.search.finding import find
from circulars.search.question import Question
from cms.accesslog import Look, note
from reports.downloads import workbook_answer
from reports.foundbook import TITLE, write_found

MOST = 2_000


@require_safe
def search_book(request: HttpRequest) -> HttpResponse:
    """The newest two thousand that the page would show with the same question."""
    now, question = timezone.localtime(), Question.asked_by(request.GET)
    found = find(request.user, question, most=MOST)
    content = BytesIO()
    write_found(content, found.circulars, said=question.said, is_whole=found.following is None, as_of=now)
    note(Look.EXPORTED, at=now, person=request.user, subject=f"{TITLE}（{len(found.circulars)} 件）")
    return workbook_answer(content.getvalue(), plain=f"found-{now:%Y%m%d}.xlsx", name=f"{TITLE}{now:%Y%m%d}.xlsx")
