"""``manage.py verify [--since DATE]``: whether ledger, checkpoints, circulars, seals and files are still what they were."""

from datetime import date, datetime, time

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cms.ledgertree import size_now
from cms.reach import within_reach
from cms.verifying import faults
from cms.workdays import ZONE


class Command(BaseCommand):
    help = "核查台账、检查点、公文、印章和文件是否完好；有问题的逐条列出，退出码为 1"

    def add_arguments(self, parser):
        parser.add_argument("--since", help="只通读这一天以后的记录和文件，如 2026-09-01；树和检查点总是全部核对")

    def handle(self, *, since, **options):
        found = 0
        for fault in faults(_day(since), timezone.now()):
            found += 1
            self.stdout.write(f"✗ {fault}")
        if found:
            raise CommandError(f"发现 {found} 处问题。", returncode=1)
        self.stdout.write(f"完好：台账 {size_now()} 条、检查点、公文、印章、密钥证书和文件均与记录一致。")


def _day(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
        within_reach(day)
        return datetime.combine(day, time(), ZONE)
    except (ValueError, ValidationError):
        raise CommandError(f"“{text}”不是日期，请写成 2026-09-01 的样子。", returncode=2) from None
