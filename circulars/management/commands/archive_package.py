"""``manage.py archive_package NUMBER --unit CODE --out FILE.zip``: the package of one filed paper for the archive (Article 27)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.units import Unit
from circulars.archive.givingout import write_to
from circulars.archive.holdings import Holding
from circulars.evidence import circular_named
from circulars.registration import Circular
from cms.lifecycles import OutOfOrder
from cms.signing.keys import KeyRefused


class Command(BaseCommand):
    help = "把一件已归档公文的归档包写成文件，核验通过才写出。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", metavar="文号", help="发文字号，如 延政办发〔2026〕23号")
        parser.add_argument("--unit", required=True, metavar="单位代码", help="哪个单位归档的")
        parser.add_argument("--out", required=True, type=Path, metavar="文件", help="写到哪个 .zip 文件")

    def handle(self, *args: Any, number: str, unit: str, out: Path, **options: Any) -> None:
        """Raises ``CommandError`` with the sentence of whatever refuses."""
        try:
            holder = Unit.objects.filter(code=unit).first()
            if holder is None:
                raise OutOfOrder(f"没有代码为 {unit} 的单位。")
            circular = circular_named(number, Circular.objects.filter(holdings__unit=holder))
            holding = Holding.objects.select_related("circular__page", "unit", "delivery", "filed_by").get(
                circular=circular, unit=holder
            )
            made = write_to(holding, out, at=timezone.now())
        except (OutOfOrder, KeyRefused) as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(f"{holding.code} 的归档包已写入 {out}，共 {made.files} 个文件，四性检测通过。")
