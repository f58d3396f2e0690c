"""Where a draft stands, in one word and one sentence for its drafter."""

from dataclasses import dataclass
from typing import Any

from wagtail.models import WorkflowState

from circulars.decisions import Decision, Outcome, Step, approval_of
from circulars.pages import CircularPage
from circulars.registration import Circular


@dataclass(frozen=True)
class Progress:
    """The status word of ``desk/_status.html``, its Chinese label, and what happens next or was said last."""

    word: str
    label: str
    sentence: str
    is_editable: bool


def progress_of_all(pages: list[CircularPage]) -> list[tuple[CircularPage, Progress]]:
    """Each draft with the answer for the drafter's board; the steps in hand are asked in one query for all."""
    running = WorkflowState.objects.filter(
        status=WorkflowState.STATUS_IN_PROGRESS, object_id__in=[str(page.pk) for page in pages]
    ).select_related("current_task_state__task")
    steps = {int(state.object_id): state.current_task_state.task for state in running if state.current_task_state}
    return [(page, _progress(page, steps.get(page.pk))) for page in pages]


def progress_of(page: CircularPage) -> Progress:
    """The answer for one draft."""
    return _progress(page, page.current_workflow_task)


def _progress(page: CircularPage, task: Any) -> Progress:
    circular = getattr(page, "circular", None)
    if circular is not None:
        if circular.state == Circular.State.VOIDED:
            return Progress(
                "voided", "文号已作废", f"{circular.number} 不再使用：{circular.voiding.reason}", is_editable=False
            )
        if circular.sent_at:
            return Progress("sent", "已发送", f"{circular.number}，可以查看签收情况。", is_editable=False)
        return Progress("registered", "已登记", f"{circular.number}，等待发送。", is_editable=False)
    if task is not None:
        return Progress("review", f"{task.name}中", f"等待{task.name}，期间文稿锁定。", is_editable=False)
    last = max(page.decisions.all(), key=lambda decision: decision.pk, default=None)
    if last is not None and last.step == Step.APPROVE and approval_of(page) is not None:
        return Progress("approved", "已签发", "等待复核登记；改动文稿会使签发失效。", is_editable=True)
    return _unfinished(last)


def _unfinished(last: Decision | None) -> Progress:
    if last is not None and last.outcome == Outcome.RETURNED:
        return Progress(
            "returned", "退回修改", f"{last.by}（{Step(last.step).label}）：{last.opinion}", is_editable=True
        )
    if last is not None and last.step == Step.APPROVE:
        return Progress("draft", "须重新送审", "签发后改动过，原签发已失效。", is_editable=True)
    return Progress("draft", "草稿", "写好后送审。", is_editable=True)
