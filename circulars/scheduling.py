"""定时发送: a sealed circular waits for its time and goes out by itself, in the name of who set it (Article 21).

Off duty an ordinary circular waits for the offices to open. The sweep sends what is due by the very act that a press of the button takes;
what cannot go out then is as it was before the time was set, and the unit's senders know why.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.holders import people_with
from accounts.roles import Right, may
from circulars.clocks import NotSendable, ReasonMissing
from circulars.deadlines import Urgency
from circulars.deeds import Deed
from circulars.dispatch import dispatch
from circulars.pages import about_paper
from circulars.reasons import refuse_marks
from circulars.registration import Circular
from circulars.secrecycases import refuse_blocked
from circulars.terms import is_open_as_known
from cms.lifecycles import OutOfOrder, move
from cms.limits import when
from cms.messages import tell
from cms.offices import office_of

logger = logging.getLogger(__name__)

# Further ahead is a slip of the hand: by then text, people and units are no longer what the sender saw.
FURTHEST_AHEAD = timedelta(days=30)


class TimeRefused(NotSendable):
    """Nothing can be sent at this time; the sentence says which times can be chosen."""


@transaction.atomic
def schedule(circular: Circular, scheduled_for: datetime, *, by: Any, at: datetime, off_hours_reason: str = "") -> None:
    """The circular goes out by itself at this time, in this person's name.

    Raises ``PermissionDenied`` without the right to send, ``TimeRefused`` for a time that is over or more than thirty days ahead,
    ``ReasonMissing`` for an ordinary circular and a time off duty without a reason, and ``OutOfOrder`` when the circular is not waiting to
    be sent, or has a time already.
    """
    _refuse_stranger(circular, by)
    refuse_blocked(circular.page)
    if scheduled_for <= at:
        raise TimeRefused(f"定时发送的时间（{when(scheduled_for)}）已经过去，请选择以后的时间，或者现在发送。")
    if scheduled_for > at + FURTHEST_AHEAD:
        raise TimeRefused(f"最多提前{FURTHEST_AHEAD.days}天定时，请选择{when(at + FURTHEST_AHEAD)}以前的时间。")
    refuse_marks(off_hours_reason)
    reason = off_hours_reason.strip()[:200]
    is_open = is_open_as_known(scheduled_for, office_of(circular.area))
    if circular.urgency == Urgency.NORMAL and is_open is False and not reason:
        raise ReasonMissing(
            f"{when(scheduled_for)}不是工作时间。一般公文应在正常工作时间发送；确需在这个时间发送的，请写明理由（第二十一条）。"
        )
    _step(
        circular,
        Circular.State.SCHEDULED,
        Deed.CIRCULAR_SCHEDULED,
        by=by,
        at=at,
        facts={"scheduled_for": scheduled_for, "off_hours_reason": reason},
        scheduled_for=scheduled_for,
        scheduled_by=by,
        off_hours_reason=reason,
    )


@transaction.atomic
def unschedule(circular: Circular, *, by: Any, at: datetime) -> None:
    """The circular waits for somebody's press again; raises ``PermissionDenied`` or, when it waits for no time, ``OutOfOrder``."""
    _refuse_stranger(circular, by)
    if circular.state != Circular.State.SCHEDULED:
        raise OutOfOrder(f"{circular.number} 现在是“{circular.get_state_display()}”，没有定时，不必取消。")
    _end(circular, Deed.CIRCULAR_UNSCHEDULED, by=by, at=at)


def sweep_scheduled(at: datetime) -> None:
    """Every circular whose time has come has gone out once, or is back with a message; an unforeseen failure holds up none of the others."""
    due = Circular.objects.filter(state=Circular.State.SCHEDULED, scheduled_for__lte=at)
    for circular in due.select_related("issuer__area", "series__area", "scheduled_by").order_by("scheduled_for", "pk"):
        try:
            _send(circular, at)
        except Exception:
            logger.exception("scheduled circular %s was not sent", circular.pk)


def _send(circular: Circular, at: datetime) -> None:
    try:
        dispatch(circular, by=circular.scheduled_by, at=at, off_hours_reason=circular.off_hours_reason)
    except (OutOfOrder, PermissionDenied) as refused:
        circular.refresh_from_db()
        if circular.state == Circular.State.SCHEDULED:  # else another sweep, or a person, was quicker
            _lapse(circular, str(refused), at)


@transaction.atomic
def _lapse(circular: Circular, why: str, at: datetime) -> None:
    """It was not sent: it waits for a press again, and who sends for the unit knows why."""
    assert circular.scheduled_for is not None
    scheduled_for = circular.scheduled_for
    _end(circular, Deed.SCHEDULE_LAPSED, by=None, at=at, why=why)
    tell(
        people_with(Right.SEND, circular.issuer_id),
        key=f"schedule-lapsed:{circular.pk}:{scheduled_for:%Y%m%d%H%M}",
        text=f"{circular.number} 定于{when(scheduled_for)}自动发送，没有发出：{why}",
        link=f"/sent/{circular.uuid}/",
        about=about_paper(circular.page_id),
        at=at,
    )


def _end(circular: Circular, deed: Deed, *, by: Any, at: datetime, **facts: Any) -> None:
    facts |= {"scheduled_for": circular.scheduled_for, "scheduled_by": circular.scheduled_by_id}
    changes = {"scheduled_for": None, "scheduled_by": None, "off_hours_reason": ""}
    _step(circular, Circular.State.SEALED, deed, by=by, at=at, facts=facts, **changes)


def _step(circular: Circular, to: str, deed: Deed, *, by: Any, at: datetime, facts: Any, **changes: Any) -> None:
    facts = {"number": circular.number, **facts}
    move(circular, to, deed, by=by, at=at, circular=circular.uuid, unit=circular.issuer_id, facts=facts, **changes)


def _refuse_stranger(circular: Circular, by: Any) -> None:
    if not may(by, Right.SEND, circular.issuer_id):
        raise PermissionDenied(f"您没有“{circular.issuer_name}”的发送职责。")
