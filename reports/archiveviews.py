"""归档文件目录 as a workbook, for a unit's archivists and leaders (Article 27)."""

from io import BytesIO

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from circulars.archive.holdings import Holding
from circulars.archive.searching import Wanted, asked
from cms.accesslog import Look, note
from reports.archivebook import TITLE, write_catalogue
from reports.downloads import workbook_answer


@require_safe
def filed_workbook(request: HttpRequest) -> HttpResponse:
    """What the page shows with the same question, all of it."""
    now, wanted = timezone.localtime(), asked(request.GET)
    rows = wanted.narrow(Holding.objects.for_person(request.user).filed())
    content = BytesIO()
    ordered = rows.select_related("circular", "unit").order_by(*Wanted.ORDER)
    write_catalogue(content, list(ordered), narrowed=wanted.said, as_of=now)
    note(Look.EXPORTED, at=now, person=request.user, subject=f"{TITLE}（{wanted.said}）")
    return workbook_answer(content.getvalue(), plain=f"filed-{now:%Y%m%d}.xlsx", name=f"{TITLE}{now:%Y%m%d}.xlsx")
