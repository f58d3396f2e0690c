"""到期提醒: a unit that owes an answer is told shortly before the limit and when it is over, each once, and the sender then too (Article 20)."""

from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from accounts.holders import holders_in, people_with
from accounts.roles import Right, Role
from circulars.answers.pressing import limit_words, place_to_answer
from circulars.answers.records import UnitAnswer
from circulars.answers.standing import nearly_due, past_due
from circulars.deliveries import Delivery, DeliveryQuerySet
from circulars.pages import about_paper
from cms.messages import tell

# Our reading: two days leave one working day over a Sunday. A limit that has been over longer than so is no news any more.
BEFORE = timedelta(days=2)
NEWS = timedelta(days=30)
BATCH = 500


def sweep_answers(at: datetime) -> None:
    """Whoever owes an answer has been reminded once before the limit and once after; the senders know who let it pass."""
    for delivery in _unmarked(nearly_due(at, at + BEFORE), "reminded_at"):
        _tell_unit(delivery, "warn", f"请答复 {delivery.circular.number}", at)
        _mark(delivery, "reminded_at", at)
    late = _unmarked(past_due(at).filter(circular__demand__due_at__gt=at - NEWS), "told_late_at")
    for _, group in groupby(late, key=lambda each: each.circular_id):
        _tell_of_late(list(group), at)


@transaction.atomic
def _tell_of_late(late: list[Delivery], at: datetime) -> None:
    """These units that let the limit of one circular pass know it, and so does its sender: all of them, or after a killed run none yet."""
    for delivery in late:
        _tell_unit(delivery, "late", f"还没有答复 {delivery.circular.number}", at)
        _mark(delivery, "told_late_at", at)
    _tell_sender(late, at)


def _unmarked(rows: DeliveryQuerySet, mark: str) -> list[Delivery]:
    untold = Q(unit_answer=None) | Q(**{f"unit_answer__{mark}": None})
    found = rows.filter(untold).select_related("circular__demand").order_by("circular", "pk")
    return list(found[:BATCH])


def _mark(delivery: Delivery, mark: str, at: datetime) -> None:
    UnitAnswer.objects.get_or_create(delivery=delivery)
    UnitAnswer.objects.filter(delivery=delivery).update(**{mark: at})


def _tell_unit(delivery: Delivery, word: str, what: str, at: datetime) -> None:
    circular, demand = delivery.circular, delivery.circular.demand
    people = people_with(Right.RECEIVE, delivery.unit_id)
    if word == "late":
        people |= {person for person, _ in holders_in(Role.LEADER, [delivery.unit_id])}
    tell(
        people,
        key=f"answer:{delivery.pk}:{word}",
        text=f"{what}，{limit_words(demand, at)}。",
        link=place_to_answer(delivery, demand),
        about=about_paper(circular.page_id),
        at=at,
    )


def _tell_sender(late: list[Delivery], at: datetime) -> None:
    """One message for all that let the same limit pass in the same sweep."""
    circular = late[0].circular
    names = "、".join(each.unit_name for each in late[:5]) + (f"等 {len(late)} 家" if len(late) > 5 else "")
    tell(
        people_with(Right.SEND, circular.issuer_id),
        key=f"answers-late:{circular.pk}:{late[0].pk}",
        text=f"{circular.number} 已过答复期限，还没有答复的：{names}。",
        link=reverse("circulars:answers", args=[circular.uuid]),
        about=about_paper(circular.page_id),
        at=at,
    )
