"""What the queue runs for this app; each may run twice."""

from django.utils import timezone

from reports.bookorders import make


def make_book(pk: int) -> None:
    """The ordered workbook is there to be taken."""
    make(pk, at=timezone.now())
