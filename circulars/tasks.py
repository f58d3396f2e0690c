"""What the queue runs for this app; each may run twice."""

from django.utils import timezone

from circulars.dispatch import announce as announce_circular
from circulars.registration import Circular
from circulars.searchindex.indexing import queue, take_in


def announce(circular_pk: int) -> None:
    """The receiving clerks know of the circular."""
    announce_circular(Circular.objects.get(pk=circular_pk), at=timezone.now())


def index(circular_pk: int) -> None:
    """The circular can be found by its words; what would take this task too long is left to another."""
    circular = Circular.objects.get(pk=circular_pk)
    if not take_in(circular, at=timezone.now()):
        queue(circular)
