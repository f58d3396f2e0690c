"""The limit of each step of review: its holders are reminded on the last day, and when it has passed the matter goes higher (Article 1)."""

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from accounts.holders import people_with
from accounts.roles import Right
from circulars.pages import about_paper
from circulars.titles import quoted
from circulars.turns import Step, Turn
from cms.limits import when
from cms.messages import tell


def sweep_steps(at: datetime) -> None:
    """Whoever lets a step wait has been reminded once, and once the limit has passed drafter and principal leader know."""
    open_turns = Turn.objects.open().select_related("page", "unit")
    _remind(open_turns.filter(warn_at__lte=at, warned_at=None), at)
    _escalate(open_turns.filter(due_at__lt=at, escalated_at=None), at)


def _remind(turns: QuerySet[Turn], at: datetime) -> None:
    for turn in turns:
        tell(
            people_with(Right(turn.right), turn.unit_id) - {turn.page.owner_id},
            key=f"turn:{turn.pk}:warn",
            text=f"{quoted(turn.page.title)}等您{Step(turn.step).label}，期限 {_limit(turn)}。",
            link=reverse("circulars:decide", args=[turn.page_id]),
            about=about_paper(turn.page_id),
            at=at,
        )
        Turn.objects.filter(pk=turn.pk).update(warned_at=at)


def _escalate(turns: QuerySet[Turn], at: datetime) -> None:
    for turn in turns:
        late = f"{quoted(turn.page.title)}在“{turn.unit}”{Step(turn.step).label}已超过期限（{_limit(turn)}）"
        holders = people_with(Right(turn.right), turn.unit_id)
        higher = people_with(Right.APPROVE_IMPORTANT, turn.unit_id) | people_with(Right.COUNTERSIGN, turn.unit_id)
        tell(
            holders - {turn.page.owner_id},
            key=f"turn:{turn.pk}:late",
            text=f"{late}，请尽快办理。",
            link=reverse("circulars:decide", args=[turn.page_id]),
            about=about_paper(turn.page_id),
            at=at,
        )
        tell(
            higher - holders - {turn.page.owner_id},
            key=f"turn:{turn.pk}:late",
            text=f"{late}，请督促。",
            about=about_paper(turn.page_id),
            at=at,
        )
        tell(
            {turn.page.owner_id},
            key=f"turn:{turn.pk}:late",
            text=f"{late}，已提醒办理人并报其领导。",
            link=reverse("circulars:drafts"),
            about=about_paper(turn.page_id),
            at=at,
        )
        Turn.objects.filter(pk=turn.pk).update(escalated_at=at)


def _limit(turn: Turn) -> str:
    return when(turn.due_at) if turn.due_at else "待定"
