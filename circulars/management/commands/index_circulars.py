"""``manage.py index_circulars``: every registered circular is in the index; it may be stopped, and goes on where it was.

``--rebuild`` empties the index first: after a change of how texts are folded, or when it is in doubt.
"""

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from circulars.registration import Circular
from circulars.searchindex.engines import empty
from circulars.searchindex.indexing import take_in
from circulars.searchindex.parts import IndexedPart
from circulars.searchindex.passages import Passage

BATCH = 100
HOURS = 3600.0


class Command(BaseCommand):
    help = "把已登记的公文及其附件收入检索索引；中断后重新运行即接着做"

    def add_arguments(self, parser):
        parser.add_argument("--rebuild", action="store_true", help="先清空索引，从头收入")

    def handle(self, *, rebuild, **options):
        if rebuild:
            with transaction.atomic():
                empty()
                Passage.objects.all()._raw_delete("default")
                IndexedPart.objects.all()._raw_delete("default")
        last = done = 0
        waiting = Circular.objects.unblocked().filter(text__isnull=False).order_by("pk")
        while batch := list(waiting.filter(pk__gt=last)[:BATCH]):
            for circular in batch:
                take_in(circular, at=timezone.now(), within=HOURS)
            last, done = batch[-1].pk, done + len(batch)
            self.stdout.write(f"已查过 {done} 份公文。")
        unread = IndexedPart.objects.exclude(unread="").count()
        self.stdout.write(self.style.SUCCESS(f"完成：{done} 份公文都在索引里，其中 {unread} 个附件没有读全。"))
