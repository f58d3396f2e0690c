"""``manage.py lift_networks``: everybody may come again, when the network office is shut out of its own screen (Article 11)."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.networks import lift_networks


class Command(BaseCommand):
    help = "停用全部允许接入的网段，恢复为不限制（网信办自己不能访问时，在服务器上执行）"

    def handle(self, **options):
        count = lift_networks(at=timezone.now())
        self.stdout.write(
            f"已停用 {count} 个网段，现在不限制来源，请尽快重新设定。" if count else "没有设定网段，本来就不限制来源。"
        )
