"""``manage.py establish_area CODE NAME SEAT``: the units below SEAT are an area of their own, run from there (Article 29)."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.establishing import establish_area
from accounts.units import Unit


class Command(BaseCommand):
    help = "设立辖区：主管单位对下属单位参照本办法执行，规则、工作日历、办公时间先沿用上级的"

    def add_arguments(self, parser):
        parser.add_argument("code", metavar="CODE", help="辖区代码，小写字母和数字，如 baota")
        parser.add_argument("name", metavar="NAME", help="辖区名称，如 宝塔区")
        parser.add_argument("seat", metavar="SEAT", help="主管单位的代码，如 QX01")

    def handle(self, *, code, name, seat, **options):
        unit = Unit.objects.filter(code=seat).first()
        if unit is None:
            raise CommandError(f"没有设立：单位代码“{seat}”不在名册里，请先载入使用单位。")
        try:
            area = establish_area(unit, code=code, name=name, by=None, at=timezone.now())
        except ValidationError as refused:
            raise CommandError(f"没有设立：\n{' '.join(refused.messages)}") from refused
        count = Unit.objects.filter(area=area).count()
        self.stdout.write(f"已设立辖区“{area}”，由“{unit}”主管，有 {count} 个单位。接着任命秘书科人员，载入文号系列。")
