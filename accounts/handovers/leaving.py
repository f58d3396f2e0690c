"""Who has left: an account without any post, of which nothing remains but the own handovers (Article 26)."""

from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.handovers.record import Handover
from accounts.holders import holders
from accounts.pendingwork import left_with, listed
from accounts.people import Post
from accounts.roles import Right, roles_of
from cms.messages import tell
from cms.wording import Worded

_GIVEN = Worded(lambda person: Handover.objects.filter(giver=person).order_by("-pk").values_list("pk")[:1], person=-1)


def has_left(user: Any) -> bool:
    """Whether the person holds no role any more and handed over the last one: one question more for who holds none."""
    return not roles_of(user) and bool(_GIVEN.ask(person=user.pk))


def unfinished(person: Any) -> list[str]:
    """Why the account cannot be closed yet, as sentences; empty when nothing is left to hand over."""
    found = [f"{handover}还没有办完" for handover in Handover.objects.open().given_by(person).with_people()]
    if left := left_with(person):
        found.append(f"名下还有{listed(left)}")
    return found


def tell_who_closes(handover: Handover, at: datetime) -> None:
    """The network office knows that an account of which nothing is left may be closed."""
    person = handover.giver
    if _serves(person, timezone.localdate(at)) or unfinished(person):
        return
    tell(
        holders(Right.HELP_SIGN_IN).values_list("user_id", flat=True),
        key=f"handover:{handover.pk}:close",
        text=f"{person}已办完交接，不再担任职务，可以停用账户。",
        link=reverse("accounts:person", args=[person.pk]),
        at=at,
    )


def _serves(person: Any, on: date) -> bool:
    return Post.objects.filter(person=person.pk).exclude(held_to__lt=on).exists()
