"""``manage.py backup DIR``: database and files of this moment in a new folder, which can be restored (Article 17)."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cms.backup.failures import FAILURES, words
from cms.backup.making import make
from cms.backup.stores import KEPT_APART


class Command(BaseCommand):
    help = "备份数据库和全部文件到一个新目录；目录要么完整，要么不存在"

    def add_arguments(self, parser):
        parser.add_argument("directory", type=Path, help="新目录，最好在另一块磁盘上")

    def handle(self, *, directory, **options):
        try:
            made = make(directory, at=timezone.now())
        except FAILURES as failed:
            raise CommandError(f"没有备份：{words(failed)}") from failed
        rows = sum(table.rows for table in made.tables.values())
        seconds = (made.finished_at - made.started_at).total_seconds()
        self.stdout.write(
            f"已备份到“{directory}”：{len(made.files)} 个文件，{made.size / 1024**2:.1f} MB，{len(made.tables)} 张表，{rows} 行，"
            f"台账 {made.head.size} 条，用时 {seconds:.1f} 秒。"
        )
        self.stdout.write(f"清单摘要（请抄存）：{made.digest}")
        self.stdout.write("备份里没有以下密钥，请另行保管：")
        for what in KEPT_APART:
            self.stdout.write(f"  · {what}")
