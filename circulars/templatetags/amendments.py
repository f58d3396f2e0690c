"""Where a circular is shown: that it was corrected or annulled, and by what."""

from collections.abc import Mapping
from typing import Any

from django import template

from circulars.amendmentnotes import Note, notes_for
from circulars.registration import Circular

register = template.Library()


@register.inclusion_tag("circulars/_amendments.html", takes_context=True)
def amendments(context: Any, circular: Circular) -> dict[str, Any]:
    """The notices above one circular."""
    return {"notes": notes_for(context["request"].user, [circular.pk]).get(circular.pk, [])}


@register.filter
def notes_on(notes: Mapping[int, list[Note]], circular: int) -> list[Note]:
    """The notes on one circular of a list."""
    return notes.get(circular, [])
