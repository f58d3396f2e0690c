"""How far away a day or a moment may lie that somebody types or a page hands back."""

from datetime import date

from django.core.exceptions import ValidationError

# Beyond these years lies no paper of ours, and near the ends of the calendar a moment cannot be told in another zone.
FIRST_YEAR, LAST_YEAR = 1900, 2999


def within_reach(on: date) -> None:
    """Raises ``ValidationError`` with the code ``far`` for a day or moment in a year that nobody means."""
    if not FIRST_YEAR <= on.year <= LAST_YEAR:
        raise ValidationError(f"年份应在 {FIRST_YEAR} 至 {LAST_YEAR} 之间，请核对。", code="far")
