"""By what the rounds of a delivery are known: the key of their message, the number on their slip."""

from datetime import datetime

from django.utils import timezone


def notice_key(pk: int, round_: int) -> str:
    """The key of the message by which the clerks of a delivery learn of one of its rounds."""
    return f"delivery:{pk}:{round_}"


def slip_number(pk: int, round_: int, sent_at: datetime) -> str:
    """The number on the slip of a round of a delivery; from the second round on it names the round."""
    return f"QS{timezone.localtime(sent_at):%Y%m%d}-{pk:08d}{f'-{round_}' if round_ > 1 else ''}"
