"""签收矩阵: all units of the area beside many circulars, on a page that scrolls inside, and as a workbook (Articles 6, 20 and 28)."""

from datetime import datetime
from io import BytesIO

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.overseeing import area_overseen
from accounts.roles import Right
from accounts.units import Category, Unit
from circulars.access import trackable
from circulars.deadlines import Urgency
from circulars.receiptmatrix import Matrix, receipt_matrix
from circulars.templatetags.standing import SHORT
from cms.accesslog import Look, note
from cms.areas import Area
from reports.downloads import workbook_answer
from reports.matrixbook import TITLE, write_matrix
from reports.receipts import Issuers, issuing_units
from reports.wholematrix import MOST, Asked, Reach, circulars_asked


@require_safe
def matrix(request: HttpRequest) -> HttpResponse:
    """A hundred circulars at most, each cell with its word; head and unit stay in sight."""
    asked, now = Asked.of(request.GET), timezone.localtime()
    found, is_whole = _found(request, asked, now)
    issuing = issuing_units(Issuers.ALL, _area(request)).values("pk")
    return render(
        request,
        "reports/matrix.html",
        {
            "asked": asked,
            "matrix": found,
            "is_whole": is_whole,
            "most": MOST,
            "all_reaches": Reach.choices,
            "all_urgencies": Urgency.choices,
            "categories": Category.choices,
            "issuers": Unit.objects.issuing().filter(pk__in=issuing).only("short_name").in_order(),
            "columns": list(zip(found.circulars, found.open_counts, strict=True)),
            "words": [(word, said) for word, said in SHORT.items() if word],
        },
    )


@require_safe
def matrix_workbook(request: HttpRequest) -> HttpResponse:
    """The same as a workbook."""
    asked, now = Asked.of(request.GET), timezone.localtime()
    found, is_whole = _found(request, asked, now)
    content = BytesIO()
    write_matrix(content, found, asked=asked.said, is_whole=is_whole, as_of=now)
    note(Look.EXPORTED, at=now, person=request.user, subject=f"{TITLE}（{asked.said}）")
    return workbook_answer(content.getvalue(), plain=f"matrix-{now:%Y%m%d}.xlsx", name=f"{TITLE}{now:%Y%m%d}.xlsx")


def _found(request: HttpRequest, asked: Asked, now: datetime) -> tuple[Matrix, bool]:
    """The matrix, and whether it has all that was asked for."""
    wanted = circulars_asked(asked, trackable(request.user), area=_area(request), now=now)
    circulars = list(wanted[: MOST + 1])
    found = receipt_matrix(circulars[:MOST], now, only_open=asked.only_open, category=asked.category)
    return found, len(circulars) <= MOST


def _area(request: HttpRequest) -> Area:
    assert request.user.is_authenticated
    return area_overseen(request.user, Right.INSPECT)
