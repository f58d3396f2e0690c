"""Where a circular is shown: by what it was answered, and what it answers."""

from collections.abc import Mapping
from typing import Any

from django import template

from circulars.answers.table import one_line
from circulars.demands.fixed import ReplyField
from circulars.registration import Circular
from circulars.replynotes import reply_notes

register = template.Library()


@register.inclusion_tag("circulars/_replies.html", takes_context=True)
def replies(context: Any, circular: Circular) -> dict[str, Any]:
    """The ties of one circular."""
    answers, answered = reply_notes(context["request"].user, circular)
    return {"answers": answers, "answered": answered}


@register.filter
def of(found: Mapping[int, Any], key: int) -> Any:
    """What is known of this one; nothing where nothing is."""
    return found.get(key)


@register.filter
def value_for(row: Any, field: ReplyField) -> Any:
    """What a unit handed in for this field."""
    return row.value(field)


@register.filter
def in_line(value: Any, field: ReplyField) -> Any:
    """The value in one line."""
    return one_line(field, value)
