"""What is done to a unit, each act a form of its own page: renamed, moved, served, paid for, ended, closed, divided (Articles 2, 12 and 15)."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import dissolving, renaming, reorganising
from accounts.dissolving import refusal_to_dissolve
from accounts.handbacks import Handback
from accounts.roles import Right, may
from accounts.unitforms import (
    MERGE,
    CloseForm,
    DivisionForm,
    EndForm,
    GroundForm,
    MoveForm,
    PayerForm,
    RenameForm,
    SealForm,
    ServeForm,
)
from accounts.unitregister import divisions_looked_after_by, looked_after_by, seen_by
from accounts.units import Unit
from cms.lifecycles import OutOfOrder

_ACT = require_http_methods(["GET", "HEAD", "POST"])


def done_by_form(
    request: HttpRequest,
    unit: Unit,
    form: forms.Form,
    act: Callable[..., Any],
    *,
    title: str,
    note: str,
    button: str,
    said: str,
    article: str,
    refusal: str = "",
    is_final: bool = False,
) -> HttpResponse:
    """The act is done with what was typed and the unit's page says so; else its form, with what is wrong."""
    if request.method == "POST" and form.is_valid():
        try:
            act(**form.cleaned_data, by=request.user, at=timezone.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        except OutOfOrder as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, said)
            return redirect("accounts:unit", unit.pk)
    return render(
        request,
        "accounts/unit_act.html",
        {
            "unit": unit,
            "form": form,
            "title": title,
            "note": note,
            "button": button,
            "refusal": refusal,
            "is_final": is_final,
            "article_line": article,
        },
    )


@_ACT
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit, or a division of one's own, bears another name."""
    divisions = divisions_looked_after_by(request.user)
    found = _managed(request, pk, also=divisions)
    form = RenameForm(request.POST or None, initial={"name": found.name, "short_name": found.short_name})

    def act(**typed: Any) -> Any:
        return renaming.rename(found, **typed)

    note = "以前的公文、印章、回执保留原来的名称。"
    if found.has_seal:
        note += "全称变更的，旧的单位电子印章密钥即刻停用，旧的实物印章和密钥须交回；新密钥的申请随即列入待制发。"
    return done_by_form(
        request, found, form, act, title="更名", note=note, button="更名", said="已更名。", article="第十五条"
    )


@_ACT
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit is dissolved, or merged into another."""
    found = _managed(request, pk)

    def act(kind: str, successor: Unit | None, **typed: Any) -> Any:
        if kind == MERGE:
            assert successor is not None  # the form asks for it
            return dissolving.merge([found], successor, **typed)
        return dissolving.dissolve(found, successor, **typed)

    return done_by_form(
        request,
        found,
        EndForm(request.POST or None),
        act,
        title="撤销、合并",
        note="即刻不能拟稿、用印、发文，收文仍可阅读；没有签收的公文转给承接单位，时限不变；印章、签名章密钥停用并须交回。不能恢复。",
        button="撤销、合并",
        said="已办理。印章、密钥交回，人员交接办完后，再办理注销。",
        article="第十五条",
        refusal=refusal_to_dissolve(found, request.user, timezone.now()),
        is_final=True,
    )


@_ACT
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """The dissolved unit is closed for good."""
    found = _managed(request, pk)

    def act(**typed: Any) -> Any:
        return dissolving.close(found, **typed)

    return done_by_form(
        request,
        found,
        CloseForm(request.POST or None),
        act,
        title="注销",
        note="实物印章和密钥都已交回、收文都已办完、任职都已结束的，才能注销。注销后由承接单位查阅原来的公文。",
        button="注销",
        said="已注销。",
        article="第十五条",
        is_final=True,
    )


@_ACT
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit stands under another superior."""
    found = _managed(request, pk)

    def act(**typed: Any) -> Any:
        return reorganising.move_under(found, **typed)

    form = MoveForm(request.POST or None, initial={"superior": found.get_parent()})
    note = "下属单位和科室一并调整。隶属关系决定行文方向。"
    return done_by_form(
        request,
        found,
        form,
        act,
        title="调整隶属",
        note=note,
        button="调整",
        said="已调整隶属。",
        article="第二条、第二十九条",
    )


@_ACT
def serve(request: HttpRequest, pk: int) -> HttpResponse:
    """Another unit's people run the unit's desk."""
    found = _managed(request, pk)

    def act(**typed: Any) -> Any:
        return reorganising.have_served(found, **typed)

    form = ServeForm(request.POST or None, initial={"server": found.served_by})
    note = "代管单位的人员按各自职责办理本单位的收发文；调整后立即生效。"
    return done_by_form(
        request, found, form, act, title="调整代管单位", note=note, button="调整", said="已调整。", article="第二条"
    )


@_ACT
def pay(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit's keys are paid for by other funds."""
    found = _managed(request, pk)

    def act(**typed: Any) -> Any:
        return reorganising.set_payer(found, **typed)

    form = PayerForm(request.POST or None, initial={"payer": found.key_fee_payer})
    note = "市政府各工作部门、各直属机构由市财政列支；县区、中省驻延单位、市直企业自付，联系市信息化综合服务中心。"
    return done_by_form(
        request, found, form, act, title="调整费用承担", note=note, button="调整", said="已调整。", article="第十二条"
    )


@_ACT
def new_division(request: HttpRequest, pk: int) -> HttpResponse:
    """The body has one more division."""
    found: Unit = get_object_or_404(looked_after_by(request.user), pk=pk)

    def act(**typed: Any) -> Any:
        return reorganising.open_division(found, **typed)

    note = "科室不单独收发文，用来分办本单位的收文。"
    return done_by_form(
        request,
        found,
        DivisionForm(request.POST or None),
        act,
        title="设立科室",
        note=note,
        button="设立",
        said="已设立科室。",
        article="第九条",
    )


@_ACT
def close_division(request: HttpRequest, pk: int) -> HttpResponse:
    """The division is no more."""
    found: Unit = get_object_or_404(divisions_looked_after_by(request.user), pk=pk)

    def act(**typed: Any) -> Any:
        return reorganising.close_division(found, **typed)

    return done_by_form(
        request,
        found,
        GroundForm(request.POST or None),
        act,
        title="撤销科室",
        note="撤销后不能恢复；还有人任职的，先办理人员变动。",
        button="撤销科室",
        said="已撤销科室。",
        article="第九条",
        is_final=True,
    )


@_ACT
def receive_seal(request: HttpRequest, pk: int) -> HttpResponse:
    """The bronze seal of an old name was handed in."""
    handback = get_object_or_404(Handback.objects.select_related("unit", "change"), pk=pk, seal_returned_on=None)

    def act(**typed: Any) -> Any:
        return handback.receive_seal(**typed)

    return done_by_form(
        request,
        handback.unit,
        SealForm(request.POST or None, initial={"on_day": timezone.localdate()}),
        act,
        title="登记实物印章交回",
        note=f"“{handback.unit_name}”的实物印章，{handback.change.get_kind_display()}后须交回。密钥在各自的页面收回。",
        button="登记",
        said="已登记。",
        article="第十五条",
    )


def _managed(request: HttpRequest, pk: int, *, also: Any = None) -> Unit:
    """The body that the network office manages, or one of ``also``; else it is not found."""
    if may(request.user, Right.MANAGE_UNITS):
        return get_object_or_404(seen_by(request.user), pk=pk)
    return get_object_or_404(also if also is not None else Unit.objects.none(), pk=pk)
