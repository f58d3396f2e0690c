"""Beginning a draft with text that is there already: imported from Word, copied from an earlier paper, passed on from a received one."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_http_methods

from circulars.access import drafting_units
from circulars.docxin import NotImportable
from circulars.forms import ImportForm
from circulars.importing import import_word
from circulars.pages import CircularPage
from cms.lifecycles import OutOfOrder


@require_http_methods(["GET", "HEAD", "POST"])
def import_draft(request: HttpRequest) -> HttpResponse:
    """A Word file becomes a draft and opens in the editor, with an account of what did not come along."""
    units = drafting_units(request.user)
    form = ImportForm(units, request.POST or None, request.FILES or None, initial={"key": uuid4()})
    if request.method == "POST" and form.is_valid():
        try:
            page = import_word(
                form.cleaned_data["unit"],
                form.cleaned_data["file"],
                key=form.cleaned_data["key"],
                by=request.user,
                at=timezone.now(),
            )
        except NotImportable as refused:
            form.add_error("file", str(refused))
        except (OutOfOrder, PermissionDenied) as refused:
            form.add_error(None, str(refused))
        else:
            return _opened(request, page, "已导入为草稿，请逐项核对。")
    return render(request, "circulars/import_draft.html", {"form": form, "is_single": len(units) == 1})


def _opened(request: HttpRequest, page: CircularPage, done: str) -> Any:
    """The draft in the editor, with what its beginning says of it."""
    messages.success(request, done)
    if lines := page.origin.lines:
        told = format_html_join("", "<li>{}</li>", ((line,) for line in lines))
        messages.warning(request, format_html('<ul class="account">{}</ul>', told))
    return redirect("wagtailadmin_pages:edit", page.pk)
