"""Where a draft stands, in one word and one sentence for its drafter."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from circulars.decisions import Decision, Outcome
from circulars.elements import Problem, warnings
from circulars.pages import CircularPage
from circulars.registration import Circular
from circulars.snapshots import facts_about, snapshot_of
from circulars.turns import Step, Turn
from circulars.versions import Version
from cms.limits import moment


@dataclass(frozen=True)
class Progress:
    """The status word of ``desk/_status.html``, its Chinese label, and what happens next or was said last.

    ``is_late`` when the limit of the step in hand has passed (2 working days a step unless the area says otherwise).
    """

    word: str
    label: str
    sentence: str
    is_editable: bool
    is_late: bool = False


def progress_of_all(pages: list[CircularPage], now: datetime) -> list[tuple[CircularPage, Progress]]:
    """Each draft with the answer for the drafter's board; the seats in hand are asked in one query for all."""
    waiting: dict[int, list[Turn]] = {}
    for turn in Turn.objects.open().filter(page__in=[page.pk for page in pages]).select_related("unit"):
        waiting.setdefault(turn.page_id, []).append(turn)
    approved = set(
        Version.objects.to_register().filter(page__in=[page.pk for page in pages]).values_list("page_id", flat=True)
    )
    return [(page, _progress(page, waiting.get(page.pk, []), page.pk in approved, now)) for page in pages]


def progress_of(page: CircularPage, now: datetime | None = None) -> Progress:
    """The answer for one draft."""
    turns = list(Turn.objects.open().filter(page=page.pk).select_related("unit"))
    is_approved = Version.objects.to_register().filter(page=page.pk).exists()
    return _progress(page, turns, is_approved, now or timezone.now())


def asked_at_review(page: CircularPage) -> list[Problem]:
    """What the reviewer will have to answer for on the draft as it was last saved; the drafter may mend it before."""
    snapshot = snapshot_of(page.get_latest_revision_as_object())
    return warnings(snapshot, facts_about(snapshot))


def _progress(page: CircularPage, turns: list[Turn], is_approved: bool, now: datetime) -> Progress:
    circular = getattr(page, "circular", None)
    if circular is not None:
        if circular.state == Circular.State.VOIDED:
            return Progress(
                "voided", "文号已作废", f"{circular.number} 不再使用：{circular.voiding.reason}", is_editable=False
            )
        if circular.state == Circular.State.RECALLED:
            said = f"{circular.number} 已撤回：{circular.recall_reason}"
            return Progress("recalled", "已撤回", said, is_editable=False)
        if circular.sent_at:
            return Progress("sent", "已发送", f"{circular.number}", is_editable=False)
        if circular.scheduled_for:
            sentence = f"{circular.number}，{moment(circular.scheduled_for, now)} 自动发送。"
            return Progress("scheduled", "待定时发送", sentence, is_editable=False)
        if circular.state == circular.State.SEALED:
            return Progress("sealed", "已用印", f"{circular.number}，等待发送。", is_editable=False)
        return Progress("registered", "已登记", f"{circular.number}，等待用印。", is_editable=False)
    if turns:
        return _waiting(turns, now)
    if is_approved:
        return Progress("approved", "已签发", "等待复核登记；改动文稿会使签发失效。", is_editable=True)
    return _unfinished(max(page.decisions.all(), key=lambda decision: decision.pk, default=None))


def _waiting(turns: list[Turn], now: datetime) -> Progress:
    step = Step(turns[0].step).label
    due = min((turn.due_at for turn in turns if turn.due_at), default=None)
    is_late = any(turn.is_late(now) for turn in turns)
    limit = f"期限 {moment(due, now)}" if due else "办理期限待定（工作日历尚未载入）"
    late = "，已超过期限" if is_late else ""
    units = "、".join(str(turn.unit) for turn in turns)
    since = moment(min(turn.opened_at for turn in turns), now)
    sentence = f"{since} 起等待{units}{step}，{limit}{late}。"
    return Progress("review", f"{step}中", sentence, is_editable=False, is_late=is_late)


def _unfinished(last: Decision | None) -> Progress:
    if last is not None and last.outcome == Outcome.VOIDED:
        return Progress("draft", "须重新送审", "签发后改动过，原签发已失效。", is_editable=True)
    if last is not None and last.outcome in (Outcome.RETURNED, Outcome.OBJECTED):
        who = f"{last.unit} {last.by}" if last.outcome == Outcome.OBJECTED else str(last.by)
        said = f"{who}（{Step(last.step).label}）：{last.opinion}"
        return Progress("returned", "退回修改", said, is_editable=True)
    return Progress("draft", "草稿", "写好后送审。", is_editable=True)
