"""起始号 on the desk: a book of the year goes on from where a count by hand had come (Article 19)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.roles import Right, units_where
from accounts.units import Unit
from circulars.incoming.beginning import start_book as start
from circulars.incoming.book import RegisterBook
from circulars.startingform import StartingForm
from circulars.views.handling import add_errors
from cms.lifecycles import OutOfOrder


@require_http_methods(["GET", "HEAD", "POST"])
def start_book(request: HttpRequest, code: str) -> HttpResponse:
    """The number at which the unit's book of this year begins, and the ground; both once, before anything is entered."""
    keys = units_where(request.user, Right.HANDLE_INCOMING) | units_where(request.user, Right.INSTRUCT)
    unit = get_object_or_404(Unit.objects.filter(pk__in=keys, is_division=False), code=code)
    form = StartingForm(request.POST or None)
    now = timezone.now()
    if request.method == "POST" and form.is_valid():
        try:
            book = start(unit, form.cleaned_data["first"], form.cleaned_data["ground"], by=request.user, at=now)
        except ValidationError as wrong:
            add_errors(form, wrong)
        except OutOfOrder as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{book.year}年的收文号从{book.first_number}编起。")
            return redirect(f"{reverse('circulars:register_book')}?unit={unit.code}")
    year = timezone.localdate(now).year
    book_of_year = RegisterBook.objects.filter(unit=unit, year=year).first()
    context = {"unit": unit, "form": form, "year": year, "may_start": book_of_year is None or book_of_year.is_untouched}
    return render(request, "circulars/start_book.html", context)
