"""``manage.py sweep [--loop]``: find due work again, once or every minute."""

import time

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections
from django.utils import timezone

from cms.backup.marker import refuse_unfinished
from cms.sweep import sweep


class Command(BaseCommand):
    help = "重新找出到期的工作并留下心跳；加 --loop 每分钟一次"

    def add_arguments(self, parser):
        parser.add_argument("--loop", action="store_true", help="每分钟一次，直到被停止")

    def handle(self, *, loop, **options):
        try:
            refuse_unfinished()
        except ImproperlyConfigured as refusal:
            raise CommandError(str(refusal)) from refusal
        while True:
            for name in sweep(timezone.now(), clock=timezone.now):
                self.stderr.write(f"扫描任务失败：{name}")
            if not loop:
                return
            close_old_connections()
            time.sleep(60 - time.time() % 60)
