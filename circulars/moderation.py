"""The verbs of the way to an approval: hand over, decide, take back, send back at the recheck (2012 regulation arts. 20 to 25).

A decision binds to the digest of the version that was read; a changed text has no approval. Steps and seats are in
``circulars/steps.py``. Next: ``circulars/registration``, where the approved text becomes a circular.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from accounts.holders import people_with
from accounts.roles import Right, may
from accounts.units import Unit
from circulars.decisions import Outcome
from circulars.deeds import Deed
from circulars.elements import Problem, errors
from circulars.onward import begin
from circulars.outcomes import go_back, moment, on_the_path, record
from circulars.pages import CircularPage, about_paper
from circulars.secrecycases import refuse_blocked
from circulars.snapshots import Snapshot, facts_about, snapshot_of, typed_in
from circulars.steps import ApproveTask, CountersignTask, ReviewTask, warnings_of
from circulars.titles import quoted
from circulars.turns import Step, Turn, passed_steps
from circulars.versions import approval_of, keep_version, latest_version
from cms import ledger
from cms.lifecycles import OutOfOrder
from cms.messages import tell


class NotReady(Exception):
    """The draft cannot be handed over; ``problems`` says why, field by field."""

    def __init__(self, problems: list[Problem]):
        self.problems = problems
        super().__init__("\n".join(problem.sentence for problem in problems))


class WarningsUnanswered(OutOfOrder):
    """The reviewer agreed without having answered every warning of the checks."""


@transaction.atomic
def submit(page: CircularPage, *, by: Any, at: datetime, declared: bool = True) -> None:
    """The draft's latest text is kept as a version, in the reviewers' hands and locked.

    ``declared`` is the drafter's word that it holds no state secret (Article 5). Raises ``NotReady`` when elements are wrong or a step
    would find nobody, ``OutOfOrder`` when the text is on its way or approved already.
    """
    if not page.permissions_for_user(by).is_drafter():
        raise PermissionDenied("只有拟稿人能送审。")
    page = CircularPage.objects.select_for_update().get(pk=page.pk)
    refuse_blocked(page)
    if page.workflow_in_progress:
        raise OutOfOrder("文稿已经送审，正在办理。")
    if approval_of(page):
        raise OutOfOrder("这份文稿已经签发，没有改动，不必再送审。")
    draft = page.get_latest_revision_as_object()
    snapshot = snapshot_of(draft)
    if found := [*errors(snapshot, facts_about(snapshot)), *_empty_seats(snapshot, page.owner_id)]:
        raise NotReady(found)
    version = keep_version(page, snapshot, typed=typed_in(draft), by=by, at=at, is_declared=declared)
    ledger.enter(
        Deed.DRAFT_SUBMITTED,
        subject=ledger.subject_of(page),
        by=by,
        at=at,
        unit=page.issuer.pk,
        facts={"digest": version.digest, "version": version.number, "declared": declared},
    )
    with _at(at):
        begin(page, version, by=by)


def decide(
    page: CircularPage,
    action: str,
    *,
    by: Any,
    at: datetime,
    opinion: str = "",
    digest: str = "",
    seat: int | None = None,
    to_step: str = "",
    answered: Collection[str] = (),
) -> None:
    """A seat at the step in hand has spoken: ``agree``, ``object`` (会签), or ``return`` with its reason, to the drafter or ``to_step``.

    ``digest`` is that of the text which the person read, ``seat`` the key of the turn that they speak for, and ``answered`` the keys of the
    warnings that a reviewer ticked; a screen always gives all three. Raises ``OutOfOrder`` when no step is in hand, the text is another one by now or warnings are unanswered, and
    ``PermissionDenied``, with a sentence, when it is not this person's.
    """
    state, version = page.current_workflow_state, latest_version(page)
    if state is None or state.current_task_state is None or version is None:
        raise OutOfOrder("文稿不在审签中，可能已由别人办理或已被撤回。")
    task_state = state.current_task_state
    task_state.workflow_state = state
    task = task_state.task.specific_deferred
    said: dict[str, Any] = {"digest": digest, "seat": seat, "to_step": to_step}
    if action == "agree" and task.step == Step.REVIEW:
        warnings = warnings_of(version)
        if open_ones := [problem for problem in warnings if problem.key not in answered]:
            raise WarningsUnanswered(f"还有 {len(open_ones)} 条提示没有核对，请逐条核对并勾选后再同意。")
        said["answered"] = warnings
    with _at(at):
        task.on_action(task_state, by, action, comment=opinion, **said)


@transaction.atomic
def withdraw(page: CircularPage, *, by: Any, at: datetime) -> None:
    """The draft is back with its drafter before it was approved; opinions given so far count no more."""
    state = CircularPage.objects.select_for_update().get(pk=page.pk).current_workflow_state
    if not page.permissions_for_user(by).is_drafter():
        raise PermissionDenied("只有拟稿人能撤回送审。")
    if state is None:
        raise OutOfOrder("文稿不在审签中。")
    Turn.objects.open().filter(page=page.pk).update(closed_at=at)
    state.cancel(user=by)
    ledger.enter(Deed.DRAFT_WITHDRAWN, subject=ledger.subject_of(page), by=by, at=at)


@transaction.atomic
def send_back(page: CircularPage, *, by: Any, at: datetime, reason: str, to_step: str = "") -> None:
    """The registrar's recheck found the approved text wanting: it is back with its drafter, or at an earlier step (art. 25)."""
    page = CircularPage.objects.select_for_update().get(pk=page.pk)
    if not may(by, Right.REGISTER, page.issuer.pk):
        raise PermissionDenied(f"您没有“{page.issuer}”的复核登记职责。")
    version = latest_version(page)
    if hasattr(page, "circular") or version is None or version.approved_at is None:
        raise OutOfOrder("文稿已经登记，或者现在没有有效的签发，不能退回。")
    if not reason.strip():
        raise OutOfOrder("退回必须写明理由。")
    if to_step and to_step not in passed_steps(version):
        raise OutOfOrder("只能退回到已经办过的环节。")
    with _at(at):
        decision = record(
            version,
            Step.RECHECK,
            Outcome.RETURNED,
            Deed.DRAFT_RETURNED,
            by=by,
            opinion=reason.strip(),
            unit=page.issuer.pk,
            to_step=to_step,
        )
        go_back(page.workflow_states.order_by("pk").last(), decision, to_step, by)


@transaction.atomic
def void_if_changed(page: CircularPage, *, by: Any, at: datetime) -> bool:
    """When a draft was approved and its text is another now, the approval is void and everybody on the path knows."""
    version = latest_version(page)
    if hasattr(page, "circular") or version is None or version.approved_at is None:
        return False
    draft = page.get_latest_revision_as_object()
    if version.is_what_stands_in(draft):
        return False
    approver = version.approved_by
    page.versions.approved().update(approved_at=None, approved_by=None)
    with _at(at):
        voided = record(version, Step.APPROVE, Outcome.VOIDED, Deed.APPROVAL_VOIDED, by=by, unit=page.issuer.pk)
    tell(
        on_the_path(page),
        key=f"voided:{voided.pk}",
        text=f"{quoted(draft.title)}签发后有改动，{approver} 的签发已失效，须重新送审。",
        link=reverse("circulars:drafts"),
        about=about_paper(page.pk),
        at=at,
    )
    return True


def _empty_seats(snapshot: Snapshot, drafter: int | None) -> Iterator[Problem]:
    """Seats that nobody could take: better said now than waited for."""
    fields = {ReviewTask: None, CountersignTask: "countersign_units", ApproveTask: "co_issuers"}
    units = {unit.code: unit for unit in Unit.objects.filter(code__in=[*snapshot["issuers"], *snapshot["countersign"]])}
    for task, field in fields.items():
        for code, right in task().seats(snapshot):
            if not people_with(right, units[code].pk) - {drafter}:
                own = code == snapshot["issuers"][0]
                yield Problem(
                    "E-SEAT",
                    "" if own or field is None else field,
                    f"“{units[code]}”现在没有人能{right.label}（拟稿人本人不算），请先落实人员或安排代行。",
                )


@contextmanager
def _at(at: datetime) -> Iterator[None]:
    token = moment.set(at)
    try:
        yield
    finally:
        moment.reset(token)
