"""What the queue runs for this app; each may run twice."""

from django.utils import timezone

from cms.textmessages import hand_over


def hand_over_texts() -> None:
    """The texts that wait were offered to the gateway."""
    hand_over(timezone.now())
