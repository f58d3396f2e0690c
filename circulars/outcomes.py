"""What comes of an opinion: it is on record with the text it was given on, and that text is approved or goes back (regulation arts. 20 to 22).

The steps of ``circulars.steps`` and the registrar's recheck hear the opinion; here is what then is true and who is told.
"""

from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from wagtail.models import TaskState

from accounts.holders import people_with
from accounts.roles import Right
from circulars.decisions import Decision, Outcome
from circulars.deeds import Deed
from circulars.pages import CircularPage, about_paper
from circulars.reasons import digest_of_reason, refuse_marks
from circulars.titles import quoted
from circulars.turns import PATH, Step, Turn, acting_for
from circulars.versions import Version
from cms import ledger
from cms.messages import tell

# Wagtail's workflow calls carry no time; the verbs set it around the call.
moment: ContextVar[datetime | None] = ContextVar("moderation_moment", default=None)


def decide_turn(turn: Turn, outcome: Outcome, deed: Deed, *, by: Any, opinion: str, to_step: str = "") -> Decision:
    """The seat has spoken: the opinion is on record with the text it was given on, and the seat is closed."""
    decision = record(
        turn.version,
        Step(turn.step),
        outcome,
        deed,
        by=by,
        opinion=opinion,
        unit=turn.unit_id,
        to_step=to_step,
        turn=turn,
    )
    Turn.objects.filter(pk=turn.pk).update(closed_at=decision.at)
    return decision


def record(
    version: Version,
    step: Step,
    outcome: Outcome,
    deed: Deed,
    *,
    by: Any,
    opinion: str = "",
    unit: int | None = None,
    to_step: str = "",
    turn: Turn | None = None,
) -> Decision:
    """One decision on a version, with its entry in the ledger; an opinion with a mark of secrecy is refused."""
    refuse_marks(opinion)
    absent = acting_for(turn, by) if turn else None
    decision = Decision.objects.create(
        page_id=version.page_id,
        version=version,
        turn=turn,
        step=step,
        outcome=outcome,
        to_step=to_step,
        unit_id=unit,
        by=by,
        in_place_of_id=absent,
        at=now(),
        opinion=opinion,
        digest=version.digest,
    )
    facts: dict[str, Any] = {
        "digest": version.digest,
        "version": version.number,
        "decision": decision.pk,
        "opinion_digest": digest_of_reason(opinion),
    }
    if to_step:
        facts["to_step"] = to_step
    if absent:
        facts["in_place_of"] = absent
    ledger.enter(
        deed,
        subject=f"{CircularPage._meta.label_lower}:{version.page_id}",
        by=by,
        at=decision.at,
        unit=unit,
        facts=facts,
    )
    return decision


def go_back(workflow_state: Any, decision: Decision, to_step: str, user: Any) -> None:
    """The text is with its drafter again, or at an earlier step; what was agreed there or after it counts no more, and all are told."""
    page = decision.page
    Turn.objects.open().filter(page=page).update(closed_at=decision.at)
    page.versions.approved().update(approved_at=None, approved_by=None)
    void = [step.value for step in PATH[PATH.index(Step(to_step)) :]] if to_step else list(PATH)
    for state in workflow_state.task_states.select_related("task"):
        if state.task.specific.step in void and state.status != TaskState.STATUS_CANCELLED:
            TaskState.objects.filter(pk=state.pk).update(
                status=TaskState.STATUS_CANCELLED, finished_at=decision.at, finished_by=user
            )
    workflow_state = type(workflow_state).objects.get(pk=workflow_state.pk)
    if to_step:
        task = next(task for task in workflow_state.workflow.tasks.specific() if task.step == to_step)
        workflow_state.status = workflow_state.STATUS_IN_PROGRESS
        workflow_state.update(user=user, next_task=task)
    elif workflow_state.status == workflow_state.STATUS_IN_PROGRESS:
        workflow_state.cancel(user=user)
    _tell_of_return(page, decision, to_step)


def _tell_of_return(page: CircularPage, decision: Decision, to_step: str) -> None:
    where = f"退回{Step(to_step).label}环节" if to_step else "退回"
    objections = page.decisions.filter(version=decision.version, outcome=Outcome.OBJECTED).select_related("unit")
    said = "；".join(f"{each.unit}：{each.opinion}" for each in objections) or decision.opinion
    who = (
        f"{decision.get_step_display()}有单位不同意，" if decision.outcome == Outcome.OBJECTED else f"{decision.by} 在"
    )
    where = where if decision.outcome == Outcome.OBJECTED else f"{decision.get_step_display()}环节{where}"
    tell(
        on_the_path(page),
        key=f"returned:{decision.pk}",
        text=f"{who}{where}{quoted(page.title)}：{said}",
        link=reverse("circulars:drafts"),
        about=about_paper(page.pk),
        at=decision.at,
    )


def on_the_path(page: CircularPage) -> set[int]:
    """The drafter and everybody who has decided on this draft so far."""
    return {page.owner_id, *page.decisions.values_list("by_id", flat=True)}


def approve(turn: Turn, lap: Any) -> None:
    """Every issuing body has signed: the version is approved, as of the last signature."""
    lead = turn.version.snapshot["issuers"][0]
    signed = Decision.objects.filter(turn__in=lap).select_related("unit", "by")
    decision = next(each for each in signed if each.unit and each.unit.code == lead)
    last = max(each.at for each in signed)
    Version.objects.filter(pk=turn.version_id).update(approved_at=last, approved_by=decision.by)
    page = turn.page
    registrars = people_with(Right.REGISTER, page.issuer.pk)
    tell(
        registrars,
        key=f"approved:{decision.pk}",
        text=f"{decision.by} 已签发{quoted(page.title)}，请复核登记。",
        link=reverse("circulars:outbox"),
        about=about_paper(page.pk),
        at=last,
    )
    tell(
        {page.owner_id} - registrars,
        key=f"approved:{decision.pk}",
        text=f"{decision.by} 已签发{quoted(page.title)}，等待登记员复核登记。",
        link=reverse("circulars:drafts"),
        about=about_paper(page.pk),
        at=last,
    )


def now() -> datetime:
    """The time of the act in hand."""
    return moment.get() or timezone.now()
