"""Beginning a draft with text that is there already: imported from Word, copied from an earlier paper, passed on from a received one."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_http_methods, require_POST

from circulars.access import copyable, drafting_units, legible, passing_units
from circulars.beginningforms import SPENT, BeginningForm, ImportForm, PassingOnForm
from circulars.copying import copy_draft
from circulars.docxin import NotImportable
from circulars.importing import import_word
from circulars.pages import CircularPage
from circulars.passingon import Manner, manners_for, refusal
from circulars.passingon import pass_on as begin_passing_on
from circulars.secrecygate import MarkFound, report
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
        except MarkFound as refused:
            form.refuse(refused.found)
        except (OutOfOrder, PermissionDenied) as refused:
            form.add_error(None, str(refused))
        else:
            return opened(request, page, "已导入为草稿，请逐项核对。")
    if form.is_bound and form.marked:
        report(form.marked, unit=form.cleaned_data["unit"], by=request.user, at=timezone.now())
    return render(request, "circulars/import_draft.html", {"form": form, "is_single": len(units) == 1})


@require_POST
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """An earlier paper begins a new draft, which opens in the editor."""
    page: CircularPage = get_object_or_404(copyable(request.user), pk=pk)
    form = BeginningForm(request.POST)
    if not form.is_valid():
        messages.error(request, SPENT)
        return redirect("circulars:drafts")
    try:
        begun = copy_draft(page, key=form.cleaned_data["key"], by=request.user, at=timezone.now())
    except (OutOfOrder, PermissionDenied) as refused:
        messages.error(request, str(refused))
        return redirect("circulars:drafts")
    return opened(request, begun, "已复制为新稿，请改好再送审。")


@require_http_methods(["GET", "HEAD", "POST"])
def pass_on(request: HttpRequest, pk: int) -> HttpResponse:
    """A received circular is passed on by a draft of the unit, if its issuer lets it go further."""
    delivery = get_object_or_404(legible(request.user), pk=pk)
    units = passing_units(request.user, delivery)
    if not units:
        raise Http404
    if reason := refusal(delivery):
        messages.error(request, reason)
        return redirect("circulars:reading", pk)
    circular = delivery.circular
    form = PassingOnForm(units, manners_for(circular), request.POST or None, initial={"key": uuid4()})
    if request.method == "POST" and form.is_valid():
        try:
            begun = begin_passing_on(
                delivery,
                Manner(form.cleaned_data["manner"]),
                issuer=form.cleaned_data["unit"],
                key=form.cleaned_data["key"],
                by=request.user,
                at=timezone.now(),
            )
        except (OutOfOrder, PermissionDenied) as refused:
            form.add_error(None, str(refused))
        else:
            return opened(request, begun, "已起草，原文和原附件附在后面；请写好正文再送审。")
    return render(request, "circulars/pass_on.html", {"delivery": delivery, "circular": circular, "form": form})


def opened(request: HttpRequest, page: CircularPage, done: str) -> Any:
    """The draft in the editor, with what its beginning says of it."""
    messages.success(request, done)
    if lines := page.origin.lines:
        told = format_html_join("", "<span>{}</span>", ((line,) for line in lines))
        messages.warning(request, format_html('<span class="account">{}</span>', told))
    return redirect("wagtailadmin_pages:edit", page.pk)
