"""``manage.py open_accounts FILE --by LOGIN --letters OUT``: accounts for everybody named, and a letter to print for each."""

import os
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.openings import COLUMNS, open_accounts
from accounts.people import User
from cms.tables import TableRefused


class Command(BaseCommand):
    help = f"按人员名册（CSV，列：{'、'.join(COLUMNS)}）建立账户，写出可打印的账户通知，每人一页；可以重复执行"

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--by", required=True, metavar="LOGIN", help="经办人，须在网信办任职")
        parser.add_argument("--letters", required=True, type=Path, metavar="OUT", help="账户通知写到哪个 HTML 文件")
        parser.add_argument("--address", default="", help="印在通知上的系统网址")

    def handle(self, *, file, by, letters, address, **options):
        clerk = User.objects.filter(username=by, is_active=True).first()
        if clerk is None:
            raise CommandError(f"没有用户“{by}”，或者已停用。")
        if letters.exists():
            raise CommandError(f"文件“{letters}”已存在，请换一个文件名；里面的一次性密码只有这一份。")
        written = False
        try:
            with transaction.atomic():
                opened = open_accounts(file, by=clerk, at=timezone.now())
                if opened:
                    page = render_to_string("accounts/letters.html", {"letters": opened, "address": address})
                    self._write(letters, page)
                    written = True
        except BaseException as failure:
            if written:
                letters.unlink(missing_ok=True)
            if isinstance(failure, TableRefused):
                raise CommandError(f"没有建立任何账户：\n{failure}") from failure
            if isinstance(failure, PermissionDenied):
                raise CommandError(str(failure)) from failure
            if isinstance(failure, OSError):
                raise CommandError(f"没有建立任何账户：写不了文件“{letters}”：{failure.strerror}。") from failure
            raise
        if opened:
            self.stdout.write(f"已建立 {len(opened)} 个账户，通知在“{letters}”；请打印、封好、分送，然后删去文件。")
        else:
            self.stdout.write("名册上的人都已有账户，没有改动，也没有写通知。")

    def _write(self, letters: Path, page: str) -> None:
        """The file is there, readable by its owner alone, or it is not there at all."""
        descriptor = os.open(letters, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as out:
                out.write(page)
        except BaseException:
            letters.unlink(missing_ok=True)
            raise
