"""``manage.py load_circulars FILE``: circulars taken in by the verbs that people use, at the times the file says.

Series of ``series.csv`` beside the file are loaded first. Where a demo runs, invented people take the roles that nobody holds
and seal with keys of the demo; elsewhere what comes in this way was sealed on paper.
"""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.demo import fill_vacancies
from accounts.units import Unit
from circulars.demoseals import make_keys, seal_as_demo
from circulars.intake import CircularsRefused, load_circulars, read_circulars
from circulars.sealing import sealed_on_paper
from circulars.serieslist import load_series
from circulars.titles import quoted
from cms.tables import TableRefused


class Command(BaseCommand):
    help = "载入公文（JSON）；已有的文号不重复载入"

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *, file, **options):
        try:
            with transaction.atomic():
                beside = file.with_name("series.csv")
                if beside.exists():
                    load_series(beside, at=timezone.now())
                rows = read_circulars(file)
                if settings.DEMO:
                    issuing = Unit.objects.filter(code__in={code for row in rows for code in row["issuing_units"]})
                    fill_vacancies(issuing, timezone.localdate())
                    make_keys(timezone.now())
                loaded = load_circulars(rows, sealed=seal_as_demo if settings.DEMO else sealed_on_paper)
        except (TableRefused, CircularsRefused) as refused:
            raise CommandError(f"没有载入任何公文：\n{refused}") from refused
        self.stdout.write(f"已载入公文 {len(loaded)} 份，跳过已有的 {len(rows) - len(loaded)} 份。")
        for circular in loaded:
            self.stdout.write(f"  {circular.number}{quoted(circular.title)}→ {circular.deliveries.count()} 家")
