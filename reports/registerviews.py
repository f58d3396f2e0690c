"""A unit's register as a workbook, for its own people (Article 19)."""

from io import BytesIO

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from circulars.incoming import Incoming
from circulars.views.registerbook import question
from cms.accesslog import Look, note
from reports.downloads import workbook_answer
from reports.registerbook import TITLE, write_register


@require_safe
def register_workbook(request: HttpRequest) -> HttpResponse:
    """What the page shows with the same question, all of it, in the order of the numbers."""
    now, (_, wanted) = timezone.localtime(), question(request)
    entries = wanted.narrow(Incoming.objects.for_person(request.user)).shown().order_by("sequence")
    content = BytesIO()
    write_register(content, list(entries), narrowed=wanted.said, as_of=now)
    note(Look.EXPORTED, at=now, person=request.user, subject=f"{TITLE}（{wanted.unit.code}，{wanted.period}）")
    period = f"{wanted.year}-{wanted.month:02}" if wanted.month else str(wanted.year)
    return workbook_answer(content.getvalue(), plain=f"register-{period}.xlsx", name=f"{TITLE}{wanted.period}.xlsx")
