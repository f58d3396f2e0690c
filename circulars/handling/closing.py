"""办结: the paper is handled, with what came of it; the sender sees the time and nothing else (regulation art. 24(4), (7))."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.holders import people_with
from accounts.roles import Right
from circulars.deeds import Deed
from circulars.handling.giving import tell_inside
from circulars.handling.holding import called, handling_of, held, settle
from circulars.handling.levels import Levels, levels_of
from circulars.handling.opening import begin, refuse_stranger
from circulars.handling.record import LONGEST, Assignment, Handling, Opinion
from circulars.handling.working import refuse_others
from circulars.incoming import Incoming, Kind
from circulars.reasons import digest_of_reason, said_in
from cms.lifecycles import OutOfOrder, move

_Part, _Assigned, _State = Assignment.Part, Assignment.State, Handling.State


@transaction.atomic
def finish(incoming: Incoming, result: str, *, by: Any, at: datetime) -> Handling:
    """The paper is handled, with its result; the clerks and whoever instructed know. While it goes round it is handled with the last reader.

    Who leads finishes it; where the unit assigns no work, or the paper is for information, the clerk does. Raises ``PermissionDenied`` for
    anybody else, ``ValidationError`` without a result, ``Marked`` for a mark of secrecy, and ``OutOfOrder`` before its time or after it.
    """
    incoming = held(incoming.pk)
    handling = handling_of(incoming) or _pressed_once(incoming, by=by, at=at)
    if handling.state == _State.FINISHED:
        done = timezone.localtime(handling.finished_at)
        raise OutOfOrder(f"本件已由{handling.finished_by}于{done:%-m月%-d日 %H:%M}办结。")
    if handling.state == _State.TO_CLOSE:
        refuse_stranger(incoming, by)
    else:
        _end_work(handling, by=by, at=at)
    result = said_in(result, "result", "请写明办理结果", longest=LONGEST)
    move(
        handling,
        _State.FINISHED,
        Deed.HANDLING_FINISHED,
        by=by,
        at=at,
        unit=incoming.unit_id,
        facts={"text_digest": digest_of_reason(result)},
        result=result,
        finished_by=by,
        finished_at=at,
    )
    settle(incoming, by=by, at=at)
    instructed = set(handling.opinions.filter(kind=Opinion.Kind.INSTRUCTION).values_list("by", flat=True))
    told = people_with(Right.HANDLE_INCOMING, incoming.unit_id) | instructed
    tell_inside(told - {by.pk}, incoming, "finished", f"{called(incoming)}已由{by}办结。", at=at)
    return handling


def _pressed_once(incoming: Incoming, *, by: Any, at: datetime) -> Handling:
    """The handling of a paper that is closed with the first press; raises ``OutOfOrder`` where it must be proposed first."""
    refuse_stranger(incoming, by)
    levels = levels_of(incoming.unit, timezone.localdate(at))
    if incoming.kind != Kind.INFORMATION and not levels.closes_at_once:
        raise OutOfOrder("本件还没有拟办，不能办结。")
    return begin(incoming, _State.TO_CLOSE, Levels(False, False, False, levels.circulation), by=by, at=at)


def _end_work(handling: Handling, *, by: Any, at: datetime) -> None:
    """The lead's work is done; raises for another's, before it was given, and while a division still assists."""
    lead = handling.assignments.filter(part=_Part.LEAD, state=_Assigned.OPEN).select_related("unit", "person").first()
    if lead is None:
        raise OutOfOrder(f"本件现在是“{handling.get_state_display()}”，还不能办结。")
    refuse_others(lead, by)
    assisting = handling.assignments.filter(part=_Part.ASSIST, state=_Assigned.OPEN).select_related("unit", "person")
    if names := "、".join(row.whose for row in assisting):
        raise OutOfOrder(f"{names}还没有提出协办意见，请催办或者请领导改派。")
    facts = {"place": lead.unit_id, "part": lead.part}
    unit = handling.incoming.unit_id
    move(lead, _Assigned.DONE, Deed.WORK_DONE, by=by, at=at, unit=unit, facts=facts, ended_by=by, ended_at=at)
