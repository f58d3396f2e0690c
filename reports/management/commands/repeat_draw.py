"""``manage.py repeat_draw 12``: draw the units of a spot check once more from its seed and say whether they are the ones on record (Article 28)."""

from django.core.management.base import BaseCommand, CommandError

from reports.spotchecks.record import SpotDraw
from reports.spotchecks.redrawing import redraw


class Command(BaseCommand):
    help = "按抽查的种子重新抽取，与记录比对"

    def add_arguments(self, parser):
        parser.add_argument("number", type=int, metavar="编号", help="抽查的编号，如 12")

    def handle(self, *, number, **options):
        draw = SpotDraw.objects.select_related("check_drawn").filter(check_drawn=number).first()
        if draw is None:
            raise CommandError(f"没有编号为 {number} 的抽查，或者还没有抽取。")
        again = redraw(draw)
        self.stdout.write(f"种子 {draw.seed}，算法 {draw.algorithm}，范围 {len(draw.population)} 家：")
        self.stdout.write("".join(f"{ordinal}. {code}\n" for ordinal, code in enumerate(again.codes, 1)))
        if not again.agrees:
            raise CommandError("重新抽取的结果与记录不一致，请用 manage.py verify 核查台账。")
        self.stdout.write("与记录一致。")
