"""``manage.py export_evidence NUMBER --out FILE.zip``: the bundle of evidence of one circular (Articles 3, 10 and 28)."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from circulars.evidence import DiskRefused, circular_named, write_to
from circulars.registration import Circular
from cms.lifecycles import OutOfOrder
from cms.signing.keys import KeyRefused


class Command(BaseCommand):
    help = "制作一件公文的证据包；写成后经过核验，已有的文件不覆盖"

    def add_arguments(self, parser):
        parser.add_argument("number", metavar="文号", help="如 延政办发〔2026〕23号，括号全角、半角都可以")
        parser.add_argument("--out", required=True, type=Path, metavar="FILE.zip", help="写到哪个文件")
        parser.add_argument(
            "--issuer", default="", metavar="发文单位", help="发文单位名称或者代码；几家单位的文号相同时用"
        )

    def handle(self, *, number, out, issuer, **options):
        try:
            circular = circular_named(number, Circular.objects.all(), issuer=issuer)
            exported = write_to(circular, out, at=timezone.now())
        except DiskRefused as refused:
            where = getattr(refused.__cause__, "filename", None) or out
            raise CommandError(f"{refused}（{where}）") from None
        except (OutOfOrder, KeyRefused) as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(f"{circular.number} 的证据包已写入 {out}，共 {exported.files} 个文件，核验通过。")
