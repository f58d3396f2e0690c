"""规则: the versions of the rule, what each changed, and the form of the next (Articles 22 and 29). Who comes in is decided at the door."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.overseeing import area_overseen
from accounts.roles import Right
from accounts.ruleforms import RulesForm
from cms.rulebook import RULE_SETS
from cms.rulenumbers import NUMBERS, Group
from cms.rulesetting import Overtaken, Proposal, proposal, reigns, set_rules
from cms.ruleversions import RuleVersion, RuleVersionQuerySet


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Every version of the area: which is in force, which begins later, and what each changed."""
    now = timezone.now()
    rows = [(reign, reign.standing(now)) for reign in reigns(_versions(request))]
    return render(request, "rules/list.html", {"rows": rows})


@require_safe
def version(request: HttpRequest, number: int) -> HttpResponse:
    """Every number of one version, with its article and our reading."""
    shown = get_object_or_404(_versions(request), number=number)
    reign = next(reign for reign in reigns(_versions(request)) if reign.version.pk == shown.pk)
    numbers = shown.rule_set.numbers()
    changed = {change.number.label for change in reign.changes}
    groups = [
        (
            group.label,
            [(n, n.said(numbers[name]), n.label in changed) for name, n in NUMBERS.items() if n.group == group],
        )
        for group in Group
    ]
    context = {"reign": reign, "version": shown, "standing": reign.standing(timezone.now()), "groups": groups}
    return render(request, "rules/version.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_rules(request: HttpRequest) -> HttpResponse:
    """The next version: typed, looked at with all that it changes, and only then entered."""
    newest = _versions(request).order_by("-number").first()
    template = RULE_SETS.get(request.GET.get("template", ""))
    form = RulesForm(newest, template, request.POST or None)
    if request.method != "POST" or not form.is_valid() or "back" in request.POST:
        return _form_page(request, form)
    now, area = timezone.now(), area_overseen(request.user, Right.SET_RULES)
    given: dict[str, Any] = {"in_force_from": form.cleaned_data["in_force_from"], "at": now}
    try:
        if "confirm" not in request.POST:
            meant = proposal(area, form.rule_set, **given)
            return _preview(request, form, meant)
        against, reason = form.cleaned_data["against"], form.cleaned_data["reason"]
        entered = set_rules(area, form.rule_set, against=against, reason=reason, by=request.user, **given)
    except Overtaken as overtaken:
        return _overtaken(request, form, overtaken)
    except ValidationError as refused:
        form.add_error(None, refused)
        return _form_page(request, form)
    messages.success(request, f"已设定第{entered.number}版。已经发送的公文仍按发送时的规则。")
    return redirect("accounts:rules")


def _versions(request: HttpRequest) -> RuleVersionQuerySet:
    return RuleVersion.objects.filter(area=area_overseen(request.user, Right.SET_RULES)).select_related("entered_by")


def _form_page(request: HttpRequest, form: RulesForm) -> HttpResponse:
    return render(request, "rules/new.html", {"form": form, "templates": RULE_SETS.values()})


def _preview(request: HttpRequest, form: RulesForm, meant: Proposal) -> HttpResponse:
    asked = form.cleaned_data["in_force_from"]
    return render(request, "rules/preview.html", {"form": form, "meant": meant, "is_at_once": asked is None})


def _overtaken(request: HttpRequest, form: RulesForm, overtaken: Overtaken) -> HttpResponse:
    """The same press again is told what it did; of another's version the form says so, with all that was typed."""
    theirs = overtaken.version
    if theirs.entered_by == request.user and theirs.rule_set.numbers() == form.rule_set.numbers():
        messages.info(request, f"第{theirs.number}版已经设定，没有重复设定。")
        return redirect("accounts:rules")
    seen = request.POST.copy()
    seen["against"] = str(theirs.number)
    again = RulesForm(theirs, None, seen)
    again.add_error(None, str(overtaken))
    return _form_page(request, again)
