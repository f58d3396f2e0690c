"""A text on its way through Wagtail's workflow: begun, and onward from each step that is passed (regulation arts. 20 to 22).

The rows are those that Wagtail's own ``start`` and ``approve`` leave, its history among them. Those read the draft and its revision anew at
every row, and ask beforehand what the keys of the database refuse anyway: two thirds of what a decision cost.
"""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from wagtail.log_actions import get_active_log_context
from wagtail.models import PageLogEntry, Task, TaskState, Workflow, WorkflowState

from circulars.outcomes import now
from circulars.pages import CircularPage
from circulars.turns import PATH
from circulars.versions import Version


def begin(page: CircularPage, version: Version, *, by: Any) -> None:
    """The first step that has seats is open for the text; call it with the page's row locked and no workflow on its way."""
    nearest_first = "-workflow_pages__page__depth"
    governing = Workflow.objects.filter(active=True, workflow_pages__page__in=page.get_ancestors(inclusive=True))
    state = WorkflowState(
        workflow=governing.order_by(nearest_first)[0],
        base_content_type=page.get_base_content_type(),
        content_type=page.cached_content_type,
        object_id=str(page.pk),
        requested_by=by,
    )
    WorkflowState.objects.bulk_create([state])
    opened = _open_next(state, page, version, _steps(state))
    said = {"next": _called(opened), "task_state_id": state.current_task_state_id}
    _enter_in_history(page, "wagtail.workflow.start", state, said, status=state.status, by=by)


def onward(passed: TaskState, page: CircularPage, version: Version, *, by: Any, opinion: str) -> None:
    """The step is passed and the next one that has seats is open, or the way is at its end.

    A text that was saved anew while the step was in hand begins at the first step again. Raises ``PermissionDenied`` when somebody else
    has passed it meanwhile.
    """
    state = passed.workflow_state
    mine = TaskState.objects.filter(pk=passed.pk, status=TaskState.STATUS_IN_PROGRESS)
    if not mine.update(status=TaskState.STATUS_APPROVED, finished_at=now(), finished_by=by, comment=opinion):
        raise PermissionDenied("这一环节已由别人办理。")
    steps = _steps(state)
    if passed.revision_id == page.latest_revision_id:
        steps = [step for step in steps if _place(step) > _place(passed.task)]
    opened = _open_next(state, page, version, steps)
    said = {"task_state_id": passed.pk, "task": _called(passed.task), "next": _called(opened)}
    _enter_in_history(
        page, "wagtail.workflow.approve", state, said, status=TaskState.STATUS_APPROVED, by=by, comment=opinion
    )


def _steps(state: WorkflowState) -> list[Task]:
    return list(
        Task.objects.filter(workflow_tasks__workflow=state.workflow_id, active=True).order_by(
            "workflow_tasks__sort_order"
        )
    )


def _open_next(state: WorkflowState, page: CircularPage, version: Version, steps: list[Task]) -> Task | None:
    """The first of the steps that has seats is in hand, those before it are skipped; without one the workflow is at its end."""
    states: list[TaskState] = []
    opened = None
    for step in steps:
        entered = TaskState(workflow_state=state, revision_id=page.latest_revision_id, task=step)
        states.append(entered)
        if step.specific_deferred.open_seats(page, version):
            opened = step
            break
        entered.status, entered.finished_at = TaskState.STATUS_SKIPPED, now()
    if states:
        TaskState.objects.bulk_create(states)
        state.current_task_state_id = states[-1].pk
    if opened is None:
        state.status = WorkflowState.STATUS_APPROVED
    WorkflowState.objects.filter(pk=state.pk).update(
        current_task_state=state.current_task_state_id, status=state.status
    )
    return opened


def _place(step: Task) -> int:
    return PATH.index(step.specific_deferred.step)


def _called(step: Task | None) -> dict[str, Any] | None:
    return {"id": step.pk, "title": step.name} if step else None


def _enter_in_history(
    page: CircularPage, action: str, state: WorkflowState, said: dict[str, Any], *, status: str, by: Any, **rest: str
) -> None:
    """What Wagtail's history of the page shows: who took the text onward, and to where."""
    workflow = {"id": state.workflow_id, "title": state.workflow.name, "status": status}
    PageLogEntry.objects.bulk_create(
        [
            PageLogEntry(
                content_type=ContentType.objects.get_for_model(page, for_concrete_model=False),
                label=page.get_admin_display_title(),
                action=action,
                data={"workflow": workflow | said, **rest},
                timestamp=timezone.now(),
                uuid=get_active_log_context().uuid,
                user=by,
                page=page,
                revision_id=page.latest_revision_id,
            )
        ]
    )
