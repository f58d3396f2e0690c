"""``manage.py load_series FILE``: take in the number series of the issuing units."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from circulars.serieslist import load_series
from cms.tables import TableRefused


class Command(BaseCommand):
    help = "载入文号系列（CSV），可以重复执行"

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *, file, **options):
        try:
            new = load_series(file, at=timezone.now())
        except TableRefused as refused:
            raise CommandError(f"没有载入任何文号系列：\n{refused}") from refused
        self.stdout.write(f"已载入文号系列：新增 {new} 个。")
