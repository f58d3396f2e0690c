"""Whom work may be given to: a division of the unit, or one person there, and what must be right about it (regulation art. 24(4))."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError

from accounts.holders import holders_of, people_with
from accounts.people import User
from accounts.roles import Right
from accounts.units import Unit
from circulars.deadlines import Urgency
from circulars.handling.levels import divisions_of
from circulars.incoming import Incoming
from cms.ruleversions import RuleVersion

MOST_AHEAD = timedelta(days=3 * 366)


@dataclass(frozen=True)
class Hand:
    """A division, or the unit itself, with a person where one is named."""

    unit: Unit
    person: User | None = None

    def __str__(self) -> str:
        return f"{self.unit}{self.person}" if self.person else str(self.unit)

    @property
    def key(self) -> tuple[int, int | None]:
        return self.unit.pk, self.person.pk if self.person else None


@dataclass(frozen=True)
class Work:
    """Who leads, who assists, and by when."""

    lead: Hand | None = None
    assisting: tuple[Hand, ...] = ()
    due_at: datetime | None = None


def places(unit: Unit) -> list[Unit]:
    """Where a unit's papers are worked on: its divisions, and the unit itself for who works there without one."""
    return [*divisions_of(unit), unit]


def hands_at(unit: Unit) -> list[Hand]:
    """Every place that has somebody to work there, and every one of those people, in the order of the register; three questions."""
    where = places(unit)
    holding = holders_of(Right.DO_WORK, [place.pk for place in where])
    people = User.objects.in_bulk({person for person, _ in holding})
    found: list[Hand] = []
    for place in where:
        here = sorted((people[person] for person, at in holding if at == place.pk), key=lambda person: person.pk)
        if here:
            found += [Hand(place), *(Hand(place, person) for person in here)]
    return found


def refuse_incapable(hand: Hand, unit: Unit, field: str) -> None:
    """Raises ``ValidationError`` for a place outside the unit, or without anybody to do the work, or a person who does none there."""
    able = people_with(Right.DO_WORK, hand.unit.pk)
    if hand.unit not in places(unit) or not able or (hand.person and hand.person.pk not in able):
        raise ValidationError({field: f"{hand}不是本单位的承办科室或者承办人，请从列出的中选择。"})


def checked(work: Work, incoming: Incoming, at: datetime) -> Work:
    """The work as it may be given.

    Raises ``ValidationError`` for a hand outside the unit or without anybody, for one that both leads and assists, for assisting without a
    lead, for a limit gone by or far ahead, and for an urgent paper without a limit.
    """
    if work.lead is None:
        if work.assisting or work.due_at:
            raise ValidationError({"lead": "请先选定主办科室或者承办人。"})
        return work
    for field, hand in [("lead", work.lead), *(("assisting", hand) for hand in work.assisting)]:
        refuse_incapable(hand, incoming.unit, field)
    helping = [hand.unit.pk for hand in work.assisting]
    if work.lead.unit.pk in helping or len(set(helping)) < len(helping):
        raise ValidationError({"assisting": "主办科室不能同时协办，一个科室只列一次。"})
    if work.due_at is None and incoming.urgency != Urgency.NORMAL:
        raise ValidationError({"due_at": "紧急公文必须写明办理时限。"})
    if work.due_at and not at < work.due_at <= at + MOST_AHEAD:
        raise ValidationError({"due_at": "办理时限应晚于现在，并在三年以内。"})
    return work


def warn_from(given_at: datetime, due_at: datetime | None, percent: int) -> datetime | None:
    """From when on work is 将超期: so much of its time is left."""
    return due_at and due_at - (due_at - given_at) * percent / 100


def warn_percent(unit: Unit, at: datetime) -> int:
    """How much time is left when the unit is warned, by the rules of its own area."""
    return RuleVersion.objects.in_force(unit.area, at).rule_set.warn_percent
