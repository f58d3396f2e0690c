"""核稿 (review) and 签发 (approve): two steps that nobody goes around (2012 regulation arts. 20 to 22).

The steps are Wagtail tasks, taken by whoever holds the post for the issuing unit, never by the drafter, never twice by the same person,
and not by a superuser as such. A decision binds to the digest of the text that was decided on; a changed text has no approval.
Next: ``circulars/registration.py``, where the approved text becomes a circular.
"""

from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Task, TaskState, WorkflowState

from accounts.holders import people_with
from accounts.roles import Right, may, units_where
from circulars.decisions import Decision, Outcome, Step
from circulars.deeds import Deed
from circulars.elements import errors
from circulars.pages import CircularPage
from circulars.snapshots import digest_of, named_units, snapshot_of
from cms import ledger
from cms.lifecycles import OutOfOrder
from cms.messages import tell

# Wagtail's workflow calls carry no time; who loads history sets it around the call.
_moment: ContextVar[datetime | None] = ContextVar("moderation_moment", default=None)


class ReturnForm(forms.Form):
    """A return needs its reason."""

    comment = forms.CharField(
        label="退回理由",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "请写明退回理由，让拟稿人知道改什么。"},
    )


class AgreeForm(forms.Form):
    """An agreement may carry an opinion."""

    comment = forms.CharField(label="意见", required=False, widget=forms.Textarea(attrs={"rows": 3}))


class UnitTask(Task):
    """A step taken by whoever holds its right for the issuing unit; the draft stays locked meanwhile."""

    step: Step
    right: Right
    agreed: Deed

    class Meta:
        abstract = True

    def refusal(self, page: CircularPage, user: Any) -> str:
        """Why this person may not take the step on this draft; empty when they may."""
        page = page.specific  # Wagtail's own views hand in the bare page
        if not may(user, self.right, page.issuer.pk):
            return f"您没有“{page.issuer}”的{self.step.label}职责。"
        if page.owner_id == user.pk:
            return f"拟稿人不能办理自己文稿的{self.step.label}。"
        state = page.current_workflow_state
        if state and state.task_states.filter(status=TaskState.STATUS_APPROVED, finished_by=user).exists():
            return "上一环节由您办理，这一环节须由另一人办理。"
        return ""

    def start(self, workflow_state: Any, user: Any = None) -> Any:
        page = workflow_state.content_object.specific.get_latest_revision_as_object()
        if self.step is Step.REVIEW:
            _enter_submission(page, by=user, at=_now())
        state = super().start(workflow_state, user=user)
        tell(
            people_with(self.right, page.issuer.pk) - {page.owner_id},
            key=f"step:{state.pk}",
            text=f"请{self.step.label}:《{page.title}》",
            link=reverse("circulars:decide", args=[page.pk]),
            at=_now(),
        )
        return state

    def user_can_access_editor(self, obj: Any, user: Any) -> bool:
        return not self.refusal(obj, user)

    def locked_for_user(self, obj: Any, user: Any) -> bool:
        return True

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, str, bool]]:
        return (
            [] if self.refusal(obj, user) else [("agree", f"{self.step.label}同意", True), ("return", "退回修改", True)]
        )

    def get_form_for_action(self, action: str) -> type[forms.Form]:
        return ReturnForm if action == "return" else AgreeForm

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> Any:
        return steps_waiting(user).filter(task=self.pk)

    @transaction.atomic
    def on_action(
        self, task_state: Any, user: Any, action_name: str, comment: str = "", digest: str = "", **kwargs: Any
    ) -> None:
        page = CircularPage.objects.select_for_update().get(pk=task_state.revision.object_id)
        if self.refusal(page, user):
            raise PermissionDenied(self.refusal(page, user))
        task_state = TaskState.objects.get(pk=task_state.pk)
        if task_state.status != TaskState.STATUS_IN_PROGRESS:
            raise PermissionDenied("这一环节已由别人办理。")
        if digest and digest != digest_of(snapshot_of(task_state.revision.as_object())):
            raise OutOfOrder("文稿在您打开之后改动过，请重新看过再办理。")
        if action_name == "return":
            self._give_back(page, task_state, user, comment.strip())
        elif action_name == "agree":
            self._agree(page, task_state, user, comment.strip())
        else:
            raise PermissionDenied("没有这种办理方式。")

    def _agree(self, page: CircularPage, task_state: Any, user: Any, opinion: str) -> None:
        draft = task_state.revision.as_object()
        decision = _decide(draft, self.step, Outcome.AGREED, self.agreed, by=user, opinion=opinion)
        task_state.approve(user=user, comment=opinion)
        if self.step is Step.APPROVE:
            tell(
                people_with(Right.REGISTER, page.issuer.pk) | {page.owner_id},
                key=f"approved:{decision.pk}",
                text=f"{user} 已签发《{draft.title}》，请复核登记。",
                link=reverse("circulars:outbox"),
                at=decision.at,
            )

    def _give_back(self, page: CircularPage, task_state: Any, user: Any, reason: str) -> None:
        if not reason:
            raise PermissionDenied("退回必须写明理由。")
        draft = task_state.revision.as_object()
        decision = _decide(draft, self.step, Outcome.RETURNED, Deed.DRAFT_RETURNED, by=user, opinion=reason)
        task_state.reject(user=user, update=False, comment=reason)
        # A returned text begins again at the first step, so nobody's agreement survives into another text.
        task_state.workflow_state.cancel(user=user)
        tell(
            _on_the_path(draft),
            key=f"returned:{decision.pk}",
            text=f"{user} 在{self.step.label}环节退回《{draft.title}》：{reason}",
            link=reverse("circulars:drafts"),
            at=decision.at,
        )


class ReviewTask(UnitTask):
    """核稿: reason, law, form, facts (art. 20)."""

    step = Step.REVIEW
    right = Right.REVIEW
    agreed = Deed.DRAFT_REVIEWED

    class Meta:
        verbose_name = "核稿"
        verbose_name_plural = "核稿"


class ApproveTask(UnitTask):
    """签发: by the responsible person of the body (art. 22)."""

    step = Step.APPROVE
    right = Right.APPROVE
    agreed = Deed.DRAFT_APPROVED

    class Meta:
        verbose_name = "签发"
        verbose_name_plural = "签发"


class NotReady(Exception):
    """The draft cannot be handed over; ``problems`` says why, field by field."""

    def __init__(self, problems: list[Any]):
        self.problems = problems
        super().__init__("\n".join(problem.sentence for problem in problems))


@transaction.atomic
def submit(page: CircularPage, *, by: Any, at: datetime) -> None:
    """The draft's latest text is in the reviewers' hands and locked; raises ``NotReady`` when elements are wrong."""
    if not page.permissions_for_user(by).is_drafter():
        raise PermissionDenied("只有拟稿人能送审。")
    if CircularPage.objects.select_for_update().get(pk=page.pk).workflow_in_progress:
        raise OutOfOrder("文稿已经送审，正在办理。")
    token = _moment.set(at)
    try:
        workflow = page.get_workflow()
        workflow.start(page, by)
    finally:
        _moment.reset(token)


def decide(page: CircularPage, action: str, *, by: Any, at: datetime, opinion: str = "", digest: str = "") -> None:
    """The step in hand is taken: ``agree`` or ``return`` (with its reason).

    ``digest`` is that of the text which the person read; a screen always gives it. Raises ``OutOfOrder`` when no step is in hand or the
    text is another one by now, and ``PermissionDenied``, with a sentence, when it is not this person's.
    """
    page = CircularPage.objects.get(pk=page.pk)
    task = page.current_workflow_task
    if task is None:
        raise OutOfOrder("文稿不在审签中，可能已由别人办理或已被撤回。")
    token = _moment.set(at)
    try:
        task.specific.on_action(page.current_workflow_task_state, by, action, comment=opinion, digest=digest)
    finally:
        _moment.reset(token)


@transaction.atomic
def withdraw(page: CircularPage, *, by: Any, at: datetime) -> None:
    """The draft is back with its drafter before anybody approved it."""
    state = CircularPage.objects.select_for_update().get(pk=page.pk).current_workflow_state
    if page.owner_id != by.pk:
        raise PermissionDenied("只有拟稿人能撤回送审。")
    if state is None:
        raise OutOfOrder("文稿不在审签中。")
    state.cancel(user=by)
    ledger.enter(Deed.DRAFT_WITHDRAWN, subject=ledger.subject_of(page), by=by, at=at)


@transaction.atomic
def void_if_changed(page: CircularPage, *, by: Any, at: datetime) -> bool:
    """When a draft was approved and its text is another now, the approval is void and everybody on the path knows."""
    decision = page.decisions.order_by("pk").last()
    if (
        hasattr(page, "circular")
        or decision is None
        or decision.step != Step.APPROVE
        or decision.outcome != Outcome.AGREED
    ):
        return False
    draft = page.get_latest_revision_as_object()
    if decision.digest == digest_of(snapshot_of(draft)):
        return False
    voided = _decide(draft, Step.APPROVE, Outcome.VOIDED, Deed.APPROVAL_VOIDED, by=by, at=at)
    tell(
        _on_the_path(draft),
        key=f"voided:{voided.pk}",
        text=f"《{draft.title}》签发后被 {by} 改动，原签发失效，须重新送审。",
        link=reverse("circulars:drafts"),
        at=at,
    )
    return True


def steps_waiting(user: Any) -> Any:
    """The task states that wait for this person, oldest first: ``UnitTask.refusal`` for many drafts, as one query."""
    approved_before = TaskState.objects.filter(
        workflow_state=OuterRef("workflow_state"), status=TaskState.STATUS_APPROVED, finished_by=user.pk
    )
    mine = Q(pk__in=[])
    for task_class in (ReviewTask, ApproveTask):
        drafts = CircularPage.objects.in_sections_of(units_where(user, task_class.right)).unregistered()
        drafts = drafts.exclude(owner_id=user.pk).annotate(key=Cast("pk", models.CharField()))
        mine |= Q(task__in=task_class.objects.values("pk"), revision__object_id__in=drafts.values("key"))
    return (
        TaskState.objects.filter(mine, ~Exists(approved_before))
        .filter(
            status=TaskState.STATUS_IN_PROGRESS,
            workflow_state__status=WorkflowState.STATUS_IN_PROGRESS,
        )
        .order_by("started_at")
    )


def _enter_submission(page: CircularPage, *, by: Any, at: datetime) -> None:
    snapshot = snapshot_of(page)
    if found := errors(snapshot, named_units(snapshot)):
        raise NotReady(found)
    ledger.enter(
        Deed.DRAFT_SUBMITTED,
        subject=ledger.subject_of(page),
        by=by,
        at=at,
        unit=page.issuer.pk,
        facts={"title": page.title, "digest": digest_of(snapshot)},
    )


def _decide(
    draft: CircularPage,
    step: Step,
    outcome: Outcome,
    deed: Deed,
    *,
    by: Any,
    at: datetime | None = None,
    opinion: str = "",
) -> Decision:
    decision = Decision.objects.create(
        page_id=draft.pk,
        step=step,
        outcome=outcome,
        by=by,
        at=at or _now(),
        opinion=opinion,
        digest=digest_of(snapshot_of(draft)),
    )
    ledger.enter(
        deed,
        subject=ledger.subject_of(draft),
        by=by,
        at=decision.at,
        unit=draft.issuer.pk,
        facts={"opinion": opinion, "digest": decision.digest},
    )
    return decision


def _on_the_path(draft: CircularPage) -> set[int]:
    """The drafter and everybody who has decided on this draft so far."""
    return {draft.owner_id, *Decision.objects.filter(page_id=draft.pk).values_list("by_id", flat=True)}


def _now() -> datetime:
    return _moment.get() or timezone.now()
