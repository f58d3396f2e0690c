"""公布月度统计: the desk's page and act of publishing a month (Article 28)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.overseeing import area_overseen
from accounts.roles import Right
from cms.areas import Area
from cms.lifecycles import OutOfOrder
from reports.bulletins import Bulletin
from reports.monthly import NothingSent, month_report
from reports.months import Month, NotAMonth, month_asked
from reports.receipts import Issuers
from reports.snapshots import LONGEST_REASON, MonthlySnapshot, publish
from reports.views import issuers_asked


@require_http_methods(["GET", "HEAD", "POST"])
def publish_month(request: HttpRequest) -> HttpResponse:
    """What would be published and, once it is, the month's page; a refusal is a sentence, and what was typed stays."""
    now, area, issuers = timezone.localtime(), area_overseen(request.user, Right.REPORT), issuers_asked(request)
    reason, refusal = request.POST.get("reason", ""), ""
    try:
        month = month_asked(request.GET.get("month", ""), now=now)
        if request.method == "POST":
            with transaction.atomic():
                Area.objects.select_for_update().get(pk=area.pk)  # no bulletin is opened meanwhile
                _refuse_beside_bulletin(month, issuers, area)
                snapshot = publish(month, issuers=issuers, area=area, reason=reason, by=request.user, at=now)
            messages.success(request, f"{snapshot}已公布，以后的签收不再改变它。")
            return redirect(reverse("reports:month", query={"month": str(month), "issuers": issuers.value}))
    except NotAMonth as mistaken:
        messages.error(request, str(mistaken))
        return redirect("reports:month")
    except OutOfOrder as refused:
        refusal = str(refused)
    except ValidationError as refused:
        refusal = " ".join(refused.messages)
    try:
        report = month_report(month, as_of=now, issuers=issuers, area=area)
    except NothingSent as nothing:
        messages.error(request, str(nothing))
        return redirect(reverse("reports:month", query={"month": str(month), "issuers": issuers.value}))
    return render(
        request,
        "reports/publish.html",
        {
            "report": report,
            "month": month,
            "issuers": issuers,
            "issuers_said": issuers.said_in(area),
            "is_over": now >= month.ends_at,
            "newest": MonthlySnapshot.objects.newest_of(month, issuers, area),
            "reason": reason,
            "refusal": refusal,
            "longest": LONGEST_REASON,
        },
    )


def _refuse_beside_bulletin(month: Month, issuers: Issuers, area: Area) -> None:
    """Raises ``OutOfOrder`` while the month's bulletin is under way: its approval publishes."""
    if under_way := Bulletin.objects.of(month, issuers, area).unfinished().first():
        raise OutOfOrder(f"{month.label}正在办理通报，审定时一并公布（{under_way.opened_by}办理）。")
