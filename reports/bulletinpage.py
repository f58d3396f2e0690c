"""What the page of one bulletin shows: its steps, what is to be done next, the figures and what units said (Article 28)."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Count, Q
from django.utils import timezone

from accounts.roles import Right, may, units_of
from accounts.units import Unit
from circulars.beginningforms import UnitForm
from circulars.deliveries import Delivery
from circulars.origins import key_in
from circulars.progress import progress_of
from cms.ruleversions import NoRules, RuleVersion
from cms.workdays import CalendarMissing
from reports.approvers import barred_as_named
from reports.approving import is_over, refusal
from reports.asking import usual_end
from reports.bulletindrafts import draft_of, issuers_for
from reports.bulletinforms import AskingForm
from reports.bulletins import Bulletin
from reports.explanations import Explanation
from reports.figures import UnitFigures
from reports.lateness import LateDelivery
from reports.monthly import MonthReport, NothingSent, month_report, report_of
from reports.named import to_name
from reports.receipts import Issuers
from reports.views import LATE_SHOWN

STEPS = ("选月", "核对", "单位说明", "审定", "下发")


def shown(
    found: Bulletin, user: Any, now: datetime, *, asking: forms.Form | None = None, drafting: forms.Form | None = None
) -> dict[str, Any]:
    """The page for this person; a form that was refused stands as it was typed."""
    report, draft = _report(found, now), draft_of(found)
    said = Explanation.objects.filter(asked__bulletin=found).readable()
    to_rule = list(said.to_rule().order_by("pk").values_list("pk", flat=True))
    is_checking, reports = found.state == Bulletin.State.CHECKING, may(user, Right.REPORT)
    own = None if reports else _own(user)
    if own is not None:
        said = said.filter(asked__unit__in=own)
    receipts, percent = _receipts(draft), found.named_percent or _percent(found, now)
    named, late = _named(found, report, percent), _late(report, own)
    return {
        "bulletin": found,
        "month": found.month_told,
        "steps": _steps(found, now, is_sent=receipts is not None),
        "report": report,
        "late": late[:LATE_SHOWN],
        "late_count": len(late),
        "may_report": reports,
        "asking": (asking or _asking(found, now)) if is_checking and reports else None,
        "given": list(
            said.with_ruling()
            .select_related("asked__unit", "asked__delivery__circular", "by")
            .order_by("asked__unit__sort_order", "asked__unit__code", "asked__due_at", "pk")
        ),
        "asked_count": 0 if is_checking else found.asked.readable().count(),
        "lengthenings": found.lengthenings.select_related("by"),
        "to_rule": to_rule if found.state == Bulletin.State.EXPLAINING else [],
        "next_to_rule": said.to_rule()
        .exclude(asked__unit__in=_own(user))
        .order_by("pk")
        .values_list("pk", flat=True)
        .first(),
        "is_over": not is_checking and is_over(found, now),
        "refusal": _refusal(found, user, now, named) if reports else "只有秘书科可以审定。",
        "named": named,
        "percent": percent,
        "draft": draft,
        "progress": progress_of(draft, now) if draft else None,
        "receipts": receipts,
        "drafted_for": Issuers.GOVERNMENT.said_in(found.area),
        "drafting": drafting or _drafting(user, found),
    }


def _refusal(found: Bulletin, user: Any, now: datetime, named: list[UnitFigures]) -> str:
    return refusal(found, user, now) or barred_as_named(found, user, [one.unit_id for one in named])


def _own(user: Any) -> set[int]:
    """The units of which somebody who does not report sees explanations and late papers: the own ones, and those whose desk these run."""
    own = units_of(user)
    return set(Unit.objects.filter(Q(pk__in=own) | Q(served_by__in=own)).values_list("pk", flat=True))


def _late(report: MonthReport | None, own: set[int] | None) -> list[LateDelivery]:
    """Every late paper or, where only the own units' are shown, those that they sent or received."""
    rows = report.late if report else []
    return rows if own is None else [row for row in rows if own & {row.unit, row.issuer}]


def _report(found: Bulletin, now: datetime) -> MonthReport | None:
    """As published, and as it stands now before that; nothing of one that was dropped."""
    if found.state == Bulletin.State.DROPPED:
        return None
    if found.snapshot is not None:
        return report_of(found.snapshot)
    try:
        return month_report(found.month_told, as_of=now, issuers=found.whose, area=found.area)
    except NothingSent:
        return None


def _steps(found: Bulletin, now: datetime, *, is_sent: bool) -> list[tuple[str, str]]:
    """Each step with how it stands: done, now, or to come; one that was dropped has none."""
    if found.state == Bulletin.State.DROPPED:
        return []
    if found.state == Bulletin.State.CHECKING:
        at = 1
    elif found.state == Bulletin.State.EXPLAINING:
        at = 3 if is_over(found, now) else 2
    else:
        at = 5 if is_sent else 4
    return [(word, "done" if place < at else "now" if place == at else "") for place, word in enumerate(STEPS)]


def _asking(found: Bulletin, now: datetime) -> forms.Form:
    try:
        until = usual_end(found.area, now)
    except (NoRules, CalendarMissing):
        return AskingForm()
    return AskingForm(initial={"until": timezone.localtime(until)})


def _percent(found: Bulletin, now: datetime) -> int | None:
    try:
        return RuleVersion.objects.in_force(found.area, now).rule_set.named_percent
    except NoRules:
        return None


def _named(found: Bulletin, report: MonthReport | None, percent: int | None) -> list[UnitFigures]:
    """Whom the bulletin names for good or, before the approval, would name with what is accepted now; the lowest rate first."""
    if report is None or not percent:
        return []
    if found.state != Bulletin.State.APPROVED:
        return to_name(report, percent, Explanation.objects.filter(asked__bulletin=found).accepted_rounds())
    kept = set(found.named.values_list("unit", flat=True))
    return sorted((one for one in report.figures if one.unit_id in kept), key=lambda one: one.on_time_rate or 0)


def _drafting(user: Any, bulletin: Bulletin) -> forms.Form | None:
    units = issuers_for(user, bulletin)
    return UnitForm(units, initial={"key": key_in({})}) if units else None


def _receipts(draft: Any) -> dict[str, int] | None:
    """Of how many units the circular was sent to how many have signed; None before it is sent."""
    circular = getattr(draft, "circular", None)
    if circular is None or circular.sent_at is None:
        return None
    rows = Delivery.objects.electronic().filter(circular=circular, recalled_at=None)
    return rows.aggregate(sent=Count("pk"), signed=Count("pk", filter=Q(signed_at__isnull=False)))
