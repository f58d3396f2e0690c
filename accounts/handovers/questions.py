"""What is asked of many handovers: which are open, which hang, which concern a person and which wait for them (Article 26)."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from accounts.overseeing import overseen
from accounts.roles import Right, units_where

# The states by their words, which the row is not needed for.
OPENED, GIVEN, ACCEPTED, COUNTERSIGNED = "opened", "given", "accepted", "countersigned"


class HandoverQuerySet(models.QuerySet[Any]):
    def open(self) -> "HandoverQuerySet":
        """Those that the leader has not signed for."""
        return self.exclude(state=COUNTERSIGNED)

    def hanging(self, now: datetime) -> "HandoverQuerySet":
        """Open after their limit."""
        return self.open().filter(limit_at__lt=now)

    def given_by(self, person: Any) -> "HandoverQuerySet":
        return self.filter(giver=person.pk)

    def for_person(self, person: Any) -> "HandoverQuerySet":
        """The two who hand over and take over, who sees to the staff of the unit or supervises, and who confirms changes of staff in the area."""
        confirmed = overseen(person, Right.CONFIRM_STAFF)
        if confirmed.every:
            return self.all()
        led = units_where(person, Right.MANAGE_STAFF)
        mine = Q(giver=person.pk) | Q(receiver=person.pk) | Q(unit__in=led) | Q(supervisor__in=led)
        return self.filter(mine | confirmed.units())

    def waiting_for(self, person: Any) -> "HandoverQuerySet":
        """Those whose next step is the person's: the list to sign, to check, or, where they lead, to countersign or to find a receiver for."""
        mine = Q(state=OPENED, giver=person.pk) | Q(state=GIVEN, receiver=person.pk)
        led = Q(supervisor__in=units_where(person, Right.MANAGE_STAFF))
        if confirmed := overseen(person, Right.CONFIRM_STAFF):
            led |= Q(supervisor=None) & confirmed.units()
        of_a_leader = led & (Q(state=ACCEPTED) | Q(state=GIVEN, receiver=None))
        others = self.exclude(giver=person.pk).exclude(receiver__isnull=False, receiver=person.pk)
        return self.filter(mine) | others.filter(of_a_leader)

    def with_people(self) -> "HandoverQuerySet":
        """What a list shows of each is loaded along."""
        return self.select_related("unit", "giver", "receiver", "supervisor")
