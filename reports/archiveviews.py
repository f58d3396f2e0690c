"""归档文件目录, 移交清单 and 销毁清册 as workbooks, for those who see the pages (Article 27)."""

from io import BytesIO

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from circulars.archive.destructionlists import DestructionList
from circulars.archive.holdings import Holding
from circulars.archive.searching import Wanted, asked
from circulars.archive.transferrecords import Transfer
from circulars.secrecycases import shut_circulars
from cms.accesslog import Look, note
from reports.archivebook import TITLE, write_catalogue
from reports.archivesheets import write_destruction, write_transfer
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


@require_safe
def transfer_workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """One list of transfer, for both sides; of a blocked paper nothing."""
    now = timezone.localtime()
    rows = Transfer.objects.for_person(request.user).select_related("unit", "to", "drawn_by", "received_by")
    found, content = get_object_or_404(rows, pk=pk), BytesIO()
    lines = found.lines.exclude(holding__circular__in=shut_circulars()).select_related("holding__circular")
    write_transfer(content, found, list(lines.order_by("pk")), as_of=now)
    note(Look.EXPORTED, at=now, person=request.user, subject=f"{found}（{found.unit.code}）")
    return workbook_answer(
        content.getvalue(), plain=f"transfer-{found.year}-{found.sequence}.xlsx", name=f"{found}.xlsx"
    )


@require_safe
def destruction_workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """One list of destruction, for whoever sees it."""
    now, people = timezone.localtime(), ("drawn_by", "first_by", "second_by", "refused_by", "witness", "done_by")
    rows = DestructionList.objects.for_person(request.user).select_related("unit", *people)
    found, content = get_object_or_404(rows, pk=pk), BytesIO()
    write_destruction(content, found, list(found.lines.legible()), as_of=now)
    note(Look.EXPORTED, at=now, person=request.user, subject=f"{found}（{found.unit.code}）")
    return workbook_answer(
        content.getvalue(), plain=f"destruction-{found.year}-{found.sequence}.xlsx", name=f"{found}.xlsx"
    )
