"""问责: the cases of the area or of the own unit, one with its facts and steps, and its acts (Article 28)."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.overseeing import area_overseen
from accounts.roles import Right, may
from circulars.deadlines import Urgency
from circulars.deliveries import Delivery
from circulars.liability import Liability
from circulars.secrecycases import shut_circulars
from cms.workdays import local
from reports.accountability import acts, answering
from reports.accountability.judging import TIMES, answerable
from reports.accountability.record import DelayCase
from reports.actform import ActPage, done_by_form
from reports.caseforms import AppealForm, DecisionForm, OpenForm, SettlementForm, StatementForm
from reports.months import Month, months_back

PAGE = 25
ARTICLE = "第二十一条、第二十二条、第二十八条"
SHOWS = {"open": "办理中", "all": "全部"}
_ACT = require_http_methods(["GET", "HEAD", "POST"])
_LABELS = dict(zip((*TIMES, "as_of"), ("发送", "应签收", "签收", "退回", "通知到", "号码有误", "认定"), strict=True))


def _cases(request: HttpRequest) -> Any:
    return DelayCase.objects.for_person(request.user).select_related("delivery__circular__page", "unit", "opened_by")


@require_safe
def delay_cases(request: HttpRequest) -> HttpResponse:
    """Those that wait for somebody, or all, the newest first."""
    show = request.GET.get("show", "open")
    show = show if show in SHOWS else "open"
    rows = _cases(request) if show == "all" else _cases(request).unsettled()
    context = {
        "page_obj": Paginator(rows.order_by("-opened_at", "-pk"), PAGE).get_page(request.GET.get("page")),
        "show": show,
        "shows": SHOWS.items(),
        "may_open": may(request.user, Right.REPORT),
    }
    return render(request, "reports/delay_cases.html", context)


@require_safe
def answerable_delays(request: HttpRequest) -> HttpResponse:
    """The late deliveries of a month for which the receiving unit answers and nobody has opened a case."""
    now = timezone.localtime()
    months = months_back(Month.of(now), 13)
    month = next((each for each in months if str(each) == request.GET.get("month")), months[0])
    rows = answerable(month, area=area_overseen(request.user, Right.REPORT), as_of=now)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "reports/answerable_delays.html", {"page_obj": page, "month": month, "months": months})


@require_safe
def delay_case(request: HttpRequest, pk: int) -> HttpResponse:
    """One case: whose delay by which facts, the evidence, every step, and what the person may do now."""
    found, now = get_object_or_404(_cases(request), pk=pk), timezone.now()
    steps = list(found.steps.select_related("by"))
    office, leads = may(request.user, Right.REPORT), may(request.user, Right.MANAGE_STAFF, found.unit_id)
    hands, judges = {step.by_id for step in steps}, found.may_be_judged_by(request.user)
    facts, states = found.facts, DelayCase.State
    context = {
        "case": found,
        "steps": steps,
        "times": [(label, datetime.fromisoformat(facts[name])) for name, label in _LABELS.items() if facts[name]],
        "liability": Liability(facts["liability"]).label,
        "urgency": Urgency(facts["urgency"]).label,
        "office": office,
        "is_own": office and not judges,
        "may_state": leads and found.state == states.OPEN,
        "may_decide": judges and found.opened_by_id != request.user.pk and found.may_be_decided(local(now).date()),
        "may_appeal": leads and found.may_be_appealed(now),
        "may_settle": judges and found.state == states.APPEALED and request.user.pk not in hands,
    }
    return render(request, "reports/delay_case.html", context)


@_ACT
def open_delay_case(request: HttpRequest, pk: int) -> HttpResponse:
    """A case is opened of one late delivery."""
    area = area_overseen(request.user, Right.REPORT)
    late = Delivery.objects.filter(rules__area=area).exclude(circular__in=shut_circulars()).select_related("circular")
    delivery = get_object_or_404(late, pk=pk)
    page = ActPage(
        title=f"对{delivery.unit_name}立案",
        back=reverse("reports:answerable_delays"),
        back_label="逾期公文",
        button="立案",
        article=ARTICLE,
        note="立案时冻结责任认定及其事实。决定须由另一人作出，申诉由第三人复核。",
        facts=(("公文", f"{delivery.circular.number}《{delivery.circular.title}》"),),
    )
    act = partial(acts.open_case, delivery)
    return done_by_form(request, page, OpenForm(request.POST or None), act, said="已立案，单位的领导会收到消息。")


def _act(
    request: HttpRequest, pk: int, form: type[forms.Form], verb: Callable[..., None], title: str, said: str
) -> HttpResponse:
    found = get_object_or_404(_cases(request), pk=pk)
    facts = tuple((step.get_kind_display(), step.text) for step in found.steps.all() if step.text)
    page = ActPage(title=title, back=found.link, back_label=str(found), button=title, article=ARTICLE, facts=facts)
    return done_by_form(request, page, form(request.POST or None), partial(verb, found), said=said, to=found.link)


@_ACT
def state_in_case(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit states its side."""
    return _act(request, pk, StatementForm, answering.make_statement, "陈述", "已陈述，由秘书科作出决定。")


@_ACT
def decide_case(request: HttpRequest, pk: int) -> HttpResponse:
    """It is decided."""
    return _act(request, pk, DecisionForm, acts.decide, "作出决定", "已作出决定，单位的领导会收到消息。")


@_ACT
def appeal_case(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit asks for another look."""
    return _act(request, pk, AppealForm, answering.appeal, "申诉", "已提出申诉，由另一人复核。")


@_ACT
def settle_case(request: HttpRequest, pk: int) -> HttpResponse:
    """The appeal is decided."""
    return _act(request, pk, SettlementForm, acts.settle, "复核申诉", "申诉已经复核，单位的领导会收到消息。")
