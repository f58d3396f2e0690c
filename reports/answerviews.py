"""The workbook of a circular's answers as a download, for who follows the unit's circulars (2012 regulation art. 24(7))."""

from io import BytesIO

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.roles import Right, units_where
from circulars.answers.standing import demanded_by
from circulars.answers.table import answer_table
from cms.accesslog import Look, note
from reports.answerbook import answer_book
from reports.downloads import workbook_answer


@require_safe
def answers_workbook(request: HttpRequest, uuid: str) -> HttpResponse:
    """回执汇总表 as it is now; written down."""
    circular = get_object_or_404(demanded_by(units_where(request.user, Right.TRACK)), uuid=uuid)
    now = timezone.now()
    table = answer_table(circular, circular.demand, now)
    content = BytesIO()
    answer_book(circular, circular.demand, table, as_of=now).save(content)
    name = f"{circular.number} 回执汇总表"
    note(Look.EXPORTED, at=now, person=request.user, subject=name, circular=circular.uuid)
    return workbook_answer(content.getvalue(), plain="answers.xlsx", name=f"{name}.xlsx")
