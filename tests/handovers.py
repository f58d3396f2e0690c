"""Handovers for the scenes: a clerk of the attentive unit leaves, the second takes over, the leader looks on."""

from datetime import datetime
from typing import Any

from accounts.handovers import Finding, Found, Handover, open_handover
from accounts.people import Post, User
from accounts.roles import Role
from tests.cast import MONDAY


def post_of(person: Any, role: Role = Role.CLERK) -> Post:
    return Post.objects.select_related("person", "unit").get(person=person, role=role, held_to=None)


def opened(city: Any, *, at: datetime = MONDAY, **changes: Any) -> Handover:
    """The attentive unit's first clerk has left, and the second takes over, unless another is named."""
    post = post_of(changes.get("giver", city.clerk), changes.get("role", Role.CLERK))
    return open_handover(post, changes.get("receiver", city.second_clerk), by=changes.get("by"), at=at)


def given(city: Any, *, at: datetime = MONDAY, **changes: Any) -> Handover:
    handover = opened(city, at=at, **changes)
    handover.put_down("device", "办公电脑 国资编号 0231", 1, by=handover.giver, at=at)
    handover.give(by=handover.giver, at=at)
    return handover


def found(handover: Handover, **wrong: str) -> dict[int, Found]:
    """Every line is there; those whose kind is named are wrong, with this word."""
    return {
        item.pk: Found(Finding.WRONG, wrong[item.kind]) if item.kind in wrong else Found(Finding.TAKEN)
        for item in handover.items.all()
    }


def accepted(city: Any, *, at: datetime = MONDAY, **changes: Any) -> Handover:
    handover = given(city, at=at, **changes)
    handover.accept(found(handover), by=handover.receiver, at=at)
    return handover


def again(person: Any) -> User:
    """The person as the next request meets them."""
    return User.objects.get(pk=person.pk)
