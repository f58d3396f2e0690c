"""密钥服务 on the desk: the year's re-issues, the ledger of fees, the letters, and the vendor's own tasks (Articles 8, 12, 14 and 17)."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts import fees as feebook
from accounts import keyletters, keyservice
from accounts.backups import BackupRun, months_owed
from accounts.fees import FeeEntry
from accounts.keyletters import KeyLetter
from accounts.keyserviceforms import LetterForm, vendors
from accounts.renewals import ROUTES, Renewal
from accounts.roles import Right, units_where
from accounts.seals import SealKey
from accounts.units import Payer
from cms.attachments import FileChanged, serve
from cms.paging import OpenEnded
from cms.ranges import asked_for

PAGE = 25
FIRST_YEAR = 2000


def year_asked(text: str, this_year: int) -> int:
    """The year written in the text; this one where it is none that has begun."""
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else this_year
    return year if FIRST_YEAR <= year <= this_year else this_year


@require_safe
def key_service(request: HttpRequest) -> HttpResponse:
    """密钥服务情况: every key made anew for damage in a year and whether in time, and what needs somebody's hand today."""
    now = timezone.now()
    this_year = timezone.localdate(now).year
    year = year_asked(request.GET.get("year", ""), this_year)
    rows = keyservice.reissues(year, as_of=now)
    return render(
        request,
        "accounts/key_service.html",
        {
            "rows": rows,
            "late": sum(row.is_late for row in rows),
            "waiting": sum(row.issued_at is None for row in rows),
            "unscanned": sum(not row.has_scan for row in rows),
            "standing": keyservice.standing(now),
            "year": year,
            "years": range(this_year, this_year - 6, -1),
        },
    )


@require_safe
def fees(request: HttpRequest) -> HttpResponse:
    """收费台账: every payment and counter-row of a year, the newest first, and the sums of its renewals; of the newest year of all where none is asked."""
    this_year = timezone.localdate().year
    own, payer = Renewal.objects.for_person(request.user), request.GET.get("payer", "")
    newest = own.aggregate(year=Max("round__year"))["year"] or this_year
    year = year_asked(request.GET.get("year", ""), max(newest, this_year)) if request.GET.get("year") else newest
    seen = own.filter(round__year=year)
    entries = FeeEntry.objects.filter(renewal__in=seen)
    if payer in Payer.values:
        entries = entries.filter(renewal__payer=payer)
    known = ("renewal__key__unit", "renewal__round__provider__unit", "entered_by", "counter")
    page = OpenEnded(entries.select_related(*known).order_by("-paid_on", "-pk"), PAGE)
    return render(
        request,
        "accounts/fees.html",
        {
            "page_obj": page.get_page(request.GET.get("page")),
            "sums": [(line, ROUTES[payer]) for payer, line in feebook.sums(seen).items()],
            "year": year,
            "years": range(max(newest, this_year), this_year - 5, -1),
            "payer": payer,
            "payers": Payer.choices,
        },
    )


@require_safe
def vendor_tasks(request: HttpRequest) -> HttpResponse:
    """续费和备份: the renewals whose clock runs and the back-up of this month, for the people of the vendor."""
    now = timezone.now()
    today = timezone.localdate(now)
    own = list(vendors(request.user, today).filter(unit__in=units_where(request.user, Right.SERVE)))
    renewals = Renewal.objects.filter(round__provider__unit__in={one.unit_id for one in own})
    running = renewals.with_vendor().shown().order_by("due_at", "pk")
    month = today.replace(day=1)
    last = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    begun = {run.provider_id: run for run in BackupRun.objects.standing().filter(provider__in=own, month=month)}
    unfinished = BackupRun.objects.running().filter(provider__in=own, month__lt=month).select_related("provider__unit")
    page = OpenEnded(running, PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "accounts/vendor_tasks.html",
        {
            "page_obj": page,
            "rows": [(renewal, renewal.days_late(now)) for renewal in page.object_list],
            "backups": [(one, begun.get(one.pk), bool(months_owed(one, month, last))) for one in own],
            "unfinished": [(run, run.days_late(now)) for run in unfinished.order_by("month")],
            "month": month,
            "last": last,
        },
    )


@require_safe
def letter_scan(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The scan of a letter, for those who see its key."""
    seen = SealKey.objects.for_person(request.user)
    letter = get_object_or_404(KeyLetter.objects.select_related("scan"), pk=pk, scan__isnull=False, key__in=seen)
    try:
        return serve(letter.scan, letter.file_name, part=asked_for(request))
    except FileChanged as changed:
        messages.error(request, str(changed))
        return redirect("accounts:key", letter.key_id)


@require_POST
def add_letter_scan(request: HttpRequest, pk: int) -> HttpResponse:
    """The scan of a letter that was only numbered is on record."""
    key = get_object_or_404(SealKey.objects.for_person(request.user), pk=pk)
    form = LetterForm(request.POST, request.FILES)
    if form.is_valid():
        scan = form.cleaned_data["scan"]
        try:
            keyletters.add_scan(key, scan, getattr(scan, "uploaded_name", ""), by=request.user, at=timezone.now())
        except ValidationError as wrong:
            messages.error(request, " ".join(wrong.messages))
        except PermissionDenied as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, "介绍信扫描件已登记。")
    else:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect("accounts:key", pk)
