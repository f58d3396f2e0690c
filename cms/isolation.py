"""隔离自查: whether a way leads from this machine to an outside network, looked at every hour (Article 11).

Looking sends nothing: the table of routes is read, and the proxies that the environment names. What is tried over the network is only
what the operator listed to be tried: docs/decisions/2026-11-27-how-isolation-is-looked-at.md.
"""

import os
import socket
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import models
from django.dispatch import Signal

from cms.limits import moment

EVERY = timedelta(hours=1)
# Two looks missed: the page says that nobody looks any more.
STALE_AFTER = timedelta(hours=3)
PATIENCE = 3  # seconds for each target
# As long as look-ins are kept: an inspection may ask for the years before.
KEPT_FOR = timedelta(days=3 * 365)
_ROUTES = Path("/proc/net")
_PROXIES = ("http_proxy", "https_proxy", "all_proxy")
# What matches half of all addresses or more; of IPv6, all that are given out to the world.
_WIDE_MASKS = {"00000000", "00000080"}
_WIDE_PREFIXES = {"00", "01", "02", "03"}
_UP, _REJECTED = 0x1, 0x200

# Sent with ``check`` when a look found a way out: those who must act hear of it.
way_out_found = Signal()


class IsolationCheck(models.Model):
    """One look: what was found, a sentence a line, and how many targets were tried. Never changed, and gone after its term."""

    at = models.DateTimeField("时间", db_index=True)
    findings = models.TextField("发现", blank=True)
    tried = models.PositiveSmallIntegerField("试连的目标数")

    class Meta:
        verbose_name = verbose_name_plural = "隔离自查"
        default_permissions = ()

    def __str__(self) -> str:
        return "没有发现对外的通路" if self.is_isolated else "；".join(self.found)

    @property
    def is_isolated(self) -> bool:
        return not self.findings

    @property
    def found(self) -> list[str]:
        return self.findings.splitlines()


def wide_routes(folder: Path = _ROUTES) -> set[str]:
    """The devices over which whatever is not near at hand would leave; nothing where the system keeps no such table."""
    found = set()
    with suppress(OSError):
        for line in (folder / "route").read_text().splitlines()[1:]:
            device, network, _, flags, *_, mask, _, _, _ = line.split()
            if mask in _WIDE_MASKS and network in _WIDE_MASKS and int(flags, 16) & _UP:
                found.add(device)
    with suppress(OSError):
        for line in (folder / "ipv6_route").read_text().splitlines():
            _, prefix, *_, flags, device = line.split()
            if prefix in _WIDE_PREFIXES and device != "lo" and not int(flags, 16) & _REJECTED:
                found.add(device)
    return found


def ways_out(*, routes: Path = _ROUTES, environment: Mapping[str, str] = os.environ) -> list[str]:
    """What on this machine points outside, in sentences; nothing is sent to find out."""
    found = []
    if (devices := wide_routes(routes)) and not settings.INNER_DEFAULT_ROUTE:
        found.append(f"本机有默认路由（{'、'.join(sorted(devices))}），请确认它不通往政务外网和互联网。")
    proxies = sorted({name.lower() for name, value in environment.items() if name.lower() in _PROXIES and value})
    if proxies:
        found.append(f"本机设置了代理（{'、'.join(proxies)}），请取消。")
    return found


def target_of(text: str) -> tuple[str, int]:
    """Host and port of ``host:port``; raises ``ValueError`` for anything else."""
    host, _, port = text.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 1 << 16:
        raise ValueError(f"“{text}”应写成“主机:端口”。")
    return host.strip("[]"), int(port)


def can_reach(target: str) -> bool:
    """Whether the target takes a connection within a few seconds; nothing is said to it."""
    with suppress(OSError, ValueError):
        socket.create_connection(target_of(target), timeout=PATIENCE).close()
        return True
    return False


def check_isolation(
    at: datetime,
    *,
    look: Callable[[], list[str]] = ways_out,
    targets: Iterable[str] | None = None,
) -> IsolationCheck:
    """One look is on record, and where it found a way out those who must act were told."""
    tried = list(settings.ISOLATION_PROBES if targets is None else targets)
    reached = [f"本机能够连通外部目标 {target}，请立即断开。" for target in tried if can_reach(target)]
    check = IsolationCheck.objects.create(at=at, findings="\n".join([*reached, *look()]), tried=len(tried))
    if not check.is_isolated:
        way_out_found.send(IsolationCheck, check=check)
    return check


def sweep_isolation(at: datetime) -> None:
    """A look was made within the last hour, and with each those that are older than their term are gone."""
    if not IsolationCheck.objects.filter(at__gt=at - EVERY).exists():
        check_isolation(at)
        IsolationCheck.objects.filter(at__lt=at - KEPT_FOR).delete()


def last_isolation_check() -> IsolationCheck | None:
    return IsolationCheck.objects.order_by("-at", "-pk").first()


def isolation_warnings(now: datetime) -> list[str]:
    """What the network office must know of now, in sentences; nothing when the last look found nothing and is not old. One query."""
    last = last_isolation_check()
    if last is None:
        return ["还没有做过隔离自查，请检查后台任务。"]
    if last.at < now - STALE_AFTER:
        return [f"隔离自查停在 {moment(last.at, now)}，请检查后台任务。", *last.found]
    return last.found
