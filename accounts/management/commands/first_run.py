"""``manage.py first_run``: asks for the three administrators and the first person of the network office, once, on a new site."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.firstrun import WANTED, Founder, NotFounded, found, is_founded
from accounts.roles import Role
from accounts.units import Category, Unit

WHAT_THEY_DO = {
    Role.SYSTEM_ADMIN: "管机器和升级，不看公文",
    Role.SECURITY_ADMIN: "管安全设置，拦下不该传的公文",
    Role.AUDIT_ADMIN: "核对台账和访问记录，什么也不改",
    Role.NETWORK_OFFICE: "网信办的第一位人员，其余账户由他建立",
}
NEXT = """
以后：
  1. 四人各自登录，设定自己的密码；初始密码只显示这一次。
  2. 网信办：manage.py open_accounts 人员名册.csv --by 用户名 --letters 通知.html
  3. 网信办在“网络隔离”里设定允许接入的网段。
  4. manage.py check --deploy --database default
"""


class Command(BaseCommand):
    help = "首次设置：依次询问系统、安全、审计三位管理员和网信办的第一位人员，建立账户；只能做一次"

    def handle(self, **options):
        if is_founded():
            raise CommandError("这里已经有管理员，首次设置只能做一次。")
        if not Unit.objects.exists():
            raise CommandError("还没有使用单位，请先执行 manage.py load_units 名册.csv。")
        office = Unit.objects.filter(category=Category.IT_OFFICE).in_order().first()
        self.stdout.write("首次设置：四个职责由四个人担任，三位管理员都不能看公文正文。按 Ctrl-C 放弃，什么也不留下。")
        try:
            founders = [self._ask(role, office.code if office else "") for role in WANTED]
            admitted = found(founders, at=timezone.now())
        except NotFounded as refused:
            raise CommandError(f"没有建立任何账户：\n{refused}") from refused
        except (KeyboardInterrupt, EOFError) as given_up:
            raise CommandError("已放弃，没有建立任何账户。") from given_up
        for each in admitted:
            self.stdout.write(
                f"{each.role.label}　{each.person.name}　用户名 {each.person.username}　初始密码 {each.password}"
            )
        self.stdout.write(NEXT)

    def _ask(self, role: Role, usual: str) -> Founder:
        self.stdout.write(f"\n{role.label}（{WHAT_THEY_DO[role]}）")
        name, login = input("  姓名：").strip(), input("  用户名：").strip()
        unit = input(f"  单位代码{f'（直接回车为 {usual}）' if usual else ''}：").strip() or usual
        return Founder(role, login, name, unit)
