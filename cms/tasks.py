"""What the queue runs for this app; each may run twice."""

from django.utils import timezone

from cms.textmessages import hand_over, take_reports


def hand_over_texts() -> None:
    """The texts that wait were offered to the gateway."""
    hand_over(timezone.now())


def take_text_reports() -> None:
    """The gateway was asked what became of the texts that it took."""
    take_reports(timezone.now())
