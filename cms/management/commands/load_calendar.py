"""``manage.py load_calendar FILE YEAR --source TEXT``: load the working calendar of a year; a bad line is named and nothing is loaded."""

from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cms.areas import Area
from cms.calendars import load_calendar
from cms.calendartable import read_calendar
from cms.lifecycles import OutOfOrder
from cms.tables import TableRefused, bytes_of


def _area(code: str) -> Area:
    area = Area.objects.filter(code=code).first()
    if area is None:
        raise CommandError(f"没有载入：辖区“{code}”还没有设立。")
    return area


class Command(BaseCommand):
    help = "载入一年的工作日历（CSV：日期,类型,名称），等待该年的签收时限随即补定"

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("year", type=int, metavar="YEAR")
        parser.add_argument("--area", default=settings.AREA, metavar="CODE", help="辖区代码，不写为本市")
        parser.add_argument("--source", required=True, metavar="TEXT", help="依据的放假通知")

    def handle(self, *, file, year, source, area, **options):
        try:
            days = read_calendar(bytes_of(file), year)
            load_calendar(_area(area), year, days, source=source, by=None, at=timezone.now())
        except (TableRefused, OutOfOrder) as refused:
            raise CommandError(f"没有载入：\n{refused}") from refused
        except ValidationError as refused:
            raise CommandError(f"没有载入：\n{''.join(refused.messages)}") from refused
        off = sum(not day.is_working for day in days)
        self.stdout.write(f"已载入{year}年工作日历：放假 {off} 天，调休上班 {len(days) - off} 天。")
