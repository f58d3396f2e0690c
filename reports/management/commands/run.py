"""``manage.py run [--port N]``: everything of one machine in one process group: web, worker and sweep, ended together by Ctrl-C."""

import os
import signal
import socket
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from accounts.demopeople import PASSWORD, PIN, shown_people
from accounts.safestart import refuse_unsafe
from accounts.units import Unit
from cms.backup.marker import refuse_unfinished

MANAGE = str(Path(settings.ROOT) / "manage.py")


class Command(BaseCommand):
    help = "启动网站、后台任务和每分钟扫描；演示模式下空数据库先载入演示数据"

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", default="127.0.0.1")

    def handle(self, *, port, host, **options):
        self._refuse_taken_port(host, port)
        try:
            refuse_unfinished()
            call_command("migrate", verbosity=0)
            refuse_unsafe()
        except ImproperlyConfigured as refusal:
            raise CommandError(str(refusal)) from refusal
        if settings.DEMO and not Unit.objects.exists():
            self.stdout.write("第一次运行，正在载入演示数据，约需一分钟……")
            call_command("demo", stdout=self.stdout)
        parts = {
            "网站": [sys.executable, "-m", "gunicorn", "-c", str(settings.SITE / "gunicorn.conf.py")],
            "后台任务": [sys.executable, MANAGE, "qcluster"],
            "每分钟扫描": [sys.executable, MANAGE, "sweep", "--loop"],
        }
        environment = {**os.environ, "BIND": f"{host}:{port}", "DEMO": "1" if settings.DEMO else "0"}
        running = {
            name: subprocess.Popen(command, env=environment, cwd=settings.ROOT)  # noqa: S603  our own commands
            for name, command in parts.items()
        }
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            self._announce(host, port)
            while True:
                for name, process in running.items():
                    if process.poll() is not None:
                        raise CommandError(f"“{name}”停止了（退出码 {process.returncode}），其余一并停止。")
                time.sleep(1)
        except KeyboardInterrupt:
            self.stdout.write("\n正在停止……")
        finally:
            for process in running.values():
                if process.poll() is None:
                    process.terminate()
            for process in running.values():
                try:
                    process.wait(timeout=20)
                except subprocess.TimeoutExpired:
                    process.kill()

    def _refuse_taken_port(self, host: str, port: int) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise CommandError(f"端口 {port} 已被占用，请换一个：make run PORT={port + 1}") from error

    def _announce(self, host: str, port: int) -> None:
        address = f"http://{host}:{port}/"
        self.stdout.write(f"\n电子公文传输系统已启动：{address}　按 Ctrl-C 停止。")
        if not settings.DEMO:
            return
        self.stdout.write("演示数据，不得用于实际工作。可以登录的人：\n")
        rows = [("职责", "单位", "用户名", "密码", "地址")]
        rows += [(each.role, each.unit, each.username, PASSWORD, address) for each in shown_people()]
        widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
        for row in rows:
            self.stdout.write(
                "  " + "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
            )
        self.stdout.write(
            f"其余单位收发员的用户名为“单位代码小写-clerk”，如 bm01-clerk。用印、签名的 PIN 都是 {PIN}。\n"
        )


def _width(text: str) -> int:
    """Columns a terminal needs: two for a Chinese character."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
