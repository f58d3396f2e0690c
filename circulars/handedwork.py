"""未办事项 of circulars: what waits when somebody leaves a post, and the drafts that go on with whoever takes over (Article 26).

What waits for a unit's right (a seat of review, a paper to sign for) waits for the next holder of the post by itself. A draft is its
drafter's: it is handed on. A receipt that was not signed with a certificate can be signed by nobody else; it is valid without.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from wagtail.models import Page

from accounts.holders import people_with
from accounts.pendingwork import PersonalWork, Work, register
from accounts.roles import Right, Role, roles_with
from circulars.deeds import Deed
from circulars.deliveries import Delivery
from circulars.handling.handedon import DivisionWork, NamedWork, Readings
from circulars.pages import CircularPage, CircularPageQuerySet
from circulars.papercopies import PaperCopy
from circulars.receipts import Receipt
from circulars.registration import Circular
from circulars.secrecycases import shut_circulars
from circulars.turns import SEAT_RIGHTS, Turn
from circulars.versions import Version
from cms import ledger


class Drafts(PersonalWork):
    """Drafts that have not become circulars: whoever takes over and may draft there goes on with them."""

    name = "未办结的文稿"
    roles = roles_with(Right.DRAFT)

    def waiting(self, giver: Any, units: Collection[int]) -> int:
        return self._left(giver, units).unblocked().count()

    def left_with(self, person: Any) -> int:
        return _drafts_of(person).unblocked().count()

    def hand_on(self, giver: Any, receiver: Any, units: Collection[int], *, by: Any, at: datetime) -> int:
        """Those on which the receiver has not decided: nobody is drafter and judge of one paper (regulation art. 22)."""
        open_to_receiver = [unit for unit in units if receiver.pk in people_with(Right.DRAFT, unit)]
        judged = Q(decisions__by=receiver.pk) | Q(decisions__in_place_of=receiver.pk)
        going = self._left(giver, open_to_receiver)
        going = going.exclude(pk__in=CircularPage.objects.filter(judged).values("pk"))
        keys = list(going.values_list("pk", flat=True))
        if not keys:
            return 0
        Page.objects.filter(pk__in=keys, owner=giver.pk).update(owner=receiver.pk)
        facts = {"from": giver.pk, "to": receiver.pk, "count": len(keys), "list_digest": ledger.digest_of_keys(keys)}
        ledger.enter(Deed.DRAFTS_HANDED_ON, subject=CircularPage._meta.label_lower, by=by, at=at, facts=facts)
        return len(keys)

    def _left(self, giver: Any, units: Collection[int]) -> CircularPageQuerySet:
        """The giver's drafts at those of the units for which the giver drafts no more."""
        left = [unit for unit in units if giver.pk not in people_with(Right.DRAFT, unit)]
        return _drafts_of(giver).in_sections_of(left)


@dataclass(frozen=True)
class Waiting(Work):
    """Rows that wait for the holders of a right at a unit."""

    name: str
    roles: frozenset[Role]
    rows: Callable[[Any, Collection[int]], QuerySet[Any]]

    def waiting(self, giver: Any, units: Collection[int]) -> int:
        return self.rows(giver, units).count()


def register_work() -> None:
    """Every kind of work with circulars is asked for when somebody leaves."""
    for work in (Drafts(), NamedWork(), Readings(), DivisionWork()):
        register(work)
    for right in SEAT_RIGHTS:
        register(Waiting(f"待{right.label}的文稿", roles_with(right), _seats(right)))
    register(Waiting("待复核登记的文稿", roles_with(Right.REGISTER), _to_register))
    register(Waiting("待用印的公文", roles_with(Right.SEAL), _in_state(Circular.State.REGISTERED)))
    register(Waiting("待发送的公文", roles_with(Right.SEND), _in_state(Circular.State.SEALED)))
    register(Waiting("待送达的纸质件", roles_with(Right.SEND) | roles_with(Right.REGISTER), _on_paper))
    register(Waiting("待签收的公文", roles_with(Right.RECEIVE), _to_sign_for))
    register(Waiting("本人未补签名的回执（离岗后不能补签，回执有效）", roles_with(Right.RECEIVE), _unsigned))


def _drafts_of(person: Any) -> CircularPageQuerySet:
    return CircularPage.objects.unregistered().filter(owner=person.pk)


def _seats(right: Right) -> Callable[[Any, Collection[int]], QuerySet[Any]]:
    return lambda giver, units: Turn.objects.open().filter(right=right, unit__in=units)


def _in_state(state: str) -> Callable[[Any, Collection[int]], QuerySet[Any]]:
    return lambda giver, units: Circular.objects.unblocked().filter(issuer__in=units, state=state)


def _to_register(giver: Any, units: Collection[int]) -> QuerySet[Any]:
    return Version.objects.to_register().of_units(units)


def _on_paper(giver: Any, units: Collection[int]) -> QuerySet[Any]:
    return PaperCopy.objects.owed().filter(delivery__issuer__in=units)


def _to_sign_for(giver: Any, units: Collection[int]) -> QuerySet[Any]:
    waiting = Delivery.objects.electronic().open().filter(unit__in=units)
    return waiting.exclude(circular__in=shut_circulars())


def _unsigned(giver: Any, units: Collection[int]) -> QuerySet[Any]:
    return Receipt.objects.to_sign(giver).filter(unit__in=units)
