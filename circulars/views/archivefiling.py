"""The archivist's desk: what is to be filed, what was filed, and one paper with its term, its check and its package (Article 27)."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.roles import Right, may, units_where
from circulars.archive.filing import change_term, file, leave
from circulars.archive.fonds import Fonds
from circulars.archive.givingout import hand_out
from circulars.archive.holdings import Holding, HoldingQuerySet
from circulars.archive.packagechecks import check, latest
from circulars.archive.packaging import PackageBroken
from circulars.archive.scope import Outcome, Rule, proposed, rules_of
from circulars.archive.searching import Wanted, asked
from circulars.archiveforms import TermForm
from circulars.views.ticked import marked, ticked
from cms.lifecycles import OutOfOrder
from cms.paging import OpenEnded
from cms.signing.keys import KeyRefused

PAGE = 25
SHOWS = (("open", "待归档"), ("late", "逾期未归档"), ("left", "不归档"))


@require_safe
def to_file(request: HttpRequest) -> HttpResponse:
    """What is not filed yet, the most pressing first, each with what the scope list proposes."""
    return _list(request)


def _list(request: HttpRequest) -> HttpResponse:
    today, show = timezone.localdate(), request.GET.get("show", "open")
    show = show if show in dict(SHOWS) else "open"
    page = Paginator(unfiled(request.user, show, today), PAGE).get_page(request.GET.get("page"))
    units = units_where(request.user, Right.KEEP_ARCHIVE)
    offices = dict(Fonds.objects.filter(unit__in=units).values_list("unit", "office"))
    rules = {unit: rules_of(unit, today) for unit in {row.unit_id for row in page.object_list}}
    return render(
        request,
        "archive/to_file.html",
        {
            "page_obj": page,
            "rows": [_line(request, row, rules[row.unit_id], offices.get(row.unit_id, "")) for row in page.object_list],
            "chosen": marked(request),
            "fileable": any(not row.delivery or row.delivery.handled_at for row in page.object_list),
            "outcomes": Outcome.choices,
            "show": show,
            "shows": SHOWS,
            "today": today,
            "several": len(units) > 1,
            "nameless": bool(units - offices.keys()),
            "late": Holding.objects.kept_by(request.user).late(today).count(),
        },
    )


def _line(
    request: HttpRequest, row: Holding, rules: tuple[Rule, ...], office: str
) -> tuple[Holding, Outcome, str, str]:
    """A paper with what the scope list proposes for it, what was chosen of that, and the office: as typed, or that usually files there."""
    outcome = Outcome(proposed(rules, row.circular, row.origin))
    chosen = request.POST.get(f"term-{row.pk}", outcome.value)
    return row, outcome, chosen, request.POST.get(f"office-{row.pk}", office)


def unfiled(user: Any, show: str, today: date) -> HoldingQuerySet:
    """What stands in the list of this name, else in that of what is to be filed."""
    rows = Holding.objects.kept_by(user).select_related("circular", "unit", "delivery")
    if show == "left":
        return rows.filter(state=Holding.State.LEFT).order_by("-since", "-pk")
    rows = rows.late(today) if show == "late" else rows.to_file()
    return rows.order_by("file_by", "since", "pk")


@require_POST
def file_papers(request: HttpRequest) -> HttpResponse:
    """The ticked papers are filed or left out as was chosen for each; what cannot be is named, keeps what was typed and nobody else from it."""
    mine = Holding.objects.kept_by(request.user).select_related("circular", "unit").order_by("since", "pk")
    try:
        found = ticked(mine, request.POST.getlist("paper"), most=PAGE)
    except OutOfOrder as error:
        messages.error(request, str(error))
        return _list(request)
    now, done, refused = timezone.now(), 0, []
    offices = dict(Fonds.objects.filter(unit__in={row.unit_id for row in found}).values_list("unit", "office"))
    for row in found:
        chosen = request.POST.get(f"term-{row.pk}", "")
        office = request.POST.get(f"office-{row.pk}", "").strip().upper() or offices.get(row.unit_id, "")
        try:
            if chosen == Outcome.LEFT:
                leave(row, by=request.user, at=now)
            else:
                file(row, chosen, office, by=request.user, at=now)
        except ValidationError as error:
            refused.append(f"{row.circular.number}：{error.messages[0]}")
        except OutOfOrder as error:
            refused.append(f"{row.circular.number}：{error}")
        else:
            done += 1
    if done:
        messages.success(request, f"已办理 {done} 件。")
    for sentence in refused:
        messages.error(request, sentence)
    if not (done or refused):
        messages.error(request, "没有选中可以办理的公文：没有勾选，或者已封存。")
    if refused or not done:
        return _list(request)
    shown = request.GET.get("show")
    return redirect(reverse("circulars:to_file") + (f"?show={shown}" if shown in dict(SHOWS) else ""))


@require_safe
def filed(request: HttpRequest) -> HttpResponse:
    """What bears an archival code, by code, year, term and words."""
    wanted = asked(request.GET)
    rows = wanted.narrow(Holding.objects.for_person(request.user).filed())
    page = OpenEnded(rows.select_related("circular", "unit").order_by(*Wanted.ORDER), PAGE)
    units = units_where(request.user, Right.KEEP_ARCHIVE) | units_where(request.user, Right.APPROVE_DESTRUCTION)
    context = {"page_obj": page.get_page(request.GET.get("page")), "wanted": wanted, "several": len(units) > 1}
    return render(request, "archive/filed.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def holding(request: HttpRequest, pk: int) -> HttpResponse:
    """One paper that the unit keeps; a press gives it another term."""
    kept = get_object_or_404(_found(request), pk=pk)
    files = may(request.user, Right.KEEP_ARCHIVE, kept.unit_id)
    form = TermForm(request.POST or None, initial={"term": kept.term})
    if request.method == "POST":
        kept = get_object_or_404(_found(request).kept_by(request.user), pk=pk)
        if form.is_valid() and _changed(request, kept, form):
            return redirect("circulars:holding", pk)
    checked = latest([kept.pk]).get(kept.pk)
    return render(
        request,
        "archive/holding.html",
        {
            "kept": kept,
            "circular": kept.circular,
            "form": form,
            "files": files,
            "checked": checked,
            "changes": kept.term_changes.select_related("by"),
            "appraisals": kept.appraisals.select_related("by"),
            "may_change": files and kept.state == Holding.State.FILED,
            "has_package": files and kept.state in (Holding.State.FILED, Holding.State.TRANSFERRED),
        },
    )


def _changed(request: HttpRequest, kept: Holding, form: TermForm) -> bool:
    try:
        change_term(kept, by=request.user, at=timezone.now(), **form.cleaned_data)
    except ValidationError as refused:
        form.add_error(None, refused)
        return False
    except OutOfOrder as refused:
        messages.error(request, str(refused))
        return True
    messages.success(request, f"已变更 {kept.code} 的保管期限。")
    return True


@require_POST
def check_package(request: HttpRequest, pk: int) -> HttpResponse:
    """The package of a filed paper is judged by the four properties, and the results stand on its page."""
    kept = get_object_or_404(_found(request).kept_by(request.user), pk=pk)
    try:
        done = check(kept, by=request.user, at=timezone.now())
    except (OutOfOrder, KeyRefused) as refused:
        messages.error(request, str(refused))
    else:
        if done.passed:
            messages.success(request, f"{kept.code} 的四性检测通过。")
        else:
            messages.error(request, f"{kept.code} 的四性检测没有通过：{done.first_fault}。")
    return redirect("circulars:holding", pk)


@require_POST
def take_package(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The checked package of a filed paper as a download; every press is on record."""
    kept = get_object_or_404(_found(request).kept_by(request.user), pk=pk)
    try:
        package = hand_out(kept, by=request.user, at=timezone.now())
    except (OutOfOrder, PackageBroken, KeyRefused) as refused:
        messages.error(request, str(refused))
        return redirect("circulars:holding", pk)
    return zipped(package, f"{kept.code}.zip")


def zipped(content: Any, name: str) -> FileResponse:
    """A package as a download that nobody keeps on the way."""
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return FileResponse(content, as_attachment=True, filename=name, content_type="application/zip", headers=headers)


def _found(request: HttpRequest) -> HoldingQuerySet:
    rows = Holding.objects.for_person(request.user)
    return rows.select_related("circular__page", "unit", "delivery__signed_by", "filed_by")
