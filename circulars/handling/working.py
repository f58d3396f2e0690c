"""承办: an assisting division reports what it has to say, a division hands its work to another with the reason (regulation art. 24(4))."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.holders import people_with
from accounts.roles import Right, may
from circulars.deeds import Deed
from circulars.handling.giving import give, tell_inside
from circulars.handling.hands import Hand, refuse_incapable
from circulars.handling.holding import called, held
from circulars.handling.record import LONGEST, Assignment, Handling
from circulars.incoming import Incoming
from circulars.reasons import digest_of_reason, said_in
from cms.lifecycles import OutOfOrder, move

_Part, _State = Assignment.Part, Assignment.State


def open_assignment(incoming: Incoming, pk: int) -> Assignment:
    """The assignment of the held paper, still open; raises ``OutOfOrder`` for one that was done or went elsewhere."""
    rows = Assignment.objects.select_related("handling__incoming", "unit", "person", "ended_by")
    row = rows.get(handling=incoming.pk, pk=pk)
    if row.state != _State.OPEN:
        raise OutOfOrder(f"{row.whose}的{row.get_part_display()}{row.get_state_display()}，不能再办。")
    return row


@transaction.atomic
def report(assignment: Assignment, text: str, *, by: Any, at: datetime) -> None:
    """The assisting division has done its part and said what came of it; who leads knows.

    Raises ``PermissionDenied`` for another's work, ``ValidationError`` without a word, and ``OutOfOrder`` when it is done or is the lead's.
    """
    incoming = held(assignment.handling_id)
    row = open_assignment(incoming, assignment.pk)
    refuse_others(row, by)
    if row.part == _Part.LEAD:
        raise OutOfOrder("主办的请填写办理结果，直接办结。")
    text = said_in(text, "text", "请写明协办意见", longest=LONGEST)
    _end(row, _State.DONE, Deed.WORK_REPORTED, text, by=by, at=at)
    lead = row.handling.assignments.filter(part=_Part.LEAD, state=_State.OPEN).first()
    if lead:
        tell_inside(
            lead.hands, incoming, f"reported:{row.pk}", f"{row.unit}已提出{called(incoming)}的协办意见。", at=at
        )


@transaction.atomic
def pass_on(assignment: Assignment, to: Hand | None, reason: str, *, by: Any, at: datetime) -> None:
    """Another division has the work, by the same limit, or the clerk is to assign it anew; the clerks know why.

    Raises ``PermissionDenied`` for who neither does that work nor handles the unit's papers, ``ValidationError`` without a reason or for a
    hand that cannot take it, and ``OutOfOrder`` when it is done or went elsewhere already.
    """
    incoming = held(assignment.handling_id)
    row = open_assignment(incoming, assignment.pk)
    if not may(by, Right.HANDLE_INCOMING, incoming.unit_id):
        refuse_others(row, by)
    reason = said_in(reason, "reason", "请写明转办理由", longest=LONGEST)
    if to:
        _refuse_busy(row, to)
        refuse_incapable(to, incoming.unit, "to")
    elif row.part == _Part.ASSIST:
        raise ValidationError({"to": "请选择转给哪个科室或者承办人。"})
    _end(row, _State.PASSED_ON, Deed.WORK_PASSED_ON, reason, by=by, at=at)
    if to:
        give(row.handling, row.part, to, row.due_at, _State.OPEN, by=by, at=at)
        said = f"转给{to}"
    else:
        move(row.handling, Handling.State.TO_ASSIGN, Deed.HANDED_BACK_TO_CLERK, by=by, at=at, unit=incoming.unit_id)
        said = "交回，请重新分办"
    clerks = people_with(Right.HANDLE_INCOMING, incoming.unit_id) - {by.pk}
    tell_inside(clerks, incoming, f"passed:{row.pk}", f"{row.whose}把{called(incoming)}{said}：{reason}", at=at)


def refuse_others(row: Assignment, by: Any) -> None:
    """Raises ``PermissionDenied`` for who does not do this work."""
    if not row.is_for(by):
        raise PermissionDenied(f"本件由{row.whose}{row.get_part_display()}，不由您办理。")


def _refuse_busy(row: Assignment, to: Hand) -> None:
    if to.key == (row.unit_id, row.person_id):
        raise ValidationError({"to": "请选择另一个科室或者承办人。"})
    others = row.handling.assignments.filter(state=_State.OPEN).exclude(pk=row.pk)
    if others.filter(unit=to.unit).exists():
        raise ValidationError({"to": f"{to.unit}已在办理本件，请另选。"})


def _end(row: Assignment, to: str, deed: Deed, text: str, *, by: Any, at: datetime) -> None:
    incoming = row.handling.incoming
    facts = {"place": row.unit_id, "part": row.part, "text_digest": digest_of_reason(text)}
    move(row, to, deed, by=by, at=at, unit=incoming.unit_id, facts=facts, ended_by=by, ended_at=at, note=text)
