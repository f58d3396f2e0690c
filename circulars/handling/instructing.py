"""批示: what the leader orders, and the clerk's 分办 where the leader named nobody (regulation art. 24(4))."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.holders import people_with
from accounts.roles import Right
from circulars.deeds import Deed
from circulars.handling.giving import enter, lay_out, tell_inside
from circulars.handling.hands import Work, checked
from circulars.handling.holding import called, handling_of, held
from circulars.handling.opening import refuse_stranger
from circulars.handling.record import LONGEST, Assignment, Handling, Opinion
from circulars.incoming import Incoming
from circulars.reasons import digest_of_reason, said_in
from cms.lifecycles import OutOfOrder, move

_State = Handling.State


@transaction.atomic
def instruct(incoming: Incoming, text: str, work: Work, *, seen: int | None, by: Any, at: datetime) -> Opinion:
    """The leader's instruction is on record and holds; those who do the work know, or the clerk, who has to assign or to close it.

    ``seen`` is the instruction that stood when the leader began to write, None where none did; a later one is added to it, and the old one
    stays. Raises ``PermissionDenied`` without the right, ``ValidationError`` for what is missing or cannot be, ``Marked`` for a mark of
    secrecy, and ``OutOfOrder`` where nothing was proposed, the unit uses no instruction, or another leader was quicker.
    """
    incoming = held(incoming.pk)
    refuse_stranger(incoming, by, Right.INSTRUCT)
    handling = handling_of(incoming)
    if handling is None:
        raise OutOfOrder("本件还没有拟办，请收发员先拟办。")
    if not handling.uses_instruction:
        raise OutOfOrder("本件按本单位的办文环节不用批示。")
    if handling.state == _State.FINISHED:
        raise OutOfOrder(f"本件已由{handling.finished_by}办结，不能再批示。")
    last = handling.opinions.filter(kind=Opinion.Kind.INSTRUCTION).select_related("by").order_by("-at", "-pk").first()
    if last and last.pk != seen:
        raise OutOfOrder(f"{last.by}刚刚作了批示，请看过再写。")
    text = said_in(text, "text", "请写明批示", longest=LONGEST)
    work = checked(work, incoming, at) if handling.uses_work else Work()
    opinion = Opinion.objects.create(handling=handling, kind=Opinion.Kind.INSTRUCTION, text=text, by=by, at=at)
    facts = {"text_digest": digest_of_reason(text), "changes": last and last.pk}
    _go_on(handling, Deed.HANDLING_INSTRUCTED, work, by=by, at=at, facts=facts)
    clerks = people_with(Right.HANDLE_INCOMING, incoming.unit_id) - {by.pk}
    then = {_State.TO_ASSIGN: "请分办", _State.TO_CLOSE: "请办结"}.get(_State(handling.state), "已交办")
    tell_inside(clerks, incoming, f"instructed:{opinion.pk}", f"{by}已批示{called(incoming)}，{then}。", at=at)
    return opinion


@transaction.atomic
def assign(incoming: Incoming, work: Work, *, by: Any, at: datetime) -> None:
    """Those who do the work are named after the instruction, or after a division handed it back, and know of it.

    Raises ``PermissionDenied`` without the right, ``ValidationError`` for what cannot be, and ``OutOfOrder`` where nobody is to be named.
    """
    incoming = held(incoming.pk)
    refuse_stranger(incoming, by)
    handling = handling_of(incoming)
    if handling is None:
        raise OutOfOrder("本件还没有拟办，请先拟办。")
    if handling.state != _State.TO_ASSIGN:
        raise OutOfOrder(f"本件现在是“{handling.get_state_display()}”，不能分办。")
    if work.lead is None:
        raise ValidationError({"lead": "请选定主办科室或者承办人。"})
    _go_on(handling, Deed.HANDLING_ASSIGNED, checked(work, incoming, at), by=by, at=at)


def _go_on(
    handling: Handling, deed: Deed, work: Work, *, by: Any, at: datetime, facts: dict[str, Any] | None = None
) -> None:
    """The handling stands where this work brings it, and the work is given."""
    to = _State.TO_CLOSE
    if handling.uses_work:
        to = _State.IN_WORK if work.lead else _State.TO_ASSIGN
    if handling.state == to:
        enter(deed, handling.incoming, by=by, at=at, facts=facts)
    else:
        move(handling, to, deed, by=by, at=at, unit=handling.incoming.unit_id, facts=facts)
    lay_out(handling, work, Assignment.State.OPEN, by=by, at=at)
