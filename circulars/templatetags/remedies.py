"""What the person may still do about a circular that was sent: take it back, send it after, correct it."""

from dataclasses import dataclass
from typing import Any

from django import template

from accounts.roles import Right, may
from circulars.recalling import hindrance_to_recall
from circulars.registration import Circular

register = template.Library()


@dataclass(frozen=True)
class Remedies:
    """Which of the acts the board offers."""

    recall: bool = False
    supplement: bool = False
    amend: bool = False


@register.simple_tag(takes_context=True)
def remedies(context: Any, circular: Circular) -> Remedies:
    """The acts for this person on this circular; none on one that is not on its way."""
    if circular.state != Circular.State.SENT:
        return Remedies()
    user = context["request"].user
    sends = may(user, Right.SEND, circular.issuer_id)
    return Remedies(
        recall=sends and not hindrance_to_recall(circular),
        supplement=sends,
        amend=may(user, Right.DRAFT, circular.issuer_id),
    )
