"""核稿, 会签 and 签发 as Wagtail tasks: each opens its seats, hears them, and is passed when all have agreed (regulation arts. 20 to 22).

A seat is taken by whoever holds its right for the unit, never by the drafter, never by a person of another step, and not by a superuser
as such. The verbs of ``circulars.moderation`` lead here; nobody goes around.
"""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Task, TaskState

from accounts.holders import people_with
from accounts.people import User
from accounts.roles import Right
from accounts.units import Unit
from circulars.decisions import Answer, Decision, Outcome
from circulars.deeds import Deed
from circulars.elements import Problem, warnings
from circulars.layouts import Direction
from circulars.onward import onward
from circulars.outcomes import approve, decide_turn, go_back, now
from circulars.pages import CircularPage, about_paper
from circulars.snapshots import Snapshot, facts_about
from circulars.titles import quoted
from circulars.turns import PATH, Step, Turn, passed_steps
from circulars.versions import Version, latest_version
from cms.areas import Area
from cms.lifecycles import OutOfOrder
from cms.limits import limit_due
from cms.messages import tell
from cms.offices import office_of
from cms.ruleversions import RuleVersion
from cms.workdays import CalendarMissing


class UnitTask(Task):
    """A step whose seats belong to units; the draft stays locked meanwhile."""

    step: Step
    agreed: Deed
    # How a seat may speak beside agreeing.
    refusing = "return"

    class Meta:
        abstract = True

    def seats(self, snapshot: Snapshot) -> list[tuple[str, Right]]:
        """Codes of the units that are asked, each with the right by which its seat is taken."""
        raise NotImplementedError

    def start(self, workflow_state: Any, user: Any = None) -> Any:
        page = CircularPage.objects.get(pk=workflow_state.object_id)
        version = latest_version(page)
        if version is None:
            raise PermissionDenied("文稿须由拟稿人送审。")
        state = super().start(workflow_state, user=user)
        if not self.open_seats(page, version):
            state.status = TaskState.STATUS_SKIPPED
            state.finished_at = now()
            state.save(update_fields=["status", "finished_at"])
        return state

    def open_seats(self, page: CircularPage, version: Version) -> int:
        """The units that are asked have their seats and whoever may take one knows; returns how many there are."""
        seats = self.seats(version.snapshot)
        if not seats:
            return 0
        units = {unit.code: unit for unit in Unit.objects.filter(code__in=[code for code, _ in seats])}
        lap = (version.turns.filter(step=self.step).aggregate(last=models.Max("lap"))["last"] or 0) + 1
        times = step_times(now(), page.area)
        turns = Turn.objects.bulk_create(
            [
                Turn(page=page, version=version, step=self.step, lap=lap, unit=units[code], right=right, **times)
                for code, right in seats
            ]
        )
        for turn in turns:
            tell(
                people_with(Right(turn.right), turn.unit_id) - {page.owner_id},
                key=f"turn:{version.pk}:{self.step}:{lap}:{turn.unit_id}",
                text=f"请{self.step.label}：{quoted(page.title)}",
                link=reverse("circulars:decide", args=[page.pk]),
                about=about_paper(page.pk),
                at=now(),
            )
        return len(turns)

    def locked_for_user(self, obj: Any, user: Any) -> bool:
        return True

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, str, bool]]:
        """None in the admin's own menus: opinions are given on the desk."""
        return []

    @transaction.atomic
    def on_action(self, task_state: Any, user: Any, action_name: str, comment: str = "", **kwargs: Any) -> None:
        page = CircularPage.objects.select_for_update().get(pk=task_state.workflow_state.object_id)
        task_state = TaskState.objects.select_related("workflow_state__workflow", "task").get(pk=task_state.pk)
        # What the person held when the request began may have ended while it waited for the row.
        user = User.objects.get(pk=user.pk)
        turn = self._turn_of(page, user, kwargs.get("seat"))
        if task_state.status != TaskState.STATUS_IN_PROGRESS or turn is None:
            raise PermissionDenied("这一环节已由别人办理。")
        if (digest := kwargs.get("digest", "")) and digest != turn.version.digest:
            raise OutOfOrder("文稿在您打开之后改动过，请重新看过再办理。")
        if action_name not in ("agree", self.refusing):
            raise PermissionDenied("没有这种办理方式。")
        hear = {"agree": self._agree, "object": self._object, "return": self._return}[action_name]
        hear(turn, task_state, user, comment.strip(), kwargs)

    def _turn_of(self, page: CircularPage, user: Any, seat: int | None) -> Turn | None:
        """The seat that the person takes, ``seat`` if they say which; raises ``PermissionDenied`` with the reason when there is none."""
        turns = list(open_turns(page.pk, self.step).select_related("version", "unit", "page"))
        if seat is not None:
            turns = [turn for turn in turns if turn.pk == seat]
            if not turns:
                raise OutOfOrder("您打开的这一席位已经办过，或者文稿改动过，请重新看过再办理。")
        refusals = [turn.refusal(user) for turn in turns]
        for turn, refusal in zip(turns, refusals, strict=True):
            if not refusal:
                return turn
        if refusals:
            raise PermissionDenied(refusals[0])
        return None

    def _agree(self, turn: Turn, task_state: Any, user: Any, opinion: str, said: dict[str, Any]) -> None:
        decision = decide_turn(turn, Outcome.AGREED, self.agreed, by=user, opinion=opinion)
        Answer.objects.bulk_create(
            [
                Answer(decision=decision, code=problem.code, sentence=problem.sentence[:300])
                for problem in said.get("answered", ())
            ],
            ignore_conflicts=True,
        )
        self._conclude(turn, task_state, user, opinion)

    def _object(self, turn: Turn, task_state: Any, user: Any, opinion: str, said: dict[str, Any]) -> None:
        if not opinion:
            raise PermissionDenied("不同意必须写明理由。")
        decide_turn(turn, Outcome.OBJECTED, Deed.DRAFT_OBJECTED, by=user, opinion=opinion)
        self._conclude(turn, task_state, user, opinion)

    def _return(self, turn: Turn, task_state: Any, user: Any, reason: str, said: dict[str, Any]) -> None:
        if not reason:
            raise PermissionDenied("退回必须写明理由。")
        to_step = said.get("to_step") or ""
        if to_step and Step(to_step) not in earlier_steps(turn):
            raise PermissionDenied("只能退回到已经办过的环节。")
        decision = decide_turn(turn, Outcome.RETURNED, Deed.DRAFT_RETURNED, by=user, opinion=reason, to_step=to_step)
        go_back(task_state.workflow_state, decision, to_step, user)

    def _conclude(self, turn: Turn, task_state: Any, user: Any, opinion: str) -> None:
        """When the last seat has spoken: onward if all agreed, back to the drafter if one did not."""
        lap = Turn.objects.filter(version=turn.version, step=self.step, lap=turn.lap)
        if lap.open().exists():
            return
        if objections := list(Decision.objects.filter(turn__in=lap, outcome=Outcome.OBJECTED)):
            go_back(task_state.workflow_state, objections[-1], "", user)
            return
        if self.step is Step.APPROVE:
            approve(turn, lap)
        onward(task_state, turn.page, turn.version, by=user, opinion=opinion)


class ReviewTask(UnitTask):
    """核稿: reason, law, form, facts (art. 20)."""

    step = Step.REVIEW
    agreed = Deed.DRAFT_REVIEWED

    class Meta:
        verbose_name = "核稿"
        verbose_name_plural = "核稿"

    def seats(self, snapshot: Snapshot) -> list[tuple[str, Right]]:
        return [(snapshot["issuers"][0], Right.REVIEW)]


class CountersignTask(UnitTask):
    """会签: every unit whose business the paper touches says what it thinks, all at once (art. 20(3); R16-4)."""

    step = Step.COUNTERSIGN
    agreed = Deed.DRAFT_COUNTERSIGNED
    refusing = "object"

    class Meta:
        verbose_name = "会签"
        verbose_name_plural = "会签"

    def seats(self, snapshot: Snapshot) -> list[tuple[str, Right]]:
        return [(code, Right.COUNTERSIGN) for code in snapshot["countersign"] if code not in snapshot["issuers"]]


class ApproveTask(UnitTask):
    """签发: by the responsible person of every issuing body; important and upward papers by the principal leader (art. 22; R17-3)."""

    step = Step.APPROVE
    agreed = Deed.DRAFT_APPROVED

    class Meta:
        verbose_name = "签发"
        verbose_name_plural = "签发"

    def seats(self, snapshot: Snapshot) -> list[tuple[str, Right]]:
        right = Right.APPROVE_IMPORTANT if needs_principal(snapshot) else Right.APPROVE
        return [(code, right) for code in snapshot["issuers"]]


def needs_principal(snapshot: Snapshot) -> bool:
    """Whether only the principal leader may approve it (art. 22)."""
    return bool(snapshot["important"]) or snapshot["direction"] == Direction.UPWARD


def earlier_steps(turn: Turn) -> list[Step]:
    """The steps that this text has been through before the turn's own, in their order."""
    before = PATH[: PATH.index(Step(turn.step))] if turn.step in PATH else PATH
    return [step for step in passed_steps(turn.version) if step in before]


def open_turns(page: int, step: Step) -> Any:
    """The seats of the step that nobody has taken yet."""
    return Turn.objects.open().filter(page=page, step=step)


def step_times(opened_at: datetime, area: Area) -> dict[str, Any]:
    """When a seat that is opened now is reminded of and due, by the office of the area; both unknown while the calendar does not reach that far."""
    office, rules = office_of(area), RuleVersion.objects.in_force(area, opened_at).rule_set
    try:
        due_at = limit_due("step", opened_at, office, rules).at
    except CalendarMissing:
        return {"opened_at": opened_at, "warn_at": None, "due_at": None}
    return {"opened_at": opened_at, "warn_at": office.open_of(timezone.localdate(due_at)), "due_at": due_at}


def warnings_of(version: Version) -> list[Problem]:
    """What the checks leave to the reviewer's judgement on this version."""
    snapshot = version.snapshot
    return warnings(snapshot, facts_about(snapshot))
