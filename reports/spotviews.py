"""抽查: the checks of the area, one with its draw and findings, and its acts (Articles 6 and 28)."""

from functools import partial
from io import BytesIO

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.overseeing import area_overseen
from accounts.roles import Right
from cms.accesslog import Look, note
from reports import oversightforms as forms
from reports.actform import ActPage, done_by_form
from reports.downloads import workbook_answer
from reports.drawing import lot
from reports.rectifications import demand
from reports.spotbook import TITLE, write_check
from reports.spotchecks.acts import call_off, plan, population
from reports.spotchecks.findings import correct_finding, enter_finding
from reports.spotchecks.lines import lines_of
from reports.spotchecks.record import SpotCheck, SpotCheckQuerySet, SpotFinding, SpotUnit
from reports.spotchecks.redrawing import redraw

PAGE = 25
ARTICLE = "第六条、第二十八条"
_ACT = require_http_methods(["GET", "HEAD", "POST"])


def _checks(request: HttpRequest) -> SpotCheckQuerySet:
    return SpotCheck.objects.for_person(request.user)


def _unit_drawn(request: HttpRequest, pk: int) -> SpotUnit:
    units = SpotUnit.objects.filter(draw__check_drawn__in=_checks(request)).select_related("draw__check_drawn")
    return get_object_or_404(units, pk=pk)


@require_safe
def spot_checks(request: HttpRequest) -> HttpResponse:
    """Every check of the area, the newest first."""
    rows = _checks(request).select_related("planned_by", "draw").order_by("-planned_for", "-pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "reports/spot_checks.html", {"page_obj": page, "tab": "checks"})


@_ACT
def new_spot_check(request: HttpRequest) -> HttpResponse:
    """A check is planned, or drawn at once."""
    area = area_overseen(request.user, Right.INSPECT)
    page = ActPage(
        title="安排抽查",
        back=reverse("reports:spot_checks"),
        back_label="抽查",
        button="抽取",
        article=ARTICLE,
        note="种子由系统随机生成，抽取的同时记入台账，任何人都不能指定；抽取以后不能重抽、不能删除。",
    )
    form = forms.SpotCheckForm(area, request.POST or None)
    return done_by_form(request, page, form, partial(plan, area=area), said="已安排抽查。")


@require_safe
def spot_check(request: HttpRequest, pk: int) -> HttpResponse:
    """One check: its units with what was found, and how to draw it again."""
    check = get_object_or_404(_checks(request).select_related("planned_by", "draw__drawn_by"), pk=pk)
    context = {"check": check, "lines": [], "kinds": SpotFinding.Kind.choices}
    if check.state == SpotCheck.State.DRAWN:
        draw, lines = check.draw, lines_of(check.draw)
        context |= {
            "draw": draw,
            "lines": lines,
            "redrawn": redraw(draw),
            "lots": [(line.unit.code, line.unit.name, lot(draw.seed, line.unit.code)) for line in lines],
            "wrong": sum(bool(line.faults) for line in lines),
        }
    elif check.state == SpotCheck.State.PLANNED:
        context["there"] = population(check.area, check.category).count()
    return render(request, "reports/spot_check.html", context)


@require_safe
def spot_workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The check's report sheet; of one that is not drawn there is none."""
    drawn = _checks(request).filter(state=SpotCheck.State.DRAWN).select_related("draw", "area")
    check, now, content = get_object_or_404(drawn, pk=pk), timezone.localtime(), BytesIO()
    write_check(content, check, lines_of(check.draw), as_of=now)
    note(Look.EXPORTED, at=now, person=request.user, subject=f"{TITLE} {check}")
    return workbook_answer(content.getvalue(), plain=f"spot-check-{check.pk}.xlsx", name=f"{TITLE}（{check}）.xlsx")


@_ACT
def call_off_spot_check(request: HttpRequest, pk: int) -> HttpResponse:
    """A planned check is called off, with the reason."""
    check = get_object_or_404(_checks(request), pk=pk)
    page = _page(
        f"取消{check}",
        check,
        "取消抽查",
        note=f"{check.purpose}，原定 {timezone.localtime(check.planned_for):%Y-%m-%d %H:%M}。",
    )
    form = forms.ReasonForm(request.POST or None)
    return done_by_form(request, page, form, partial(call_off, check), said="已取消这次抽查。", to=check.link)


@_ACT
def spot_finding(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """What was found at one unit of one point: entered once, then put right with a reason."""
    of = _unit_drawn(request, pk)
    if kind not in SpotFinding.Kind.values:
        raise Http404
    check, label = of.draw.check_drawn, SpotFinding.Kind(kind).label
    wrong = of.findings.standing().filter(kind=kind).first()
    if wrong is None or ("reason" not in request.POST and request.method == "POST"):
        page = _page(f"登记{of.name}：{label}", check, "登记", note=_phone(of))
        form = forms.FindingForm(kind, request.POST or None)
        act, said = partial(enter_finding, of), f"已登记{of.name}的{label}。"
        return done_by_form(request, page, form, act, said=said, to=f"{check.link}#u{of.pk}")
    page = _page(f"更正{of.name}：{label}", check, "更正", note="原来的记录保留，更正记在后面。")
    form = forms.CorrectionForm(
        kind,
        request.POST or None,
        initial={
            "is_good": "yes" if wrong.is_good else "no",
            "who": wrong.who,
            "found_at": timezone.localtime(wrong.found_at),
            "remark": wrong.remark,
        },
    )
    put_right, said = partial(correct_finding, wrong), f"已更正{of.name}的{label}。"
    return done_by_form(request, page, form, put_right, said=said, to=f"{check.link}#u{of.pk}")


@_ACT
def demand_rectification(request: HttpRequest, pk: int) -> HttpResponse:
    """What is not in order at one unit is asked of it."""
    of = _unit_drawn(request, pk)
    (line,) = (each for each in lines_of(of.draw) if each.unit.pk == of.pk)
    page = _page(f"要求{of.name}整改", of.draw.check_drawn, "发出整改要求", note="单位的收发员和分管领导会收到消息。")
    form = forms.DemandForm(request.POST or None, initial={"text": "；".join(line.faults)})
    return done_by_form(request, page, form, partial(demand, of), said=f"已要求{of.name}整改。")


def _page(title: str, check: SpotCheck, button: str, *, note: str = "") -> ActPage:
    return ActPage(title=title, back=check.link, back_label=str(check), button=button, article=ARTICLE, note=note)


def _phone(of: SpotUnit) -> str:
    phone = of.unit.duty_phone or (of.unit.served_by.duty_phone if of.unit.served_by else "")
    return f"值班电话 {phone}" if phone else "没有登记值班电话，请看单位联系卡。"
