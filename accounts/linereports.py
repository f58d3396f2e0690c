"""报告线路中断: that a line is down, said by its unit, its carrier or the network office (Articles 8(1), 13 and 16)."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.deeds import Deed
from accounts.faults import Fault, report_fault
from accounts.lineoutages import LONGEST_TEXT, LineOutage, due_of, refuse_times
from accounts.lineregister import Line
from accounts.roles import Right, may
from cms import ledger
from cms.limits import when
from cms.unmarked import refuse_marked_fields


@transaction.atomic
def report_outage(
    line: Line, *, down_at: datetime, cause: str, fault: Fault | None = None, by: Any, at: datetime
) -> LineOutage:
    """The line is down since this moment and due back after the hours of Article 16; carrier, network office and unit know.

    The network office, the carrier and the unit may say so. Raises ``PermissionDenied`` for anybody else, and ``ValidationError`` for a moment
    still to come, a day on which the line was not let, or one at which it is down already.
    """
    if not may_report(by, line):
        raise PermissionDenied(f"您不能报告{line}的中断。")
    cause = cause.strip()
    if not cause:
        raise ValidationError({"cause": "请写明中断的情况。"})
    refuse_marked_fields(cause=cause)
    if fault is not None and (fault.unit_id, fault.kind) != (line.unit_id, Fault.Kind.NETWORK):
        raise ValidationError({"fault": "这不是本单位的网络线路故障。"})
    line = Line.objects.select_for_update().get(pk=line.pk)
    if standing := line.outages.open().first():
        raise ValidationError(
            {"down_at": f"这条线路{when(standing.down_at)}起中断，已经报告，还没有恢复；没有重复登记。"}
        )
    refuse_times(line, down_at, None, reported_at=at, at=at)
    rules, due_at = due_of(line, down_at)
    outage = LineOutage.objects.create(
        line=line,
        down_at=down_at,
        due_at=due_at,
        rules=rules,
        cause=cause[:LONGEST_TEXT],
        fault=fault,
        reported_at=at,
        reported_by=by,
    )
    ledger.enter(
        Deed.LINE_DOWN,
        subject=ledger.subject_of(outage),
        by=by,
        at=at,
        unit=line.unit_id,
        facts={"line": line.pk, "down_at": down_at, "due_at": due_at, "fault": fault.pk if fault else None},
    )
    text = f"{line}{when(down_at)}起中断，{when(due_at)}前须恢复：{outage.cause}"
    outage.tell_all(f"line-down:{outage.pk}", text, by, at)
    return outage


@transaction.atomic
def report_outage_and_fault(line: Line, *, down_at: datetime, cause: str, by: Any, at: datetime) -> LineOutage:
    """The line is down and, by the same word, its unit has reported a fault of its network (Article 13(1)).

    Raises what ``report_outage`` and ``report_fault`` raise; then neither is on record.
    """
    if down_at > at:
        raise ValidationError({"down_at": "中断时间不能晚于现在。"})
    text = f"线路 {line.circuit} 中断：{cause.strip()}" if cause.strip() else ""
    if not text:
        raise ValidationError({"cause": "请写明中断的情况。"})
    refuse_marked_fields(cause=cause)
    # The network office hears of the line below, with its hours; one thing is told once.
    fault = report_fault(line.unit, Fault.Kind.NETWORK, text, tells=("secretariat",), detected_at=down_at, by=by, at=at)
    return report_outage(line, down_at=down_at, cause=cause, fault=fault, by=by, at=at)


def may_report(user: Any, line: Line) -> bool:
    """Whether the person may say that the line is down."""
    return may(user, Right.OPERATE) or line.is_served_by(user) or may(user, Right.RECEIVE, line.unit_id)
