"""The register of kit as a workbook, for secretariat and network office (Articles 6, 7 and 9)."""

from io import BytesIO

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.equipment import Device
from accounts.kitlist import asked
from cms.accesslog import Look, note
from reports.downloads import workbook_answer
from reports.kitbook import TITLE, write_register


@require_safe
def kit_workbook(request: HttpRequest) -> HttpResponse:
    """What the page shows with the same question, all of it."""
    now, wanted = timezone.localtime(), asked(request.GET)
    devices = (
        wanted.narrow(Device.objects.for_person(request.user), now.date()).select_related("unit", "keeper").in_order()
    )
    content = BytesIO()
    write_register(content, list(devices), narrowed=wanted.said, as_of=now)
    note(Look.EXPORTED, at=now, person=request.user, subject=f"{TITLE}（{wanted.said}）")
    return workbook_answer(content.getvalue(), plain=f"kit-{now:%Y%m%d}.xlsx", name=f"{TITLE}{now:%Y%m%d}.xlsx")
