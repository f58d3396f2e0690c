"""人员报备 as the two offices see and answer it, and the newcomer's letter (Articles 23 and 24)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.acknowledgements import Office, offices_of
from accounts.contacts import note_numbers
from accounts.filings import Filing
from accounts.letters import write_letters
from accounts.overseeing import oversees
from accounts.roles import Right, may
from accounts.staffforms import RefusalForm
from accounts.views.letters import printed
from cms.accesslog import Look, note
from cms.attachments import serve
from cms.lifecycles import OutOfOrder
from cms.paging import OpenEnded
from cms.ranges import asked_for
from cms.textmessages import masked

PAGE = 25
SHOWS = {"waiting": "待我确认", "open": "待确认", "closed": "已办结"}


@require_safe
def filings(request: HttpRequest) -> HttpResponse:
    """What waits for the person's office, what waits for either, or what is closed."""
    show = request.GET.get("show", "waiting")
    if show not in SHOWS:
        show = "waiting"
    rows = Filing.objects.for_person(request.user).select_related("unit", "division", "leaver", "filed_by")
    rows = rows.prefetch_related("acknowledgements")
    if show == "closed":
        rows = rows.exclude(state=Filing.State.FILED).order_by("-closed_at", "-pk")
    else:
        rows = (rows.waiting_for(request.user) if show == "waiting" else rows.open()).order_by("filed_at", "pk")
    page, this_year = OpenEnded(rows, PAGE).get_page(request.GET.get("page")), timezone.localdate().year
    context = {"page_obj": page, "show": show, "shows": SHOWS.items(), "years": range(this_year, this_year - 6, -1)}
    return render(request, "accounts/filings.html", context)


@require_safe
def filing(request: HttpRequest, pk: int) -> HttpResponse:
    """One change: who goes and comes, the letter, who has acknowledged it, and what the person may do about it."""
    return _shown(request, _filing(request, pk), RefusalForm())


@require_POST
def acknowledge_filing(request: HttpRequest, pk: int) -> HttpResponse:
    """One office knows of the change."""
    filed = _filing(request, pk)
    office = request.POST.get("office", "")
    if office not in offices_of(request.user):
        raise Http404
    try:
        filed.acknowledge(office, by=request.user, at=timezone.now())
    except (OutOfOrder, PermissionDenied) as refused:
        messages.error(request, str(refused))
    else:
        area = filed.unit.area
        awaited = "、".join(each.said_in(area) for each in filed.missing_offices())
        messages.success(
            request,
            f"{Office(office).said_in(area)}已确认。" + (f"等待{awaited}确认。" if awaited else "变动已经备案。"),
        )
    return redirect("accounts:filing", pk)


@require_POST
def refuse_filing(request: HttpRequest, pk: int) -> HttpResponse:
    """The filing goes back with the reason."""
    filed, form = _filing(request, pk), RefusalForm(request.POST)
    if not offices_of(request.user):
        raise Http404
    if not form.is_valid():
        return _shown(request, filed, form)
    try:
        filed.refuse(reason=form.cleaned_data["refusal"], by=request.user, at=timezone.now())
    except (OutOfOrder, PermissionDenied) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "已退回，报备单位会收到原因。")
    return redirect("accounts:filing", pk)


@require_POST
def account_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """The newcomer's letter with the code, on this answer and nowhere else."""
    filed = _filing(request, pk)
    try:
        letters = write_letters([filed.person_id] if filed.person_id else [], by=request.user, at=timezone.now())
    except (OutOfOrder, PermissionDenied) as refused:
        messages.error(request, str(refused))
        return redirect("accounts:filing", pk)
    return printed(request, letters)


@require_safe
def filing_scan(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The scan of the letter."""
    filed = _filing(request, pk)
    if filed.letter is None:
        raise Http404
    note(Look.DOWNLOADED, at=timezone.now(), person=request.user, subject=f"报备函件 {request.path}")
    return serve(filed.letter, filed.letter_name or "报备函件.pdf", part=asked_for(request))


def _shown(request: HttpRequest, filed: Filing, form: RefusalForm) -> HttpResponse:
    missing = [office for office in filed.missing_offices() if office in filed.offices_for(request.user)]
    area = filed.unit.area
    is_concerned = request.user.pk in (filed.filed_by_id, filed.leaver_id, filed.person_id)
    if filed.mobile:
        note_numbers(request)
    known = filed.person.mobile if filed.person and filed.state == Filing.State.FILED else ""
    return render(
        request,
        "accounts/filing.html",
        {
            "filing": filed,
            "known_number": masked(known) if known and filed.mobile and known != filed.mobile else "",
            "acknowledgements": [
                (Office(each.office).said_in(area), each)
                for each in filed.acknowledgements.select_related("given_by").order_by("given_at")
            ],
            "missing": [office.said_in(area) for office in filed.missing_offices()],
            "may_acknowledge": [] if is_concerned else [(office.said_in(area), office) for office in missing],
            "may_refuse": filed.state == Filing.State.FILED
            and bool(filed.offices_for(request.user))
            and not is_concerned,
            "may_print": may(request.user, Right.HELP_SIGN_IN) and filed.needs_letter(),
            "oversees": oversees(request.user, Right.CONFIRM_STAFF, filed.unit),
            "form": form,
        },
    )


def _filing(request: HttpRequest, pk: int) -> Filing:
    known = Filing.objects.for_person(request.user).select_related(
        "unit__area", "leaver", "person", "filed_by", "closed_by"
    )
    return get_object_or_404(known.select_related("letter"), pk=pk)
