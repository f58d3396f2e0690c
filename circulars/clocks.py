"""The clock that starts when something goes out: a circular, a new round of a return, a supplement (Articles 21 and 22).

Each is due by the version of the rule in force at that moment, which the deliveries keep.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from circulars.deadlines import Urgency, counts_working_days
from circulars.liability import notification_required
from circulars.reasons import refuse_marks
from circulars.recipients import Addressed
from circulars.registration import Circular
from circulars.terms import Term, is_open_as_known, receipt_term
from cms.lifecycles import OutOfOrder
from cms.offices import office_of
from cms.rulebook import RuleSet
from cms.ruleversions import RuleVersion


class NotSendable(OutOfOrder):
    """The circular cannot go out like this; the sentence says what to do."""


class ReasonMissing(NotSendable):
    """An ordinary circular goes out off duty, and nobody said why."""


@dataclass(frozen=True)
class Clock:
    """When it goes out, by when it must be signed for and by which version of the rule; ``needs_reason`` where Article 21 asks for one."""

    at: datetime
    due: Term
    rules: RuleVersion
    must_notify: bool
    needs_reason: bool

    def for_role(self, role: str) -> dict[str, Any]:
        """What the clock means for a unit on the desk that gets it as 主送 or 抄送: the columns of its delivery."""
        if role == Addressed.CC and not self.rules.rule_set.cc_signs:
            return {
                "must_sign": False,
                "must_notify": False,
                "due_at": None,
                "due_pending": False,
                "warn_at": None,
                "window_minutes": None,
            }
        return {
            "must_sign": True,
            "must_notify": self.must_notify,
            "due_at": self.due.at,
            "due_pending": self.due.is_pending,
            "warn_at": self.due.warn_at,
            "window_minutes": self.due.window_minutes,
        }

    def refuse_without(self, reason: str) -> None:
        """Raises ``ReasonMissing`` when an ordinary circular would go out off duty without a reason, ``ValidationError`` for marks of secrecy in it."""
        refuse_marks(reason)
        if self.needs_reason and not reason:
            raise ReasonMissing(
                "现在不是工作时间。一般公文应在正常工作时间发送；确需现在发送的，请写明理由（第二十一条）。"
            )


def clock_of(circular: Circular, at: datetime) -> Clock:
    """The clock of what goes out of this circular at this moment."""
    area = circular.area
    office, rules = office_of(area), RuleVersion.objects.in_force(area, at)
    due = receipt_term(circular.urgency, at, office, rules.rule_set)
    return Clock(
        at=at,
        due=due,
        rules=rules,
        must_notify=must_be_told(circular.urgency, due, rules.rule_set),
        needs_reason=circular.urgency == Urgency.NORMAL and is_open_as_known(at, office) is False,
    )


def must_be_told(urgency: str, due: Term, rules: RuleSet) -> bool:
    """Whether the sender owes the units a call or a text; of minutes that are still pending he owes it, since they may be off duty."""
    may_be_off_duty = due.is_pending and not counts_working_days(urgency, rules)
    return notification_required(urgency, after_hours=due.rule == "after_hours" or may_be_off_duty)
