"""故障报告及处置台账: every fault that was reported in a year, who had it in hand, and when the unit could work again (Articles 7(3) and 13)."""

from collections.abc import Sequence
from datetime import datetime
from typing import IO, Any

from accounts.acknowledgements import Office
from accounts.faults import Fault
from accounts.repairs import Repair
from cms.workdays import local
from reports.months import Year
from reports.onesheet import write_sheet
from reports.sheetlook import COUNT, DURATION, MINUTE, NONE, Column, or_none

TITLE = "故障报告及处置台账"


class FaultLine:
    """One fault with the repair that counts: the one under way or done, the last that was called off where there is no other."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        repairs = sorted(fault.repairs.all(), key=lambda repair: (repair.state != Repair.State.CALLED_OFF, repair.pk))
        self.repair = repairs[-1] if repairs else None
        self.earlier = repairs[:-1]

    def of_repair(self, name: str) -> Any:
        return or_none(getattr(self.repair, name) if self.repair else None)

    @property
    def provider(self) -> str:
        return self.repair.provider.unit.name if self.repair else NONE

    @property
    def work(self) -> str:
        if self.repair is None or not self.repair.outcome:
            return NONE
        return f"{self.repair.get_outcome_display()}：{self.repair.work}"

    @property
    def remark(self) -> str:
        """What else became of it: work that failed its test, tasks that were called off."""
        repairs = [*self.earlier, self.repair] if self.repair else []
        said = [
            f"曾派{one.provider.unit.short_name}，已撤回：{one.call_off_reason}"
            for one in repairs
            if one.call_off_reason
        ]
        failed = [judged for one in repairs for judged in one.acceptances.all() if not judged.is_good]
        said += [f"{local(judged.judged_at):%m-%d}验收不合格：{judged.reason}" for judged in failed]
        return "；".join(said)


COLUMNS = (
    Column("序号", lambda line, at: at.ordinal, 6, COUNT, align="center"),
    Column("单位", lambda line, at: line.fault.unit.name, 17),
    Column("种类", lambda line, at: line.fault.get_kind_display(), 16, align="center"),
    Column("情况", lambda line, at: line.fault.shown, 28),
    Column("发现时间", lambda line, at: line.fault.detected_at, 17.5, MINUTE, under="报告"),
    Column("应报告时间", lambda line, at: or_none(line.fault.report_due_at), 17.5, MINUTE, under="报告"),
    Column("报告时间", lambda line, at: line.fault.reported_at, 17.5, MINUTE, under="报告"),
    Column("按时", lambda line, at: "是" if line.fault.is_reported_in_time else "否", 7, under="报告", align="center"),
    Column("秘书科收到", lambda line, at: or_none(_acked(line.fault, Office.SECRETARIAT)), 17.5, MINUTE, under="报告"),
    Column(
        "网信办收到", lambda line, at: or_none(_acked(line.fault, Office.NETWORK_OFFICE)), 17.5, MINUTE, under="报告"
    ),
    Column("保障单位", lambda line, at: line.provider, 17, under="处置"),
    Column("联系时间", lambda line, at: line.of_repair("contacted_at"), 17.5, MINUTE, under="处置"),
    Column("应完成时间", lambda line, at: line.of_repair("due_at"), 17.5, MINUTE, under="处置"),
    Column("完成时间", lambda line, at: line.of_repair("done_at"), 17.5, MINUTE, under="处置"),
    Column("结果", lambda line, at: line.work, 24, under="处置"),
    Column("验收时间", lambda line, at: line.of_repair("passed_at"), 17.5, MINUTE, under="处置"),
    Column("恢复时间", lambda line, at: or_none(line.fault.restored_at), 17.5, MINUTE, under="恢复"),
    Column("历时", lambda line, at: _lasted(line.fault), 10, DURATION, under="恢复"),
    Column("状态", lambda line, at: line.fault.get_state_display(), 10, align="center"),
    Column("备注", lambda line, at: line.remark, 22),
)


def fault_lines(person: Any, year: Year) -> list[FaultLine]:
    """What the person may see of the faults reported in the year, in the order of the reports; three queries."""
    rows = Fault.objects.for_person(person).filter(reported_at__gte=year.starts_at, reported_at__lt=year.ends_at)
    rows = rows.select_related("unit").prefetch_related("repairs__provider__unit", "repairs__acceptances")
    return [FaultLine(fault) for fault in rows.order_by("reported_at", "pk")]


def write_faults(file: IO[bytes], lines: Sequence[FaultLine], year: Year, *, as_of: datetime) -> None:
    """The ledger of the year."""
    over = sum(line.fault.state == Fault.State.CONFIRMED for line in lines)
    write_sheet(
        file,
        COLUMNS,
        lines,
        title=f"{TITLE}（{year.label}）",
        tab=TITLE,
        counted=f"共 {len(lines)} 起，已恢复 {over} 起",
        below="范围：本年内报告的故障，以报告时间为序。",
        empty="本年没有报告过故障。",
        as_of=as_of,
        notes=("注：历时从发现到网信办确认的恢复时间。逾期报告的故障不免责。依据：第七条第（三）项、第十三条。",),
    )


def _acked(fault: Fault, office: Office) -> datetime | None:
    at: datetime | None = getattr(fault, f"{office.value}_acked_at")
    return at


def _lasted(fault: Fault) -> Any:
    return fault.restored_at - fault.detected_at if fault.restored_at else NONE
