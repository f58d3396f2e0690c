"""催办: who handles or leads in the unit presses whoever has a paper, and each press is kept (regulation art. 24(6)).

Not to be taken for 催签, by which a sender wants a signature: nobody outside the unit hears of it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction

from accounts.holders import holders_of, people_with
from accounts.roles import Right, may
from circulars.bodytext import clean_line
from circulars.circulation.record import Reader
from circulars.deeds import Deed
from circulars.handling.giving import enter, tell_inside
from circulars.handling.holding import called, handling_of, held
from circulars.handling.record import Assignment, Handling
from circulars.incoming import Incoming
from circulars.reasons import digest_of_reason, refuse_marks
from cms.lifecycles import OutOfOrder
from cms.limits import moment
from cms.ruleversions import RuleVersion

LONGEST = 100
LONGEST_NAMES = 200


class InnerUrge(models.Model):
    """That somebody of the unit was pressed to go on with a paper: by whom, whom, in which words. Rows are added and never changed."""

    incoming = models.ForeignKey(Incoming, models.PROTECT, related_name="inner_urges", verbose_name="收文")
    target = models.CharField("催办事项", max_length=40)
    to_whom = models.CharField("催办对象", max_length=LONGEST_NAMES)
    text = models.CharField("内容", max_length=LONGEST, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="催办人")
    at = models.DateTimeField("催办时间")

    class Meta:
        verbose_name = "催办记录"
        verbose_name_plural = "催办记录"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.incoming} 催办{self.to_whom}"


@dataclass(frozen=True)
class Pressed:
    """What waits (``target``: the instruction, one assignment, one reader), with whom, and how these are called."""

    target: str
    people: frozenset[int]
    called: str


def waiting_on(incoming: Incoming, handling: Handling | None) -> list[Pressed]:
    """All that waits now, each with whose turn it is."""
    waits: list[Pressed] = []
    if handling is None or handling.state in (Handling.State.TO_ASSIGN, Handling.State.TO_CLOSE):
        clerks = frozenset(people_with(Right.HANDLE_INCOMING, incoming.unit_id))
        goes_round = handling is None and incoming.state == Incoming.State.CIRCULATING
        waits += [] if goes_round else [Pressed("clerk", clerks, "收发员")]
    elif handling.state == Handling.State.TO_INSTRUCT:
        leaders = frozenset(people_with(Right.INSTRUCT, incoming.unit_id))
        waits.append(Pressed("instruct", leaders, "批示的领导"))
    if handling:
        rows = list(handling.assignments.filter(state=Assignment.State.OPEN).select_related("unit", "person"))
        able = holders_of(Right.DO_WORK, [row.unit_id for row in rows]) if rows else []
        for row in rows:
            hands = {person for person, unit in able if unit == row.unit_id and row.person_id in (None, person)}
            waits.append(Pressed(f"work:{row.pk}", frozenset(hands), str(row)))
    readers = Reader.objects.waiting().reached().filter(circulation__incoming=incoming)
    waits += [
        Pressed(f"reader:{reader.pk}", frozenset({reader.person_id}), f"传阅人{reader.person}")
        for reader in readers.select_related("person")
    ]
    return waits


def rest_of(incoming: Incoming, at: datetime) -> timedelta:
    """For how long nobody is pressed again, by the rules of the unit's own area; a minute at the least, so that two presses are one."""
    minutes = RuleVersion.objects.in_force(incoming.unit.area, at).rule_set.urge_rest_minutes
    return timedelta(minutes=max(minutes, 1))


def again_at(incoming: Incoming, target: str, at: datetime) -> datetime | None:
    """From when on this may be urged again; None when it was not lately."""
    last = incoming.inner_urges.filter(target=target).order_by("-at").values_list("at", flat=True).first()
    ripe = last and last + rest_of(incoming, at)
    return ripe if ripe and ripe > at else None


@transaction.atomic
def urge(incoming: Incoming, pressed: Pressed, text: str, *, by: Any, at: datetime) -> InnerUrge:
    """Those with whom it lies know that it is pressed for, and the press is on record.

    Raises ``PermissionDenied`` for who neither handles nor instructs there, ``ValidationError`` without a text, ``Marked`` for a mark of
    secrecy, and ``OutOfOrder`` where it waits for nobody or was pressed for lately; that sentence says from when on one may again.
    """
    incoming = held(incoming.pk)
    if not (may(by, Right.HANDLE_INCOMING, incoming.unit_id) or may(by, Right.INSTRUCT, incoming.unit_id)):
        raise PermissionDenied("催办由本单位的收发员或者领导办理。")
    text = clean_line(text)
    if not text or len(text) > LONGEST:
        raise ValidationError({"text": f"请写催办内容，不超过 {LONGEST} 个字。"})
    refuse_marks(text)
    pressed = _still_waiting(incoming, pressed.target)
    if ripe := again_at(incoming, pressed.target, at):
        raise OutOfOrder(f"刚刚催过，{moment(ripe, at)} 起可以再催。急需的请打电话。")
    row = InnerUrge.objects.create(
        incoming=incoming,
        target=pressed.target,
        to_whom=pressed.called[:LONGEST_NAMES],
        text=text,
        by=by,
        at=at,
    )
    facts = {"target": pressed.target, "people": len(pressed.people), "text_digest": digest_of_reason(text)}
    enter(Deed.HANDLING_URGED, incoming, by=by, at=at, facts=facts)
    tell_inside(pressed.people, incoming, f"urged:{row.pk}", f"{by}催办{called(incoming)}：{text}", at=at)
    return row


def _still_waiting(incoming: Incoming, target: str) -> Pressed:
    """What waits under this name now that the paper is held; raises ``OutOfOrder`` where it waits for nobody any more."""
    waits = waiting_on(incoming, handling_of(incoming))
    found = next((pressed for pressed in waits if pressed.target == target and pressed.people), None)
    if found is None:
        raise OutOfOrder("这一环节已经办完，或者没有等谁办理，不用再催。")
    return found
