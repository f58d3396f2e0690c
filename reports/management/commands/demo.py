"""``manage.py demo``: fill an empty database with units, circulars and a history that everybody can try out."""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.demofaults import live_through_faults, make_providers
from accounts.demohandovers import hand_over_some
from accounts.demokeys import PIN
from accounts.demokeyservice import let_some_end, serve_keys
from accounts.demokit import make_demo_kit
from accounts.demolines import make_demo_lines
from accounts.demolookins import live_through_look_ins
from accounts.demounits import change_units
from accounts.people import User, take_post
from accounts.roles import Role
from accounts.seals import SealKey
from accounts.staffdemo import staff_the_demo
from accounts.units import Unit
from circulars.archive.demo import file_some
from circulars.demo import enter_templates, live_through, ring_up, sent_lately, void_one
from circulars.demoanswers import answer_some, asking_row
from circulars.democounty import COUNTY, county_rows
from circulars.demohandling import handle_some
from circulars.demoseals import make_keys, seal_as_demo
from circulars.demotrial import trial_of_copies
from circulars.intake import load_circulars
from circulars.registration import Circular
from cms.sweep import sweep
from cms.workdays import CalendarMissing
from reports.demooversight import oversee

# The clerk whom the first tour signs in as finds something waiting, something late and something urgent.
SHOWN_CLERK = "BM08"
DATA = Path(settings.ROOT) / "tests" / "data"


class Command(BaseCommand):
    help = "在空数据库里载入演示数据（只在 DEMO=1 时）"

    def handle(self, **options):
        if not settings.DEMO:
            raise CommandError("演示数据只能在演示模式（DEMO=1）下载入。")
        if Unit.objects.exists():
            self.stdout.write("数据库里已有单位，不再载入演示数据。")
            return
        call_command("load_units", DATA / "units.csv", stdout=self.stdout)
        call_command("load_units", DATA / "county.csv", stdout=self.stdout)
        call_command("establish_area", "baota", "宝塔区", COUNTY, stdout=self.stdout)
        call_command("load_series", DATA / "county_series.csv", stdout=self.stdout)
        call_command("load_circulars", DATA / "circulars.json", stdout=self.stdout)
        now = timezone.now()
        make_keys(now)
        let_some_end(now, but=SHOWN_CLERK)
        self.stdout.write(f"制作了 {SealKey.objects.count()} 把演示密钥，PIN 都是 {PIN}。")
        self._let_the_shown_clerk_draft(now)
        closed = live_through(list(Circular.objects.order_by("sent_at")), now)
        self.stdout.write(f"各单位已签收或退回 {closed} 件次。")
        try:
            theirs = load_circulars(list(county_rows(now)), sealed=seal_as_demo)
            self.stdout.write(
                f"宝塔区向所属单位发送了 {len(theirs)} 件公文，已签收或退回 {live_through(theirs, now)} 件次。"
            )
            live_through(load_circulars([trial_of_copies(now)], sealed=seal_as_demo), now, idle=SHOWN_CLERK)
            asking = load_circulars([asking_row(now)], sealed=seal_as_demo)
            live_through(asking, now)
            self.stdout.write(f"有 {answer_some(asking[0], now, idle=SHOWN_CLERK)} 家单位上报了回执表。")
            lately = load_circulars(sent_lately(now), sealed=seal_as_demo)
        except CalendarMissing as missing:
            self.stdout.write(f"{missing}没有发送“刚刚发出”的演示公文。")
        else:
            live_through(lately[:-1], now, idle=SHOWN_CLERK)
            ring_up(lately[-1], now)
            self.stdout.write(f"另发送了 {len(lately) + 2} 件近日的公文，其中特急 1 件；1 件试行抄送不必签收。")
        void_one(now)
        self.stdout.write(f"各单位收发员登录 {live_through_look_ins(now)} 次。")
        enter_templates(now)
        change_units(now, shown=SHOWN_CLERK)
        handled = handle_some(now, unit=Unit.objects.get(code=SHOWN_CLERK))
        self.stdout.write(f"{SHOWN_CLERK} 登记了 {handled} 件收文，处在拟办、批示、承办、传阅、办结各环节。")
        self.stdout.write(f"有 {hand_over_some(now)} 人离岗交接。")
        staff_the_demo(now, shown=SHOWN_CLERK)
        serve_keys(now, but=SHOWN_CLERK)
        lines = make_demo_lines(now, shown=SHOWN_CLERK, by=User.objects.get(username="ya-wxb-networkoffice"))
        self.stdout.write(f"登记了 {lines} 条线路及其中断、巡检记录。")
        made = make_providers(now)
        self.stdout.write(f"登记了 {made} 家演示保障单位，报告了 {live_through_faults(now)} 次故障。")
        self.stdout.write(f"登记了 {make_demo_kit(now, first=SHOWN_CLERK)} 件演示设备。")
        self._oversee(now)
        self.stdout.write(f"归档了 {file_some(now, shown=SHOWN_CLERK)} 件公文。")
        sweep(now)

    def _oversee(self, now: datetime) -> None:
        """What the secretariat did of late; nothing where no calendar can say when."""
        try:
            with transaction.atomic():
                done = oversee(now, shown=SHOWN_CLERK)
        except CalendarMissing as missing:
            self.stdout.write(f"{missing}没有监督检查的演示数据。")
        else:
            self.stdout.write(f"秘书科{'，'.join(done)}。")

    def _let_the_shown_clerk_draft(self, now: datetime) -> None:
        """One person both receives and drafts, as in a small unit, so that passing on can be tried out."""
        unit = Unit.objects.get(code=SHOWN_CLERK)
        clerk = User.objects.get(username=f"{SHOWN_CLERK.lower()}-clerk")
        take_post(clerk, unit, Role.DRAFTER, by=None, at=now)
