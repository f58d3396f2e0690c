"""保管期限: how long a paper is kept, and until which day that is (archive order no. 8, art. 5)."""

from datetime import date

from django.db import models


class Term(models.TextChoices):
    """A term with the sign that it has in an archival code (DA/T 13)."""

    PERMANENT = "Y", "永久"
    THIRTY_YEARS = "D30", "30年"
    TEN_YEARS = "D10", "10年"


_YEARS = {Term.THIRTY_YEARS: 30, Term.TEN_YEARS: 10}


def kept_until(term: str, year: int) -> date | None:
    """The last day of a term, which runs from the year after that of the paper; None for what is kept for good."""
    years = _YEARS.get(Term(term))
    return None if years is None else date(year + years, 12, 31)


def is_shorter(term: str, than: str) -> bool:
    """Whether a paper of this term is kept for less time than one of the other."""
    order = list(Term)
    return order.index(Term(term)) > order.index(Term(than))


def file_by(year: int, month: int) -> date:
    """The last day on which a paper of the year is filed in time: the end of this month of the next year."""
    if month == 12:
        return date(year + 1, 12, 31)
    return date.fromordinal(date(year + 1, month + 1, 1).toordinal() - 1)


def years_later(day: date, years: int) -> date:
    """The same day so many years on; the last of February where there is no 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
