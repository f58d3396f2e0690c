"""One act of oversight done by a form of its own page: what was typed stays, a refusal is a sentence beside it (Articles 6 and 28)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from cms.lifecycles import OutOfOrder


@dataclass(frozen=True)
class ActPage:
    """What the page of an act says: heading, where it came from, the word of its button, the article, and what there is to know first."""

    title: str
    back: str
    back_label: str
    button: str
    article: str
    note: str = ""
    facts: tuple[tuple[str, str], ...] = ()


def done_by_form(
    request: HttpRequest, page: ActPage, form: forms.Form, act: Callable[..., Any], *, said: str, to: str = ""
) -> HttpResponse:
    """The act is done with what was typed, the next page says so; else the form is shown with what is wrong. It leads back, or where the record lives."""
    if request.method == "POST" and form.is_valid():
        try:
            done = act(**form.cleaned_data, by=request.user, at=timezone.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        except OutOfOrder as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, said)
            return redirect(to or getattr(done, "link", page.back))
    return render(request, "reports/act.html", {"page": page, "form": form})
