"""``manage.py load_units FILE``: take in the register of units; a bad line is named and nothing is loaded."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.unitlist import load_units
from cms.tables import TableRefused


class Command(BaseCommand):
    help = "载入使用单位名册（CSV），可以重复执行"

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *, file, **options):
        try:
            new, changed = load_units(file, at=timezone.now())
        except TableRefused as refused:
            raise CommandError(f"没有载入任何单位：\n{refused}") from refused
        self.stdout.write(f"已载入使用单位：新增 {new} 个，更新 {changed} 个。")
