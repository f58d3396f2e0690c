"""打印登记: what the unit has printed, by month and paper, and the spoilt sheets that wait for a leader (Articles 3 and 19)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Right, units_where
from circulars.printing import PrintedCopy, SpoiltCopy
from circulars.printing.ledger import Asked
from circulars.printingforms import AnswerForm
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from cms.paging import OpenEnded

PAGE = 50


@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """The sheets that the person's units printed in a month, the latest first."""
    now = timezone.localtime()
    wanted = Asked.of(request.GET, now)
    page = OpenEnded(wanted.rows(request.user), PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "circulars/print_ledger.html",
        {
            "page_obj": page,
            "asked": wanted,
            "several": len(units_where(request.user, Right.READ)) > 1,
            "may_print": bool(units_where(request.user, Right.PRINT_COPIES)),
        },
    )


@require_safe
def spoilt(request: HttpRequest) -> HttpResponse:
    """The spoilt sheets that this leader is to look at."""
    Message.objects.filter(person=request.user.pk, link=request.path).read(at=timezone.now())
    return render(request, "circulars/spoilt_copies.html", {"rows": waiting_for(request.user)})


def waiting_for(user: Any) -> QuerySet[SpoiltCopy]:
    """Those, the oldest first."""
    waiting = SpoiltCopy.objects.waiting_for(user)
    return waiting.select_related("copy__delivery__circular", "declared_by").order_by("declared_at", "pk")


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The leader confirms that a sheet is void, or says why not."""
    units = units_where(request.user, Right.CONFIRM_SPOILT)
    found = SpoiltCopy.objects.filter(copy__in=PrintedCopy.objects.of_units_of(request.user), copy__unit__in=units)
    declared = get_object_or_404(
        found.exclude(declared_by=request.user.pk).select_related(
            "copy__delivery__circular", "copy__printed_by", "declared_by", "decided_by"
        ),
        pk=pk,
    )
    refusing = "refuse" in request.POST
    form = AnswerForm(request.POST if refusing else None)
    if request.method == "POST" and (not refusing or form.is_valid()):
        try:
            act: dict[str, Any] = {"by": request.user, "at": timezone.now()}
            if refusing:
                declared.refuse(form.cleaned_data["answer"], **act)
            else:
                declared.confirm(**act)
        except ValidationError as refused:
            form.add_error(None, refused)
        except OutOfOrder as refused:
            messages.info(request, str(refused))
            return redirect("circulars:spoilt_copies")
        else:
            messages.success(request, f"{declared.copy.word}：{declared.get_state_display()}。")
            return redirect("circulars:spoilt_copies")
    return render(
        request,
        "circulars/decide_spoilt.html",
        {"declared": declared, "copy": declared.copy, "circular": declared.copy.delivery.circular, "form": form},
    )
