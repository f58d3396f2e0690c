"""`manage.py monthly_report`: the workbook of a month, written to a file (Article 28)."""

import sys
from argparse import ArgumentParser
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from cms.areas import Area
from cms.workdays import ZONE
from reports.monthly import (
    CalendarAwaited,
    MonthReport,
    NothingSent,
    month_report,
    published_report,
    refuse_while_pending,
)
from reports.months import Month, NotAMonth, month_asked
from reports.named import times_named
from reports.receipts import Issuers
from reports.workbooks import write_month

USAGE = (
    "用法：manage.py monthly_report 年月 --out 文件 [--as-of 统计截止时间] [--issuers 发文单位范围] [--area 辖区代码]"
)

NOTHING = 1
BAD_INPUT = 2
NOT_READY = 3


class Command(BaseCommand):
    help = "把一个月的签收情况写成 Excel 工作簿：统计表、逾期明细、各类别小计、单位排名、口径说明。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.error = self.refuse_usage  # type: ignore[method-assign]  # argparse itself speaks English only
        parser.add_argument("month", metavar="年月", help="如 2026-11")
        parser.add_argument("--out", required=True, type=Path, metavar="文件", help="写到哪个 .xlsx 文件")
        parser.add_argument(
            "--as-of",
            metavar="统计截止时间",
            help="如 2026-12-01T09:00，不带时区的按北京时间；不写的，已公布的月份写公布的版本，其余就是现在",
        )
        parser.add_argument(
            "--issuers",
            default=Issuers.GOVERNMENT.value,
            metavar="发文单位范围",
            help="；".join(f"{choice.value}：{choice.label}" for choice in Issuers),
        )
        parser.add_argument("--area", metavar="辖区代码", help="县（市、区）等自设的辖区；不写就是本系统的辖区")

    def handle(
        self, *args: Any, month: str, out: Path, as_of: str | None, issuers: str, area: str | None, **options: Any
    ) -> None:
        """The workbook is in the file and a sentence says so, or a sentence says why not and the file is as before."""
        now = timezone.now()
        counted_at = now if as_of is None else instant(as_of)
        try:
            asked = month_named(month, counted_at), issuers_named(issuers), area_named(area)
            report = _report(*asked, counted_at, is_asked=as_of is not None)
            refuse_while_pending(report)
            write_month(out, report, times_named(report))
        except NothingSent as nothing:
            raise CommandError(str(nothing), returncode=NOTHING) from None
        except CalendarAwaited as awaited:
            raise CommandError(str(awaited), returncode=NOT_READY) from None
        except (OSError, RuntimeError) as refusal:
            raise CommandError(
                f"写不了文件“{out}”，请检查文件夹是否存在、是否有写入权限。", returncode=BAD_INPUT
            ) from refusal
        except Area.DoesNotExist:
            raise CommandError("本辖区还没有建立，请网信办先完成安装。", returncode=NOT_READY) from None
        except DatabaseError:
            raise CommandError("读不到签收记录，请网信办检查数据库。", returncode=NOT_READY) from None
        if counted_at > now:
            self.stderr.write("注意：统计截止时间还没有到，现在没有签收的按到那时仍未签收计算。")
        self.stdout.write(
            f"已写出“{out}”：{report.title}（{report.month.label}），{len(report.figures)}个单位，"
            f"逾期明细{len(report.late)}条，统计截止{timezone.localtime(report.as_of, ZONE):%Y-%m-%d %H:%M}"
            + (f"，公布第{report.published.version}版。" if report.published else "。")
        )

    def run_from_argv(self, argv: list[str]) -> None:
        """From the shell a refusal is its bare sentence on standard error, and its exit code.

        With `--traceback` Django lets the refusal through to us instead of printing it under an English name.
        """
        try:
            super().run_from_argv([*argv[:2], "--traceback", *argv[2:]])
        except CommandError as refusal:
            self.stderr.write(str(refusal))
            sys.exit(refusal.returncode)

    def refuse_usage(self, message: str) -> NoReturn:
        raise CommandError(USAGE, returncode=BAD_INPUT)


def _report(month: Month, issuers: Issuers, area: Area, counted_at: datetime, *, is_asked: bool) -> MonthReport:
    """The month as it was published, unless it was not or another time is asked for."""
    published = None if is_asked else published_report(month, issuers=issuers, area=area)
    return published or month_report(month, as_of=counted_at, issuers=issuers, area=area)


def area_named(code: str | None) -> Area:
    """The area of this code, the installation's own where none is named."""
    if code is None:
        return Area.objects.home()
    found = Area.objects.filter(code=code).first()
    if found is None:
        known = "、".join(f"{area.code}：{area}" for area in Area.objects.order_by("pk"))
        raise CommandError(f"没有代码是“{code[:40]}”的辖区，可以写：{known}。", returncode=BAD_INPUT)
    return found


def month_named(text: str, counted_at: datetime) -> Month:
    try:
        return month_asked(text, now=counted_at)
    except NotAMonth as refusal:
        raise CommandError(str(refusal), returncode=BAD_INPUT) from None


def instant(text: str) -> datetime:
    """The time typed; without a zone it is Beijing time. A date alone does not say at which hour counting stops."""
    try:
        date.fromisoformat(text)
    except ValueError:
        try:
            at = datetime.fromisoformat(text)
            return at.replace(tzinfo=ZONE) if at.tzinfo is None else at.astimezone(ZONE)
        except (ValueError, OverflowError):
            pass
    raise CommandError(f"看不懂统计截止时间“{text[:40]}”，请写成 2026-12-01T09:00。", returncode=BAD_INPUT)


def issuers_named(text: str) -> Issuers:
    if text not in Issuers.values:
        raise CommandError(f"没有“{text[:20]}”这个范围，可用的有：{'、'.join(Issuers.values)}。", returncode=BAD_INPUT)
    return Issuers(text)
