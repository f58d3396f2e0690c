"""通报 on the desk of the secretariat: the list, one page for each with its five steps, and the acts that lead on (Article 28)."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.overseeing import area_overseen
from accounts.roles import Right, may
from circulars.beginningforms import UnitForm
from circulars.views.beginning import opened
from cms.lifecycles import OutOfOrder
from cms.limits import when
from cms.messages import Message
from cms.paging import OpenEnded
from reports.actform import ActPage, done_by_form
from reports.approving import approve
from reports.asking import ask_units
from reports.bulletindrafts import begin_draft, issuers_for
from reports.bulletinforms import AskingForm, DroppingForm, LengtheningForm, OpeningForm
from reports.bulletinpage import shown
from reports.bulletins import LONGEST, Bulletin, open_bulletin
from reports.months import Month, months_back
from reports.receipts import Issuers
from reports.views import MONTHS_OFFERED

PAGE = 25


@require_safe
def bulletins(request: HttpRequest) -> HttpResponse:
    """Every bulletin, the latest month first, with where it stands."""
    may_report, seen = may(request.user, Right.REPORT), Bulletin.objects.for_person(request.user)
    if not (may_report or seen.exists()):
        raise Http404
    listed = seen.select_related(
        "area", "opened_by", "approved_by", "snapshot", "page__circular", "page__owner"
    ).annotate(named_count=Count("named"))
    page = OpenEnded(listed.order_by("-year", "-month", "-pk"), PAGE).get_page(request.GET.get("page"))
    return render(request, "reports/bulletins.html", {"page_obj": page, "may_report": may_report})


@require_http_methods(["GET", "HEAD", "POST"])
def new_bulletin(request: HttpRequest) -> HttpResponse:
    """The bulletin of a finished month is begun."""
    now = timezone.localtime()
    last = Month.of(now).previous
    months = months_back(last, MONTHS_OFFERED) if last else []
    form = OpeningForm(
        months,
        area_overseen(request.user, Right.REPORT),
        request.POST or None,
        initial={"month": request.GET.get("month", str(last))},
    )
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            bulletin = open_bulletin(
                Month.parse(typed["month"]),
                issuers=Issuers(typed["issuers"]),
                area=area_overseen(request.user, Right.REPORT),
                reason=typed["reason"],
                by=request.user,
                at=now,
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        except OutOfOrder as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"已开始办理{bulletin}。请核对数字，再请各单位说明。")
            return redirect("reports:bulletin", bulletin.pk)
    return render(request, "reports/new_bulletin.html", {"form": form})


@require_safe
def bulletin(request: HttpRequest, pk: int) -> HttpResponse:
    """One bulletin: the five steps, what is to be done next, the figures, what was late and what units said."""
    return _page(request, _found(request, pk))


@require_POST
def ask_for_explanations(request: HttpRequest, pk: int) -> HttpResponse:
    """The units are asked; without an end that can be read the page stands as it was typed."""
    found, form = _reported(request, pk), AskingForm(request.POST)
    if form.is_valid():
        try:
            count = ask_units(found, until=form.cleaned_data["until"], by=request.user, at=timezone.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        except OutOfOrder as refused:
            messages.error(request, str(refused))
            return redirect("reports:bulletin", pk)
        else:
            said = f"已请有关单位逐件说明，共 {count} 件。" if count else "没有要单位说明的公文，可以由另一人审定。"
            messages.success(request, said)
            return redirect("reports:bulletin", pk)
    return _page(request, found, asking=form)


@require_http_methods(["GET", "HEAD", "POST"])
def lengthen_bulletin(request: HttpRequest, pk: int) -> HttpResponse:
    """Units have more time to explain."""
    found = _reported(request, pk)
    facts: tuple[tuple[str, str], ...] = ()
    if found.asked_at and found.explain_until:
        facts = (("现定截止", when(found.explain_until)), ("最迟", when(found.asked_at + LONGEST)))
    page = _act_page(found, "延长说明时间", "延长", "请了说明的单位都会收到消息，截止前一天再提醒没有说明的。", facts)
    form = LengtheningForm(
        request.POST or None, initial={"until": found.explain_until and timezone.localtime(found.explain_until)}
    )
    return done_by_form(request, page, form, found.lengthen, said="已延长说明时间，请了说明的单位会收到消息。")


@require_http_methods(["GET", "HEAD", "POST"])
def drop_bulletin(request: HttpRequest, pk: int) -> HttpResponse:
    """The bulletin comes to nothing, and the month may be begun anew."""
    found = _reported(request, pk)
    note = "取消以后不能恢复：单位不再说明，已作的认定不免责，统计不公布。以后可以重新办理这个月的通报。"
    page = _act_page(found, "取消办理", "取消办理", note)
    return done_by_form(request, page, DroppingForm(request.POST or None), found.drop, said="已取消办理。")


def _act_page(found: Bulletin, title: str, button: str, note: str, facts: tuple[tuple[str, str], ...] = ()) -> ActPage:
    back = reverse("reports:bulletin", args=[found.pk])
    return ActPage(title, back, str(found), button, "第二十八条", note=note, facts=facts)


@require_POST
def approve_bulletin(request: HttpRequest, pk: int) -> HttpResponse:
    """The month is published, and what was accepted relieves."""
    found = _reported(request, pk)
    try:
        done = approve(found, by=request.user, at=timezone.now())
    except OutOfOrder as refused:
        messages.error(request, str(refused))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, f"{done}已审定，月度统计同时公布，以后的签收不改变它。")
    return redirect("reports:bulletin", pk)


@require_POST
def draft_bulletin(request: HttpRequest, pk: int) -> HttpResponse:
    """The circular is drafted and opens in the editor."""
    found = _found(request, pk)
    form = UnitForm(issuers_for(request.user, found), request.POST)
    if not form.is_valid():
        return _page(request, found, drafting=form)
    typed = form.cleaned_data
    try:
        page = begin_draft(found, issuer=typed["unit"], key=typed["key"], by=request.user, at=timezone.now())
    except (OutOfOrder, PermissionDenied) as refused:
        messages.error(request, str(refused))
        return redirect("reports:bulletin", pk)
    return opened(request, page, "已按公布的数字起草通报，统计表已列为附件。")


def _found(request: HttpRequest, pk: int) -> Bulletin:
    known = (
        "area",
        "opened_by",
        "asked_by",
        "approved_by",
        "dropped_by",
        "snapshot__area",
        "page__owner",
        "page__circular",
    )
    found = get_object_or_404(Bulletin.objects.for_person(request.user).select_related(*known), pk=pk)
    Message.objects.filter(person=request.user.pk, link=request.path).read(at=timezone.now())
    return found


def _reported(request: HttpRequest, pk: int) -> Bulletin:
    """For the acts that are the secretariat's alone."""
    if not may(request.user, Right.REPORT):
        raise Http404
    return _found(request, pk)


def _page(request: HttpRequest, found: Bulletin, **refused: forms.Form) -> HttpResponse:
    return render(request, "reports/bulletin.html", shown(found, request.user, timezone.localtime(), **refused))
