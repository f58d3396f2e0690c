"""问责的立案、决定和复核: what the secretariat does, three persons for three steps (Article 28)."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.holders import people_with
from accounts.overseeing import overseen, overseers
from accounts.roles import Right
from circulars.deliveries import Channel, Delivery
from circulars.liability import Liability
from circulars.pages import about_paper
from circulars.reasons import digest_of_reason, said_in
from circulars.secrecycases import refuse_blocked
from cms import ledger
from cms.lifecycles import OutOfOrder, move
from cms.limits import limit_due
from cms.messages import tell
from cms.offices import office_of
from cms.ruleversions import NoRules, RuleVersion
from cms.workdays import CalendarMissing
from reports.accountability.judging import digest_of_facts, facts_of
from reports.accountability.record import LONGEST, AppealOutcome, CaseStep, DelayCase, Outcome
from reports.deeds import Deed

FURTHEST_DAYS = 90


@transaction.atomic
def open_case(delivery: Delivery, text: str, *, state_until: date, by: Any, at: datetime) -> DelayCase:
    """The unit is asked about its delay, and has until that day (inclusive) to state its side; the judgement stands frozen with its facts.

    Raises ``PermissionDenied`` for who is not of the secretariat of the area whose rule the paper went by, ``OutOfOrder`` where the unit does not answer for the delay, there is a
    case already or the paper is shut, ``ValidationError`` without a reason or for a day that is over or too far away.
    """
    delivery = (
        Delivery.objects.select_for_update(of=("self",))
        .select_related("circular__page", "unit", "rules__area")
        .get(pk=delivery.pk)
    )
    area = delivery.rules.area
    if not overseen(by, Right.REPORT).covers(area.pk):
        raise PermissionDenied(f"这件公文的逾期由{area.secretariat}立案。")
    refuse_blocked(delivery.circular.page)
    if DelayCase.objects.filter(delivery=delivery, round=delivery.round).exists():
        raise OutOfOrder("这件公文的逾期已经立案，没有重复办理。")
    facts = facts_of(delivery, at)
    is_owed = delivery.channel == Channel.ELECTRONIC and delivery.must_sign and delivery.recalled_at is None
    if facts["liability"] != Liability.RECIPIENT or not is_owed:
        raise OutOfOrder("按规定的责任认定，这件公文的逾期不由接收单位负责，不能立案。")
    text = said_in(text, "text", "请写明立案事由", longest=LONGEST)
    today = timezone.localdate(at)
    if not 0 <= (state_until - today).days <= FURTHEST_DAYS:
        raise ValidationError({"state_until": f"陈述期限须是今天或者以后 {FURTHEST_DAYS} 天以内的日期。"})
    case = DelayCase.objects.create(
        delivery=delivery,
        round=delivery.round,
        unit_id=delivery.unit_id,
        facts=facts,
        digest=digest_of_facts(facts),
        state_until=state_until,
        opened_by=by,
        opened_at=at,
    )
    case.refresh_from_db()
    CaseStep.objects.create(case=case, kind=CaseStep.Kind.OPENED, text=text, by=by, at=at)
    ledger.enter(
        Deed.CASE_OPENED,
        subject=ledger.subject_of(case),
        by=by,
        at=at,
        circular=delivery.circular.uuid,
        unit=case.unit_id,
        facts={"facts": case.digest, "state_until": str(state_until), "reason_digest": digest_of_reason(text)},
    )
    tell_leaders(case, f"秘书科就逾期签收立案，请在 {state_until:%Y-%m-%d} 以前（含当天）陈述情况", by=by, at=at)
    return case


@transaction.atomic
def decide(case: DelayCase, outcome: str, text: str, *, by: Any, at: datetime) -> None:
    """It is decided, by somebody who did not open it; the unit's leaders know until when they may appeal.

    Raises ``PermissionDenied`` for who may not, ``OutOfOrder`` before the unit has stated its side or let its time go by, and once it is decided.
    """
    _refuse_judge(case, by)
    if case.opened_by_id == by.pk:
        raise OutOfOrder("这件是您立案的，须由另一人作出决定。")
    if case.state == DelayCase.State.OPEN and not case.may_be_decided(timezone.localdate(at)):
        raise OutOfOrder(f"单位还没有陈述，{case.state_until:%Y-%m-%d} 以后才能不经陈述作出决定。")
    if outcome not in Outcome.values:
        raise ValidationError({"outcome": "请选择决定。"})
    text = said_in(text, "text", "请写明决定的理由", longest=LONGEST)
    until = _appeal_until(case, at)
    step(case, CaseStep.Kind.DECIDED, text, outcome=outcome, by=by, at=at, appeal_until=until)
    last = f"{timezone.localtime(until):%Y-%m-%d %H:%M} 以前" if until else "期限确定以前"
    tell_leaders(case, f"已作出决定：{Outcome(outcome).label}。不服的，可以在 {last}申诉一次", by=by, at=at)


@transaction.atomic
def settle(case: DelayCase, outcome: str, text: str, *, by: Any, at: datetime) -> None:
    """The appeal is decided, for good, by somebody who had no hand in the case so far; the unit's leaders know."""
    _refuse_judge(case, by)
    if case.steps.filter(by=by).exists():
        raise OutOfOrder("这件是您立案或者决定的，申诉须由另一人复核。")
    if outcome not in AppealOutcome.values:
        raise ValidationError({"outcome": "请选择复核结果。"})
    text = said_in(text, "text", "请写明复核的理由", longest=LONGEST)
    step(case, CaseStep.Kind.SETTLED, text, outcome=outcome, by=by, at=at)
    tell_leaders(case, f"申诉已经复核：{AppealOutcome(outcome).label}", by=by, at=at)


STATE_OF = {
    CaseStep.Kind.STATED: (DelayCase.State.STATED, Deed.CASE_STATED),
    CaseStep.Kind.DECIDED: (DelayCase.State.DECIDED, Deed.CASE_DECIDED),
    CaseStep.Kind.APPEALED: (DelayCase.State.APPEALED, Deed.CASE_APPEALED),
    CaseStep.Kind.SETTLED: (DelayCase.State.SETTLED, Deed.CASE_SETTLED),
}


def step(
    case: DelayCase, kind: CaseStep.Kind, text: str, *, outcome: str = "", by: Any, at: datetime, **changes: Any
) -> None:
    """The case is one step further; raises ``OutOfOrder`` where its table lacks that step, or the paper is shut."""
    refuse_blocked(case.delivery.circular.page)
    to, deed = STATE_OF[kind]
    facts = {"outcome": outcome, "reason_digest": digest_of_reason(text), **changes}
    uuid = case.delivery.circular.uuid
    move(case, to, deed, by=by, at=at, circular=uuid, unit=case.unit_id, facts=facts, **changes)
    CaseStep.objects.create(case=case, kind=kind, outcome=outcome, text=text, by=by, at=at)


def tell_leaders(case: DelayCase, text: str, *, by: Any, at: datetime) -> None:
    _tell(case, people_with(Right.MANAGE_STAFF, case.unit_id), text, by=by, at=at)


def tell_secretariat(case: DelayCase, text: str, *, by: Any, at: datetime) -> None:
    _tell(case, overseers(Right.REPORT, case.delivery.rules.area_id), text, by=by, at=at)


def _tell(case: DelayCase, people: set[int], text: str, *, by: Any, at: datetime) -> None:
    circular = case.delivery.circular
    tell(
        people - {by.pk},
        key=f"delay-case:{case.pk}:{case.state}",
        text=f"{case}（{circular.number}，{case.facts['unit_name']}）：{text}。",
        link=case.link,
        about=about_paper(circular.page_id),
        at=at,
    )


def _appeal_until(case: DelayCase, at: datetime) -> datetime | None:
    try:
        rules = RuleVersion.objects.in_force(case.delivery.rules.area, at).rule_set
        return limit_due("appeal", at, office_of(case.delivery.rules.area), rules).at
    except (CalendarMissing, NoRules):
        return None


def _refuse_judge(case: DelayCase, by: Any) -> None:
    if not case.may_be_judged_by(by):
        secretariat = case.delivery.rules.area.secretariat
        raise PermissionDenied(f"问责由{secretariat}办理；本单位的案件不能自己决定。")
