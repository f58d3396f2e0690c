"""What the queue runs for this app; each may run twice."""

from django.utils import timezone

from circulars.dispatch import announce as announce_circular
from circulars.registration import Circular


def announce(circular_pk: int) -> None:
    """The receiving clerks know of the circular."""
    announce_circular(Circular.objects.get(pk=circular_pk), at=timezone.now())
