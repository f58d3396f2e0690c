"""代行安排 on the desk: who acts in whose place, arranged and taken back by the absent person or a leader (Articles 9 and 23)."""

from datetime import date

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.people import User
from accounts.roles import Role
from accounts.standinforms import StandInForm
from accounts.standins import StandIn, StandInRefused, arrange, may_arrange
from cms.lifecycles import OutOfOrder

PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
def stand_ins(request: HttpRequest) -> HttpResponse:
    """The arrangements the person may know of, and the form for another where they may make one."""
    today = timezone.localdate()
    form = StandInForm(request.user, today, request.POST or None)
    if request.method == "POST" and form.is_valid() and (arranged := _arranged(request, form)):
        messages.success(
            request, f"已安排 {arranged.person} 从 {arranged.starts_on} 至 {arranged.ends_on} 代行，双方都会收到消息。"
        )
        return redirect("accounts:stand_ins")
    known = StandIn.objects.known_to(request.user, today).select_related("absent", "person", "unit", "arranged_by")
    standing = known.standing(today)
    past = known.exclude(pk__in=standing.values("pk")).order_by("-starts_on", "-pk")
    page = Paginator(past, PAGE).get_page(request.GET.get("page"))
    in_force = set(standing.in_force(today).values_list("pk", flat=True))
    return render(
        request,
        "accounts/stand_ins.html",
        {
            "form": form,
            "standing": [
                (stand_in, *_word(stand_in, stand_in.pk in in_force, today), _may_end(request, stand_in, today))
                for stand_in in standing.order_by("starts_on", "pk")
            ],
            "past": page,
            "page_obj": page,
        },
    )


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The arrangement has ended now."""
    known = StandIn.objects.known_to(request.user, timezone.localdate())
    stand_in = get_object_or_404(known.select_related("person", "absent"), pk=pk)
    try:
        stand_in.take_back(by=request.user, at=timezone.now())
    except (OutOfOrder, PermissionDenied) as refused:
        messages.error(request, str(refused))
    else:
        _stay_signed_in(request, stand_in.person)
        messages.success(request, f"已收回 {stand_in.person} 对 {stand_in.absent} 的代行。")
    return redirect("accounts:stand_ins")


def _arranged(request: HttpRequest, form: StandInForm) -> StandIn | None:
    """The arrangement; None when it was refused, the reason standing at what must be put right."""
    typed = form.cleaned_data
    post = typed["post"]
    try:
        arranged = arrange(
            post.person,
            typed["person"],
            post.unit,
            Role(post.role),
            first=typed["first"],
            last=typed["last"],
            reason=typed["reason"],
            by=request.user,
            at=timezone.now(),
        )
    except StandInRefused as refused:
        form.add_error(refused.field, str(refused))
        return None
    _stay_signed_in(request, arranged.person)
    return arranged


def _stay_signed_in(request: HttpRequest, person: User) -> None:
    """Who changed the own rights goes on in this browser; all others of theirs are out."""
    if person.pk == request.user.pk:
        update_session_auth_hash(request, person)


def _may_end(request: HttpRequest, stand_in: StandIn, today: date) -> bool:
    return may_arrange(request.user, stand_in.absent_id, stand_in.unit_id, stand_in.role, today)


def _word(stand_in: StandIn, is_in_force: bool, today: date) -> tuple[str, str]:
    """The status word of ``desk/_status.html`` and its label."""
    if stand_in.starts_on > today:
        return "pending", "未开始"
    return ("handled", "代行中") if is_in_force else ("voided", "已失效")
