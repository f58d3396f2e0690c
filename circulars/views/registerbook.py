"""收文登记簿 on the desk: the book, one entry, the sheet to print, and what lies unregistered (Articles 19, 20 and 22)."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.overseeing import area_overseen
from accounts.roles import Right, may, units_where
from accounts.units import Unit
from circulars.amendmentnotes import notes_for
from circulars.incoming import Incoming
from circulars.incoming.asking import SHOWS, Asked, asked
from circulars.incoming.book import RegisterBook
from circulars.incoming.correcting import EntryCorrection, hindrance_to_correction
from circulars.incoming.lying import days_allowed, lying_by_unit, lying_of
from cms.paging import OpenEnded
from cms.ruleversions import NoRules
from cms.workdays import CalendarMissing

PAGE = 50
ON_ONE_SHEET = 2000  # lines of one printed register; a unit has some hundreds in a year


@require_safe
def book(request: HttpRequest) -> HttpResponse:
    """The register of one of the person's units, the latest number first."""
    units, wanted = question(request)
    rows = wanted.narrow(Incoming.objects.for_person(request.user)).shown()
    page = OpenEnded(rows, PAGE).get_page(request.GET.get("page"))
    books = RegisterBook.objects.filter(unit=wanted.unit, year=wanted.year)
    book_of_year = books.select_related("started_by").first()
    is_untouched = book_of_year is None or book_of_year.is_untouched
    return render(
        request,
        "circulars/register_book.html",
        {
            "page_obj": page,
            "asked": wanted,
            "shows": SHOWS.items(),
            "units": units,
            "years": _years(units, timezone.localdate().year),
            "months": range(1, 13),
            "registers": may(request.user, Right.HANDLE_INCOMING, wanted.unit.pk),
            "book": book_of_year,
            "may_start": is_untouched
            and wanted.year == timezone.localdate().year
            and _starts(request.user, wanted.unit),
            "amended": notes_for(request.user, [row.circular_id for row in page.object_list if row.circular_id]),
        },
    )


@require_safe
def printed(request: HttpRequest) -> HttpResponse:
    """The same lines on sheets of A4 across, the first number first."""
    _, wanted = question(request)
    rows = wanted.narrow(Incoming.objects.for_person(request.user)).shown().order_by("sequence")[:ON_ONE_SHEET]
    return render(request, "circulars/register_sheet.html", {"asked": wanted, "entries": rows})


@require_safe
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry: what came, when, under which numbers, and how far it has got."""
    rows = Incoming.objects.for_person(request.user).legible().shown()
    found = get_object_or_404(rows.select_related("unit"), pk=pk)
    return render(
        request,
        "circulars/entry.html",
        {
            "entry": found,
            "registers": may(request.user, Right.HANDLE_INCOMING, found.unit_id),
            "is_correctable": not hindrance_to_correction(found),
            "corrections": EntryCorrection.objects.filter(entry=found).select_related("by").prefetch_related("fields"),
            "may_go_back": found.is_open and (found.delivery is None or found.delivery.may_go_back),
            "amended": notes_for(request.user, [found.circular_id] if found.circular_id else []),
        },
    )


@require_safe
def lying(request: HttpRequest) -> HttpResponse:
    """签而不办 of the person's own units."""
    now, area = timezone.now(), area_overseen(request.user)
    page, sentence = _counted(
        lambda: OpenEnded(lying_of(units_where(request.user, Right.READ), area, now), PAGE).get_page(
            request.GET.get("page")
        )
    )
    context = {
        "page_obj": page,
        "sentence": sentence,
        "days": days_allowed(area, now) if page is not None else None,
        "registers": bool(units_where(request.user, Right.HANDLE_INCOMING)),
    }
    return render(request, "circulars/left_lying.html", context)


@require_safe
def lying_units(request: HttpRequest) -> HttpResponse:
    """签而不办 by unit, for who inspects: numbers alone."""
    now, area = timezone.now(), area_overseen(request.user, Right.INSPECT)
    rows, sentence = _counted(lambda: list(lying_by_unit(area, now)))
    days = days_allowed(area, now) if rows is not None else None
    return render(request, "circulars/lying_by_unit.html", {"rows": rows, "sentence": sentence, "days": days})


def question(request: HttpRequest) -> tuple[list[Unit], Asked]:
    """The units whose books the person reads, and what is asked of one of them."""
    units = list(Unit.objects.filter(pk__in=units_where(request.user, Right.READ)).in_order())
    if not units:
        raise Http404
    return units, asked(request.GET, units, timezone.localdate())


def _starts(user: Any, unit: Unit) -> bool:
    return may(user, Right.HANDLE_INCOMING, unit.pk) or may(user, Right.INSTRUCT, unit.pk)


def _years(units: list[Unit], this_year: int) -> list[int]:
    kept = RegisterBook.objects.filter(unit__in=units).values_list("year", flat=True)
    return sorted({*kept, this_year}, reverse=True)


def _counted(ask: Any) -> tuple[Any, str]:
    """What was asked, or why it cannot be counted."""
    try:
        return ask(), ""
    except (CalendarMissing, NoRules) as missing:
        return None, str(missing)
