"""线路巡检 on the desk: which lines of a quarter have their report, filed for many lines at once (Articles 8(1) and 16)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.inspections import LineInspection, correct_inspection, file_inspections, owing, report_due, reported
from accounts.lineforms import EVERY, InspectionCorrectionForm, InspectionForm
from accounts.lineregister import Line
from cms.accesslog import Look, note
from cms.areas import Area
from cms.attachments import FileChanged, serve
from cms.lifecycles import OutOfOrder
from cms.quarters import NotAQuarter, Quarter
from cms.ranges import asked_for
from cms.rowkeys import keys_in

PAGE = 50
SHOWS = (("", "全部"), ("missing", "没有报送"), ("late", "逾期报送"))


@require_http_methods(["GET", "HEAD", "POST"])
def inspections(request: HttpRequest) -> HttpResponse:
    """The lines of a quarter with their reports; whoever serves some of them files for those that have none."""
    now, user = timezone.now(), request.user
    this = Quarter.of(now)
    quarter, show = _asked(request, this), request.GET.get("show", "")
    filed = reported(quarter)
    late = Exists(
        LineInspection.objects.of(quarter).filter(line=OuterRef("pk"), first_filed_at__gt=F("due_at"), replaces=None)
    )
    seen = owing(Line.objects.for_person(user), quarter)
    counts = seen.aggregate(all=Count("pk"), missing=Count("pk", filter=~Q(filed)), late=Count("pk", filter=Q(late)))
    shown = seen.exclude(filed) if show == "missing" else seen.filter(late) if show == "late" else seen
    reports = LineInspection.objects.of(quarter).standing().select_related("filed_by")
    shown = shown.select_related("unit", "carrier__unit").prefetch_related(Prefetch("inspections", reports, "reports"))
    page = Paginator(shown.in_order(), PAGE).get_page(request.GET.get("page"))
    to_file = owing(Line.objects.served_by(user), quarter).exclude(filed)
    every = to_file.count() if quarter <= this else 0
    own = {line.pk for line in page} & set(
        to_file.filter(pk__in=[line.pk for line in page]).values_list("pk", flat=True)
    )
    form = InspectionForm(
        [line for line in page if line.pk in own],
        every,
        request.POST or None,
        request.FILES or None,
        initial={"inspected_on": timezone.localdate(now), "which": "chosen"},
    )
    if request.method == "POST":
        if not Line.objects.served_by(user).exists():
            raise Http404
        if not every:
            messages.info(request, f"{quarter.label}没有等待报送的线路，没有重复报送。")
            return HttpResponseRedirect(f"{reverse('accounts:inspections')}?quarter={quarter}")
        if answer := _filed(request, form, quarter, to_file, now):
            return answer
    return render(
        request,
        "accounts/inspections.html",
        {
            "page_obj": page,
            "ticked": set(keys_in(request.POST.getlist("lines"))),
            "own": own,
            "quarter": quarter,
            "quarters": _quarters(this, quarter),
            "this": this,
            "due_at": (due_at := report_due(quarter, Area.objects.home())),
            "is_overdue": due_at is not None and now > due_at,
            "counts": counts,
            "show": show,
            "shows": [(value, label, counts[value or "all"]) for value, label in SHOWS],
            "form": form,
            "may_file": every > 0,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def correct_line_inspection(request: HttpRequest, pk: int) -> HttpResponse:
    """Another report takes the place of one that was wrong."""
    wrong = _found(request, pk)
    if not Line.objects.served_by(request.user).filter(pk=wrong.line_id).exists():
        raise Http404
    stands = {name: getattr(wrong, name) for name in ("inspected_on", "result", "remark", "number")}
    form = InspectionCorrectionForm(request.POST or None, request.FILES or None, initial=stands)
    if request.method == "POST" and form.is_valid():
        try:
            correct_inspection(
                wrong, form.finding, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
            )
        except ValidationError as refused:
            _mark(form, refused)
        except OutOfOrder as refused:
            messages.info(request, str(refused))
            return redirect("accounts:line", wrong.line_id)
        else:
            messages.success(request, "已更正，原来的报告留在记录里；是否按时仍看首次报送的时间。")
            return redirect("accounts:line", wrong.line_id)
    return render(request, "accounts/correct_line_inspection.html", {"form": form, "report": wrong})


@require_safe
def inspection_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file of a report, as it came in."""
    report = _found(request, pk)
    if report.file is None:
        raise Http404
    try:
        answer = serve(report.file, report.file_name, part=asked_for(request))
    except FileChanged as refused:
        messages.error(request, str(refused))
        return redirect("accounts:line", report.line_id)
    note(Look.DOWNLOADED, at=timezone.now(), person=request.user, subject=str(report))
    return answer


def _filed(request: HttpRequest, form: InspectionForm, quarter: Quarter, to_file: Any, now: Any) -> HttpResponse | None:
    """The answer to a report that was filed; None where the page says what is wrong with it."""
    if not form.is_valid():
        return None
    keys = form.cleaned_data["lines"]
    if form.cleaned_data["which"] == EVERY:
        keys = list(to_file.values_list("pk", flat=True))
    try:
        count = file_inspections(keys, quarter, form.finding, by=request.user, at=now)
    except ValidationError as refused:
        _mark(form, refused)
        return None
    except PermissionDenied as refused:
        form.add_error(None, str(refused))
        return None
    messages.success(request, f"已报送 {count} 条线路的{quarter.label}巡检报告。")
    return HttpResponseRedirect(f"{reverse('accounts:inspections')}?quarter={quarter}")


def _asked(request: HttpRequest, this: Quarter) -> Quarter:
    try:
        return Quarter.parse(request.GET.get("quarter", ""))
    except NotAQuarter:
        return this


def _quarters(this: Quarter, shown: Quarter) -> list[Quarter]:
    """What may be chosen: this quarter and the seven before it, and the one that is shown."""
    found, quarter = [this], this.previous
    while quarter is not None and len(found) < 8:
        found.append(quarter)
        quarter = quarter.previous
    return sorted({*found, shown}, reverse=True)


def _found(request: HttpRequest, pk: int) -> LineInspection:
    seen = LineInspection.objects.for_person(request.user).select_related("line__unit", "line__carrier__unit", "file")
    return get_object_or_404(seen, pk=pk)


def _mark(form: Any, refused: ValidationError) -> None:
    """Each sentence stands at its field; what is about no field, on top."""
    for name, sentences in getattr(refused, "error_dict", {None: refused.messages}).items():
        form.add_error(name if name in form.fields else None, sentences)
