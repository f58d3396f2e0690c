"""单位陈述和申诉: what the leader of the unit says in its case, once each (Article 28)."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.roles import Right, may
from circulars.reasons import said_in
from cms.lifecycles import OutOfOrder
from reports.accountability.acts import step, tell_secretariat
from reports.accountability.record import LONGEST, CaseStep, DelayCase


@transaction.atomic
def make_statement(case: DelayCase, text: str, *, by: Any, at: datetime) -> None:
    """The unit has stated its side; the secretariat knows. Raises ``PermissionDenied`` for who does not lead the unit, ``OutOfOrder`` once it has, or it was decided."""
    _refuse_strangers(case, by)
    text = said_in(text, "text", "请写明逾期的经过和原因", longest=LONGEST)
    step(case, CaseStep.Kind.STATED, text, by=by, at=at)
    tell_secretariat(case, "单位已经陈述，待决定", by=by, at=at)


@transaction.atomic
def appeal(case: DelayCase, text: str, *, by: Any, at: datetime) -> None:
    """The unit asks for another look, once; raises as ``make_statement`` does, and ``OutOfOrder`` when the time for it is over."""
    _refuse_strangers(case, by)
    if case.state == DelayCase.State.DECIDED and not case.may_be_appealed(at):
        raise OutOfOrder(f"申诉期限到 {timezone.localtime(case.appeal_until):%Y-%m-%d %H:%M} 为止，已经过了。")
    text = said_in(text, "text", "请写明申诉的理由", longest=LONGEST)
    step(case, CaseStep.Kind.APPEALED, text, by=by, at=at)
    tell_secretariat(case, "单位提出申诉，须由没有立案、没有决定的人复核", by=by, at=at)


def _refuse_strangers(case: DelayCase, by: Any) -> None:
    if not may(by, Right.MANAGE_STAFF, case.unit_id):
        raise PermissionDenied("由本单位的分管领导或主要负责人陈述、申诉。")
