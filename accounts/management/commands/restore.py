"""``manage.py restore DIR``: a back-up read into an empty installation, proved, and released by two administrators (Article 17)."""

from getpass import getpass
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.restorers import Claim, release, two_administrators
from cms.backup.failures import FAILURES, BackupFailed, words
from cms.backup.looking import look, other_settings, refuse_elsewhere
from cms.backup.restoring import differences, put_files, read_in
from cms.backup.stores import KEPT_APART
from cms.signing.errorreports import sensitive_variables

_MOST = 50


class Command(BaseCommand):
    help = "从备份恢复到空数据库并全面核查，由两名管理员确认后才能使用"
    requires_system_checks = []  # they may ask a database that is not there yet

    def add_arguments(self, parser):
        parser.add_argument("directory", type=Path, help="manage.py backup 做出的目录")
        parser.add_argument("--verify", action="store_true", help="全面核查；不写也总是核查")
        parser.add_argument(
            "--confirm-file", type=Path, help="四行：用户名、密码、用户名、密码；如 /dev/fd/3。不写则逐个询问"
        )
        parser.add_argument("--drill", action="store_true", help="只作演练：不需要确认，恢复的数据不能启用")

    @sensitive_variables("claims")
    def handle(self, *, directory, confirm_file, drill, **options):
        started = timezone.now()
        try:
            told = look(directory)
            refuse_elsewhere(told)
            claims = () if drill else _claims(confirm_file)
            read_in(directory, told, at=started)
            restorers = None if drill else two_administrators(claims, told.started_at)
            put_files(directory, told)
            self._prove(told)
            if restorers:
                release(told, restorers, at=timezone.now())
        except FAILURES as failed:
            raise CommandError(f"不能使用：{words(failed)}") from failed
        seconds = (timezone.now() - started).total_seconds()
        for name in other_settings(told):
            self.stdout.write(f"请注意：设置 {name} 与备份时不同。")
        if restorers is None:
            self.stdout.write(f"演练通过，用时 {seconds:.1f} 秒。这份数据只作演练，不能启用。")
            return
        self.stdout.write("请放回另行保管的密钥，再启动系统：")
        for what in KEPT_APART:
            self.stdout.write(f"  · {what}")
        self.stdout.write(
            f"可以使用：{len(told.files)} 个文件、{len(told.tables)} 张表、台账 {told.head.size} 条与备份一致，签名全部核对，"
            f"用时 {seconds:.1f} 秒。确认人：{restorers[0].person}、{restorers[1].person}。"
        )

    def _prove(self, told):
        found = 0
        for difference in differences(told):
            found += 1
            if found <= _MOST:
                self.stdout.write(f"✗ {difference}")
        if found:
            raise BackupFailed(f"恢复以后发现 {found} 处与备份不一致。")


@sensitive_variables()
def _claims(confirm_file: Path | None) -> list[Claim]:
    if confirm_file is not None:
        lines = confirm_file.read_text("utf-8").splitlines()
        return [Claim(*pair) for pair in zip(lines[0:4:2], lines[1:4:2], strict=False)]
    return [
        Claim(input(f"第{which}名管理员的用户名：").strip(), getpass(f"第{which}名管理员的密码："))
        for which in ("一", "二")
    ]
