"""备份与升级执行表: a year of back-ups month by month, and the renewals of its keys, each with its clock (Articles 8(2), 12 and 17)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from accounts.backupyears import NOT_OWED, TO_COME, MonthOf, years_of
from accounts.keyserviceforms import vendors
from accounts.providers import Provider
from accounts.renewals import Renewal
from reports.months import Year
from reports.onesheet import empty_book, fill_sheet
from reports.sheetlook import COUNT, MINUTE, NONE, Column, or_none

TITLE, BACKUPS, RENEWALS = "备份与升级执行表", "数据备份", "续费升级"
_DAY = "yyyy-mm-dd"


@dataclass(frozen=True)
class BackupLine:
    """One vendor's month that is over or has begun and in which a back-up was owed or made."""

    provider: Provider
    month: MonthOf

    def of_run(self, name: str) -> Any:
        return or_none(getattr(self.month.run, name) if self.month.run else None)

    @property
    def remark(self) -> str:
        return "事后补报" if self.month.run and self.month.run.is_filed_afterwards else ""


BACKUP_COLUMNS = (
    Column("序号", lambda line, at: at.ordinal, 6, COUNT, align="center"),
    Column("保障单位", lambda line, at: line.provider.unit.name, 36),
    Column("月份", lambda line, at: f"{line.month.month:%Y}年{line.month.month.month}月", 13, align="center"),
    Column("执行情况", lambda line, at: line.month.word, 13, align="center"),
    Column("开始时间", lambda line, at: line.of_run("started_at"), 17.5, MINUTE, under="时限"),
    Column("应完成时间", lambda line, at: line.of_run("due_at"), 17.5, MINUTE, under="时限"),
    Column("完成时间", lambda line, at: line.of_run("finished_at"), 17.5, MINUTE, under="时限"),
    Column("逾期天数", lambda line, at: line.month.days_late, 9, COUNT, under="时限"),
    Column("恢复测试", lambda line, at: line.of_run("restored_on"), 13, _DAY),
    Column("校验值", lambda line, at: line.of_run("checksum") or NONE, 48),
    Column("备注", lambda line, at: line.remark, 13),
)


def renewal_columns(as_of: datetime) -> tuple[Column, ...]:
    """What is said of a renewal as of then."""
    return (
        Column("序号", lambda one, at: at.ordinal, 6, COUNT, align="center"),
        Column("年度", lambda one, at: str(one.round.year), 8, align="center"),
        Column("单位", lambda one, at: one.key.unit.name, 26),
        Column("密钥种类", lambda one, at: one.key.get_kind_display(), 14),
        Column("保管人", lambda one, at: one.key.keeper.name, 10, align="center"),
        Column("到期日期", lambda one, at: one.key.last_day if one.key.valid_until else NONE, 13, _DAY),
        Column("办理方式", lambda one, at: one.route, 32),
        Column("保障单位", lambda one, at: one.round.provider.unit.name, 24),
        Column("开始办理", lambda one, at: or_none(one.started_at), 17.5, MINUTE, under="时限"),
        Column("应办结时间", lambda one, at: or_none(one.due_at), 17.5, MINUTE, under="时限"),
        Column("办结时间", lambda one, at: or_none(one.served_at), 17.5, MINUTE, under="时限"),
        Column("逾期天数", lambda one, at: one.days_late(as_of), 9, COUNT, under="时限"),
        Column("启用时间", lambda one, at: or_none(one.done_at), 17.5, MINUTE),
        Column("执行情况", lambda one, at: one.get_state_display(), 14, align="center"),
        Column("备注", lambda one, at: one.reason, 20),
    )


def backup_lines(person: Any, year: Year, *, as_of: datetime) -> list[BackupLine]:
    """The months of the year for the vendors of whom the person may hear; those that owe nothing or are to come are left out."""
    return [
        BackupLine(one.provider, month)
        for one in years_of(vendors(person), year.number, as_of)
        for month in one.months
        if month.word not in (NOT_OWED, TO_COME)
    ]


def renewals_of(person: Any, year: Year) -> Sequence[Renewal]:
    """The renewals of the rounds opened in the year, whichever year they renew for, as far as the person may see them, by unit; one query."""
    opened = {"round__opened_at__gte": year.starts_at, "round__opened_at__lt": year.ends_at}
    seen = Renewal.objects.for_person(person).filter(**opened).shown()
    return list(seen.order_by("key__unit__sort_order", "key__unit__code", "pk"))


def write_upkeep(
    file: IO[bytes], backups: Sequence[BackupLine], renewals: Sequence[Renewal], year: Year, *, as_of: datetime
) -> None:
    """Both sheets of the year."""
    book = empty_book(f"{TITLE}（{year.label}）")
    missed = sum(line.month.run is None for line in backups)
    fill_sheet(
        book.create_sheet(BACKUPS),
        BACKUP_COLUMNS,
        backups,
        title=f"数据备份执行表（{year.label}）",
        counted=f"共 {len(backups)} 个月，没有备份的 {missed} 个月",
        below="范围：密钥服务合同期内已经开始的各月；作废的备份不列。",
        empty="本年没有应当备份的月份。",
        as_of=as_of,
        notes=(
            "注：每月备份一次，从开始之日的次日起计算工作日；逾期不足一天的按一天计。依据：第八条第（二）项、第十七条。",
        ),
    )
    done = sum(one.state == Renewal.State.DONE for one in renewals)
    fill_sheet(
        book.create_sheet(RENEWALS),
        renewal_columns(as_of),
        renewals,
        title=f"续费升级执行表（{year.label}）",
        counted=f"共 {len(renewals)} 把，已完成 {done} 把",
        below="范围：本年内组织的各批续费的密钥。",
        empty="本年没有组织续费。",
        as_of=as_of,
        notes=("注：时限从交保障单位办理时起算，到保障单位办结为止。依据：第十二条、第十七条。",),
    )
    book.save(file)
