"""拟办: the first step is the clerk's, who proposes, hands to the leader or assigns at once, as the unit's steps have it (regulation art. 24(4))."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.holders import people_with
from accounts.roles import Right, may
from circulars.deeds import Deed
from circulars.handling.giving import enter, lay_out, tell_inside
from circulars.handling.hands import Work, checked
from circulars.handling.holding import called, handling_of, held, settle
from circulars.handling.levels import Levels, levels_of
from circulars.handling.record import LONGEST, Assignment, Handling, Opinion
from circulars.incoming import Incoming
from circulars.reasons import digest_of_reason, said_in
from cms.lifecycles import OutOfOrder

_State = Handling.State


def refuse_stranger(incoming: Incoming, by: Any, right: Right = Right.HANDLE_INCOMING) -> None:
    """Raises ``PermissionDenied`` for who does not do this for the unit."""
    if not may(by, right, incoming.unit_id):
        raise PermissionDenied(f"您没有“{incoming.unit}”收文的“{right.label}”职责。")


def first_state(levels: Levels, work: Work) -> Handling.State:
    """Where a paper goes from the clerk's first step."""
    if levels.instruction:
        return _State.TO_INSTRUCT
    if levels.work:
        return _State.IN_WORK if work.lead else _State.TO_ASSIGN
    return _State.TO_CLOSE


@transaction.atomic
def propose(incoming: Incoming, text: str, work: Work, *, by: Any, at: datetime) -> Handling:
    """The clerk's proposal is on record, and who comes next knows: the leader with whom it lies, or, where none instructs, those who do the work.

    Raises ``PermissionDenied`` without the right, ``ValidationError`` for what is missing or cannot be, ``Marked`` for a mark of secrecy,
    and ``OutOfOrder`` where somebody proposed already, or where the unit closes its papers without any of this.
    """
    incoming = held(incoming.pk)
    refuse_stranger(incoming, by)
    if standing := handling_of(incoming):
        raise OutOfOrder(f"本件已由{standing.opened_by}拟办，现在是“{standing.get_state_display()}”，不能再拟办。")
    levels = levels_of(incoming.unit, timezone.localdate(at))
    if levels.closes_at_once:
        raise OutOfOrder(f"{incoming.unit}不用拟办、批示、承办，请直接办结。")
    text = said_in(text, "text", "请写明拟办意见", longest=LONGEST, needed=levels.proposal)
    work = checked(work, incoming, at) if levels.work else Work()
    if levels.work and not levels.instruction and work.lead is None:
        raise ValidationError({"lead": "请选定主办科室或者承办人。"})
    handling = begin(incoming, first_state(levels, work), levels, by=by, at=at)
    opinion = Opinion.objects.create(handling=handling, kind=Opinion.Kind.PROPOSAL, text=text, by=by, at=at)
    enter(Deed.HANDLING_PROPOSED, incoming, by=by, at=at, facts={"text_digest": digest_of_reason(text)})
    is_given = handling.state == _State.IN_WORK
    lay_out(handling, work, Assignment.State.OPEN if is_given else Assignment.State.PROPOSED, by=by, at=at)
    settle(incoming, by=by, at=at)
    if handling.state == _State.TO_INSTRUCT:
        leaders = people_with(Right.INSTRUCT, incoming.unit_id) - {by.pk}
        tell_inside(leaders, incoming, f"proposed:{opinion.pk}", f"{called(incoming)}请您批示。", at=at)
    return handling


def begin(incoming: Incoming, state: str, levels: Levels, *, by: Any, at: datetime) -> Handling:
    """The handling has begun, by the steps that the unit uses now."""
    return Handling.objects.create(
        incoming=incoming,
        state=state,
        uses_proposal=levels.proposal,
        uses_instruction=levels.instruction,
        uses_work=levels.work,
        uses_circulation=levels.circulation,
        opened_by=by,
        opened_at=at,
    )
