"""分办: what was proposed or ordered becomes the assignments of divisions and people, which learn of it (regulation art. 24(4))."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from circulars.deeds import Deed
from circulars.handling.hands import Hand, Work, warn_from, warn_percent
from circulars.handling.holding import about, called
from circulars.handling.record import Assignment, Handling
from circulars.incoming import Incoming
from cms import ledger
from cms.lifecycles import move
from cms.limits import moment
from cms.messages import tell

_Part, _State = Assignment.Part, Assignment.State


def lay_out(handling: Handling, work: Work, state: str, *, by: Any, at: datetime) -> None:
    """The handling's assignments are these, proposed or open; who had one that is not among them any more learns that it went elsewhere.

    What is open as it was stays as it is, with its own time; what was proposed stays on record as proposed.
    """
    wanted = {} if work.lead is None else {(_Part.LEAD.value, work.lead.key): work.lead}
    wanted |= {(_Part.ASSIST.value, hand.key): hand for hand in work.assisting}
    standing = handling.assignments.filter(state=_State.OPEN).select_related("unit", "person")
    kept = set()
    for row in standing:
        place = (row.part, (row.unit_id, row.person_id))
        if place in wanted and row.due_at == work.due_at:
            kept.add(place)
            continue
        facts = {"part": row.part, "place": row.unit_id, "person": row.person_id}
        unit = handling.incoming.unit_id
        ended = {"ended_by": by, "ended_at": at}
        move(row, _State.REPLACED, Deed.WORK_REPLACED, by=by, at=at, unit=unit, facts=facts, **ended)
        if place not in wanted:
            _tell_replaced(row, handling.incoming, by=by, at=at)
    for (part, key), hand in wanted.items():
        if (part, key) not in kept:
            give(handling, part, hand, work.due_at, state, by=by, at=at)


def give(
    handling: Handling, part: str, hand: Hand, due_at: datetime | None, state: str, *, by: Any, at: datetime
) -> Assignment:
    """The division or person has this part, proposed or to be done; in the second case they know of it."""
    incoming = handling.incoming
    row = Assignment.objects.create(
        handling=handling,
        part=part,
        unit=hand.unit,
        person=hand.person,
        state=state,
        given_by=by,
        given_at=at,
        due_at=due_at,
        warn_at=warn_from(at, due_at, warn_percent(incoming.unit, at)),
    )
    if state == _State.OPEN:
        facts = {
            "part": part, "place": hand.unit.pk, "person": hand.person and hand.person.pk, "due_at": due_at,
        }  # fmt: skip
        enter(Deed.WORK_ASSIGNED, incoming, by=by, at=at, facts=facts)
        limit = f"，{moment(due_at, at)}前办结" if due_at else ""
        tell_inside(
            row.hands, incoming, f"work:{row.pk}", f"请{row.get_part_display()}{called(incoming)}{limit}。", at=at
        )
    return row


def enter(deed: Deed, incoming: Incoming, *, by: Any, at: datetime, facts: dict[str, Any] | None = None) -> None:
    """The inner deed is in the ledger under the unit's register and not under the circular: it is no part of the sender's evidence."""
    ledger.enter(deed, subject=ledger.subject_of(incoming), by=by, at=at, unit=incoming.unit_id, facts=facts)


def tell_inside(people: Iterable[int], incoming: Incoming, key: str, text: str, *, at: datetime) -> None:
    """These people of the unit find the sentence on the desk, leading to the paper."""
    tell(
        people,
        key=f"handling:{incoming.pk}:{key}",
        text=text,
        link=f"/handling/{incoming.pk}/",
        about=about(incoming),
        at=at,
    )


def _tell_replaced(row: Assignment, incoming: Incoming, *, by: Any, at: datetime) -> None:
    # They see the paper no more, so nothing leads there.
    people = row.hands - {by.pk}
    tell(
        people,
        key=f"handling:{incoming.pk}:replaced:{row.pk}",
        text=f"{called(incoming)}已改由其他科室、人员办理，您不用再办。",
        about=about(incoming),
        at=at,
    )
