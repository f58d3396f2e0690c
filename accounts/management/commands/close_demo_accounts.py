"""``manage.py close_demo_accounts``: no invented person signs in any more; what they did stays on record."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.demo import close_demo_accounts


class Command(BaseCommand):
    help = "停用所有演示账户，使其密码作废；他们办过的事仍留在记录里"
    requires_system_checks: list[str] = []

    def handle(self, **options):
        closed = close_demo_accounts(at=timezone.now())
        self.stdout.write(f"已停用 {closed} 个演示账户。")
