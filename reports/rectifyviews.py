"""整改: what is asked of units, their answers, and who closes them; and visits of guidance (Articles 6 and 28)."""

from io import BytesIO

from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.overseeing import area_overseen
from accounts.roles import Right, may
from cms.accesslog import Look, note
from reports import oversightforms as forms
from reports.actform import ActPage, done_by_form
from reports.downloads import workbook_answer
from reports.guidance import GuidanceVisit, log_visit
from reports.listbook import MOST
from reports.onesheet import write_sheet
from reports.rectifications import Rectification, may_be_judged
from reports.sheetlook import COUNT, Column
from reports.speaking import units_spoken_for

PAGE = 25
ARTICLE = "第六条、第二十八条"
SHOWS = ("open", "closed")
VISITS = "指导检查记录"
VISIT_COLUMNS = (
    Column("序号", lambda row, at: at.ordinal, 6, COUNT, align="center"),
    Column("日期", lambda row, at: row.visited_on, 13, "yyyy-mm-dd"),
    Column("单位", lambda row, at: row.unit.short_name, 22),
    Column("参加人员", lambda row, at: row.persons, 24),
    Column("查看情况", lambda row, at: row.seen, 50),
    Column("商定事项", lambda row, at: row.agreed or "无", 40),
    Column("登记人", lambda row, at: str(row.entered_by), 10),
)
_ACT = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def rectifications(request: HttpRequest) -> HttpResponse:
    """What is asked of the own units, or of all; the one due first on top."""
    show = request.GET.get("show", "open")
    show = show if show in SHOWS else "open"
    rows = Rectification.objects.for_person(request.user).select_related("of__draw__check_drawn", "unit")
    rows = rows.open().order_by("due_on", "pk") if show == "open" else rows.filter(state="closed").order_by("-pk")
    page, today = Paginator(rows, PAGE).get_page(request.GET.get("page")), timezone.localdate()
    context = {
        "page_obj": page,
        "rows": [(each, each.is_late(today)) for each in page],
        "show": show,
        "tab": "rectifications",
        "inspects": may(request.user, Right.INSPECT),
        "sees_visits": may(request.user, Right.INSPECT) or may(request.user, Right.MANAGE_STAFF),
    }
    return render(request, "reports/rectifications.html", context)


@require_safe
def rectification(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them from the demand on, with what the person may do about it now."""
    found = get_object_or_404(
        Rectification.objects.for_person(request.user).select_related("of__draw__check_drawn", "unit"), pk=pk
    )
    inspects, states = may(request.user, Right.INSPECT), Rectification.State
    judges = may_be_judged(found.of, request.user)
    context = {
        "asked": found,
        "steps": found.steps.select_related("by"),
        "is_late": found.is_late(timezone.localdate()),
        "inspects": inspects,
        "may_answer": found.state == states.DEMANDED and found.unit_id in units_spoken_for(request.user),
        "may_judge": found.state == states.ANSWERED and judges,
    }
    return render(request, "reports/rectification.html", context)


def _act(
    request: HttpRequest, pk: int, form: type[Form], verb: str, *, title: str, button: str, said: str
) -> HttpResponse:
    found = get_object_or_404(Rectification.objects.for_person(request.user).select_related("of"), pk=pk)
    asked = found.steps.filter(due_on__isnull=False).last()
    facts = (("要求", asked.text), ("期限", f"{found.due_on:%Y-%m-%d}")) if asked else ()
    page = ActPage(title=title, back=found.link, back_label=str(found), button=button, article=ARTICLE, facts=facts)
    return done_by_form(request, page, form(request.POST or None), getattr(found, verb), said=said, to=found.link)


@_ACT
def answer_rectification(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit says what it did."""
    return _act(
        request, pk, forms.AnswerForm, "answer", title="答复整改情况", button="答复", said="已答复，由秘书科审核。"
    )


@_ACT
def send_back_rectification(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer does not do."""
    return _act(
        request,
        pk,
        forms.SendBackForm,
        "send_back",
        title="退回整改答复",
        button="退回",
        said="已退回，单位会收到消息。",
    )


@_ACT
def close_rectification(request: HttpRequest, pk: int) -> HttpResponse:
    """It is put right."""
    return _act(request, pk, forms.CloseForm, "close", title="整改办结", button="办结", said="整改已经办结。")


@require_safe
def guidance(request: HttpRequest) -> HttpResponse:
    """The visits of the area, or to the own units, the newest first."""
    rows = GuidanceVisit.objects.for_person(request.user).select_related("unit", "entered_by")
    page = Paginator(rows.order_by("-visited_on", "-pk"), PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "tab": "guidance", "inspects": may(request.user, Right.INSPECT), "sees_visits": True}
    return render(request, "reports/guidance.html", context)


@_ACT
def new_guidance(request: HttpRequest) -> HttpResponse:
    """A visit is written down."""
    back = reverse("reports:guidance")
    page = ActPage(
        title="登记指导检查",
        back=back,
        back_label="指导检查",
        button="登记",
        article=ARTICLE,
        note="登记以后不能修改；写错了的再登记一条说明。单位的收发员和分管领导会收到消息。",
    )
    form = forms.VisitForm(area_overseen(request.user, Right.INSPECT), request.POST or None)
    return done_by_form(request, page, form, log_visit, said="已登记指导检查。", to=back)


@require_safe
def guidance_workbook(request: HttpRequest) -> HttpResponse:
    """The visits as a sheet."""
    now, content = timezone.localtime(), BytesIO()
    rows = GuidanceVisit.objects.for_person(request.user).select_related("unit", "entered_by")
    found = list(rows.order_by("-visited_on", "-pk")[:MOST])
    write_sheet(
        content,
        VISIT_COLUMNS,
        found,
        title=VISITS,
        counted=f"共 {len(found)} 次",
        below="依据：第六条。",
        empty="还没有登记过指导检查。",
        as_of=now,
    )
    note(Look.EXPORTED, at=now, person=request.user, subject=VISITS)
    return workbook_answer(content.getvalue(), plain=f"guidance-{now:%Y%m%d}.xlsx", name=f"{VISITS}{now:%Y%m%d}.xlsx")
