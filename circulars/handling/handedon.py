"""承办、传阅 that hang on a person go on with whoever takes over the post (Article 26)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts.holders import people_with
from accounts.pendingwork import PersonalWork, Work
from accounts.roles import Right, roles_with
from circulars.circulation.acts import pass_over_doubled
from circulars.circulation.record import Reader
from circulars.deeds import Deed
from circulars.deliveries import Delivery
from circulars.handling.record import Assignment
from circulars.handling.seen import in_hand
from circulars.incoming import Incoming
from cms import ledger


class NamedWork(PersonalWork):
    """Work that was given to a person by name; whoever takes over and works there goes on with it."""

    name = "本人承办的收文"
    roles = roles_with(Right.DO_WORK)

    def waiting(self, giver: Any, units: Collection[int]) -> int:
        return self._left(giver, units).count()

    def left_with(self, person: Any) -> int:
        return _named(person).count()

    @transaction.atomic
    def hand_on(self, giver: Any, receiver: Any, units: Collection[int], *, by: Any, at: datetime) -> int:
        able = [unit for unit in units if receiver.pk in people_with(Right.DO_WORK, unit)]
        left = self._left(giver, able)
        _hold_papers(left.values_list("handling", flat=True))
        keys = _keys(left)
        if keys:
            Assignment.objects.filter(pk__in=keys).update(person=receiver)
            _enter(Deed.WORK_HANDED_ON, Assignment, giver, receiver, keys, by=by, at=at)
        return len(keys)

    def _left(self, giver: Any, units: Collection[int]) -> QuerySet[Assignment]:
        """What the giver has by name at those of the units for which the giver works no more."""
        left = [unit for unit in units if giver.pk not in people_with(Right.DO_WORK, unit)]
        return _named(giver).filter(unit__in=left)


class Readings(PersonalWork):
    """Papers in circulation that somebody has still to read; whoever takes over reads them."""

    name = "未阅的传阅件"
    roles = roles_with(Right.READ_CIRCULATED)

    def waiting(self, giver: Any, units: Collection[int]) -> int:
        return self._left(giver, units).count()

    def left_with(self, person: Any) -> int:
        return _unread(person).count()

    @transaction.atomic
    def hand_on(self, giver: Any, receiver: Any, units: Collection[int], *, by: Any, at: datetime) -> int:
        """Where the receiver is a reader of the same paper already, the giver's place is passed over."""
        able = [unit for unit in units if receiver.pk in people_with(Right.READ_CIRCULATED, unit)]
        left = self._left(giver, able)
        _hold_papers(left.values_list("circulation__incoming", flat=True))
        keys = _keys(left)
        if not keys:
            return 0
        doubled = Reader.objects.filter(person=receiver, circulation__readers__in=keys).values("circulation")
        for reader in Reader.objects.filter(pk__in=keys, circulation__in=doubled).order_by("pk"):
            pass_over_doubled(reader, receiver, by=by or receiver, at=at)
        Reader.objects.filter(pk__in=keys, end=None).update(person=receiver)
        _enter(Deed.READINGS_HANDED_ON, Reader, giver, receiver, keys, by=by, at=at)
        return len(keys)

    def _left(self, giver: Any, units: Collection[int]) -> QuerySet[Reader]:
        left = [unit for unit in units if giver.pk not in people_with(Right.READ_CIRCULATED, unit)]
        return _unread(giver).filter(unit__in=left)


class DivisionWork(Work):
    """Work that was given to a division and to nobody by name: it waits for the next holder of the post."""

    name = "承办中的收文"
    roles = roles_with(Right.DO_WORK)

    def waiting(self, giver: Any, units: Collection[int]) -> int:
        rows = Assignment.objects.open().filter(handling__incoming__in=in_hand(), person=None)
        return rows.filter(unit__in=units).count()


def _named(person: Any) -> QuerySet[Assignment]:
    return Assignment.objects.open().filter(person=person.pk, handling__incoming__in=in_hand())


def _unread(person: Any) -> QuerySet[Reader]:
    return Reader.objects.waiting().of_reader(person).filter(circulation__incoming__in=in_hand())


def _hold_papers(papers: QuerySet[Any, int]) -> None:
    """The papers are this transaction's alone: deliveries first, as whoever acts upon one of them holds it."""
    keys = list(papers)
    list(Delivery.objects.filter(entries__in=keys).select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    list(Incoming.objects.filter(pk__in=keys).select_for_update(of=("self",)).order_by("pk").values_list("pk"))


def _keys(rows: QuerySet[Any]) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _enter(deed: Deed, model: Any, giver: Any, receiver: Any, keys: list[int], *, by: Any, at: datetime) -> None:
    facts = {"from": giver.pk, "to": receiver.pk, "count": len(keys), "list_digest": ledger.digest_of_keys(keys)}
    ledger.enter(deed, subject=model._meta.label_lower, by=by, at=at, facts=facts)
