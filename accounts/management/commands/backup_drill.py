"""``manage.py backup_drill DIR``: a back-up is restored beside it, proved, thrown away, and the verdict is on record (Article 17)."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from accounts.drilling import drill
from cms.backup.failures import FAILURES, words


class Command(BaseCommand):
    help = "恢复演练：把备份恢复到临时数据库，核查后删除，并登记结果；每月至少一次"

    def add_arguments(self, parser):
        parser.add_argument("directory", type=Path, help="manage.py backup 做出的目录")

    def handle(self, *, directory, **options):
        try:
            held = drill(directory)
        except FAILURES as failed:
            raise CommandError(f"没有演练：{words(failed)}") from failed
        said = f"{held.verdict}备份 {held.size / 1024**2:.1f} MB，用时 {held.seconds:.1f} 秒，已登记。"
        if not held.is_good:
            raise CommandError(f"演练没有通过：{said}")
        self.stdout.write(f"演练通过：{said}")
