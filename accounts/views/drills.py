"""恢复演练 on the desk: which back-ups were restored for a test, and whether the last good one is recent enough (Article 17)."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.drills import Drill

PAGE = 24


@require_safe
def drills(request: HttpRequest) -> HttpResponse:
    """Every drill, the latest first, and a complaint when none of the last month was good."""
    page = Paginator(Drill.objects.order_by("-finished_at", "-pk"), PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "accounts/drills.html",
        {
            "page_obj": page,
            "overdue": Drill.objects.is_overdue(timezone.now()),
            "last_good": Drill.objects.good().newest(),
        },
    )
