"""By when a circular must be signed for, as far as the calendars that are loaded can tell (Article 22).

A due time that needs a year whose calendar is not loaded is pending (待定): the circular goes out all the same, nothing is guessed, and
``circulars.pending`` settles it once the year is there.
"""

from dataclasses import dataclass
from datetime import datetime

from circulars.deadlines import RECEIPT_ARTICLE, receipt_due, warn_at
from cms.rulebook import RuleSet
from cms.workdays import CalendarMissing, Office

PENDING_RULE = "pending"


@dataclass(frozen=True)
class Term:
    """The due time with its reason; all times are None while it is pending, and then ``missing_year`` says for want of which year."""

    at: datetime | None
    warn_at: datetime | None
    window_minutes: int | None
    rule: str
    sentence: str
    missing_year: int | None = None

    @property
    def is_pending(self) -> bool:
        return self.missing_year is not None


def receipt_term(urgency: str, sent_at: datetime, office: Office, rules: RuleSet) -> Term:
    """When the receiving unit must have signed for a circular, or that this cannot be said yet."""
    try:
        due = receipt_due(urgency, sent_at, office, rules)
        warned = warn_at(urgency, sent_at, due.at, office, rules)
    except CalendarMissing as missing:
        return Term(None, None, None, PENDING_RULE, pending_sentence(missing.year), missing.year)
    return Term(due.at, warned, due.window_minutes, due.rule, due.sentence)


def pending_sentence(year: int) -> str:
    return f"{year}年工作日历未载入，签收时限待定，载入后自动补定。依据：{RECEIPT_ARTICLE}。"


def is_open_as_known(at: datetime, office: Office) -> bool | None:
    """Whether the office works at this instant; None where the calendar of that day is not loaded."""
    try:
        return office.is_open(at)
    except CalendarMissing:
        return None
