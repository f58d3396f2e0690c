"""“本件已由〔…〕号更正”: what a person is told of circulars that were corrected or annulled, with a way to the notice where they may read it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from circulars.access import legible
from circulars.amending import amendments_of
from circulars.registration import Circular
from cms.wording import SEVERAL, Worded


@dataclass(frozen=True)
class Note:
    """Which notice did what; ``url`` is empty for who may not read it."""

    deed: str
    number: str
    url: str


_AMENDED = Worded(lambda circulars: amendments_of(circulars).order_by().values_list("circular"), circulars=SEVERAL)


def notes_for(user: Any, circulars: Collection[int]) -> dict[int, list[Note]]:
    """The notes on each of the circulars that has some; one query where none has, four otherwise."""
    amended = {circular for (circular,) in _AMENDED.ask(circulars=set(circulars))}
    if not amended:
        return {}
    amendments = list(amendments_of(amended))
    notices = [amendment.by_circular_id for amendment in amendments]
    received = dict(legible(user).filter(circular__in=notices).values_list("circular", "pk"))
    own = set(Circular.objects.issued_for(user).unblocked().filter(pk__in=notices).values_list("pk", flat=True))
    notes: dict[int, list[Note]] = {}
    for amendment in amendments:
        notice, url = amendment.by_circular, ""
        if notice.pk in received:
            url = reverse("circulars:reading", args=[received[notice.pk]])
        elif notice.pk in own:
            url = reverse("circulars:own_text", args=[notice.uuid])
        notes.setdefault(amendment.circular_id, []).append(Note(amendment.get_kind_display(), notice.number, url))
    return notes
