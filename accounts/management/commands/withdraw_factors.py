"""``manage.py withdraw_factors LOGIN --reason WHY``: what a person showed at the sign-in counts no more, when no security administrator gets in."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.factors import withdraw_on_server
from accounts.people import User
from cms.lifecycles import OutOfOrder


class Command(BaseCommand):
    help = "撤销一人的动态口令、通行密钥和恢复代码（安全管理员自己不能登录时，在服务器上执行）"

    def add_arguments(self, parser):
        parser.add_argument("login", metavar="LOGIN", help="用户名")
        parser.add_argument("--reason", required=True, help="原因，记入台账")

    def handle(self, *, login, reason, **options):
        person = User.objects.filter(username=login).first()
        if person is None:
            raise CommandError(f"没有用户“{login}”。")
        try:
            withdraw_on_server(person, reason=reason, at=timezone.now())
        except OutOfOrder as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"已撤销{person}的二次验证。职责要求的，下次登录时重新登记。")
