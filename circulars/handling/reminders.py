"""期限: who works on a paper is reminded before its limit, and when it has passed the clerks and leaders know (regulation art. 24(6))."""

from datetime import datetime

from accounts.holders import people_with
from accounts.roles import Right
from circulars.handling.giving import tell_inside
from circulars.handling.holding import called
from circulars.handling.record import Assignment, AssignmentQuerySet
from circulars.handling.seen import in_hand
from cms.limits import moment


def sweep_work(at: datetime) -> None:
    """Whoever has work nearly due was reminded once; of what is late they were told once, and the unit's clerks and leaders with them."""
    rows = Assignment.objects.open().filter(handling__incoming__in=in_hand()).order_by("pk")
    rows = rows.select_related("handling__incoming__circular", "unit", "person")
    _remind(rows.filter(warn_at__lte=at, due_at__gte=at, warned_at=None), at)
    _escalate(rows.filter(due_at__lt=at, late_told_at=None), at)


def _remind(rows: AssignmentQuerySet, at: datetime) -> None:
    for row in rows:
        assert row.due_at is not None
        incoming = row.handling.incoming
        text = f"{called(incoming)}应在{moment(row.due_at, at)}前办结，请抓紧办理。"
        tell_inside(row.hands, incoming, f"warn:{row.pk}", text, at=at)
        Assignment.objects.filter(pk=row.pk).update(warned_at=at)


def _escalate(rows: AssignmentQuerySet, at: datetime) -> None:
    for row in rows:
        assert row.due_at is not None
        incoming = row.handling.incoming
        late = f"{called(incoming)}应在{moment(row.due_at, at)}前办结，已经超期"
        tell_inside(row.hands, incoming, f"late:{row.pk}", f"{late}，请立即办理。", at=at)
        above = people_with(Right.HANDLE_INCOMING, incoming.unit_id) | people_with(Right.INSTRUCT, incoming.unit_id)
        tell_inside(above - row.hands, incoming, f"late:{row.pk}", f"{late}，由{row.whose}承办，请催办。", at=at)
        Assignment.objects.filter(pk=row.pk).update(late_told_at=at)
