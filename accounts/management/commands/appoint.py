"""``manage.py appoint LOGIN UNIT ROLE [--name NAME]``: a person takes a post; somebody new gets a password, printed once."""

import secrets

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.people import PostRefused, User, take_post
from accounts.roles import Role
from accounts.units import Unit


class Command(BaseCommand):
    help = "任职：LOGIN 用户名，UNIT 单位代码，ROLE 职责；新人须写 --name 姓名，并得到一次性显示的密码"

    def add_arguments(self, parser):
        parser.add_argument("login", metavar="LOGIN")
        parser.add_argument("unit", metavar="UNIT")
        parser.add_argument("role", metavar="ROLE", help="、".join(f"{role.value}（{role.label}）" for role in Role))
        parser.add_argument("--name", default="", help="新人的姓名")

    @transaction.atomic
    def handle(self, *, login, unit, role, name, **options):
        if role not in Role.values:
            raise CommandError(f"没有“{role}”这种职责，可用：{'、'.join(Role.values)}。")
        body = Unit.objects.filter(code=unit).first()
        if body is None:
            raise CommandError(f"单位代码“{unit}”不在使用单位名册。")
        person = User.objects.filter(username=login).first()
        if person is None:
            if not name:
                raise CommandError(f"还没有用户“{login}”，请用 --name 写明姓名。")
            password = secrets.token_urlsafe(12)
            person = User.objects.create_user(username=login, password=password, name=name, password_due=True)
            self.stdout.write(f"已建立用户 {login}（{name}），初始密码：{password}（首次登录后须设定新密码）")
        try:
            take_post(person, body, Role(role), by=None, at=timezone.now())
        except PostRefused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{person} 任{body}{Role(role).label}。")
