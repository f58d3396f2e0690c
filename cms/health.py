"""平台运行: how the platform itself stands, in lines for the home of who runs it (Article 7(2) and (3))."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from cms.authorityends import SOON, authority_ends
from cms.blocks import Line
from cms.limits import moment
from cms.sweep import STALE_AFTER
from cms.vitals import Vitals, disk_of, vitals

# A task that has waited for so long waits for a worker that is not there.
QUEUE_SLOW = timedelta(minutes=5)
# Of the disk, so much free is little and so much is hardly any.
LITTLE, HARDLY_ANY = 0.15, 0.05
GIGABYTE = 1024**3


def health_lines(now: datetime) -> list[Line]:
    """Database, background work, clock, queue, disk, certificates and ledger; that the page appears says that the database answers."""
    found = vitals(now)
    lines = [Line("数据库", "正常", tone="signed"), _sweep(found, now), _queue(found, now), _disk(), _authority(now)]
    if not found.is_clock_right:
        lines.insert(1, _clock(found))
    return [*lines, _ledger(found, now)]


def _clock(found: Vitals) -> Line:
    apart = abs(found.clock_ahead).total_seconds()
    way = "快" if found.clock_ahead > timedelta() else "慢"
    return Line("时钟", f"本机比数据库{way} {apart:.0f} 秒，时间已不可靠，请校时", tone="late")


def _sweep(found: Vitals, now: datetime) -> Line:
    if found.beat is None or found.beat < now - STALE_AFTER:
        last = f"，最后一次在 {moment(found.beat, now)}" if found.beat else ""
        return Line("后台任务", f"已停止{last}，请检查后台进程", tone="late")
    return Line("后台任务", f"正常，{timezone.localtime(found.beat):%H:%M:%S} 运行过", tone="signed")


def _queue(found: Vitals, now: datetime) -> Line:
    if found.waiting_since is None:
        return Line("任务队列", "没有积压", tone="signed")
    lag = max(now - found.waiting_since, timedelta())
    said = f"排队 {found.waiting} 件，最久 {lag // timedelta(minutes=1)} 分钟"
    return Line("任务队列", said, tone="soon" if lag > QUEUE_SLOW else "signed")


def _disk() -> Line:
    disk = disk_of(settings.ATTACHMENTS_ROOT)
    tone = "late" if disk.share < HARDLY_ANY else "soon" if disk.share < LITTLE else "signed"
    return Line("附件磁盘", f"可用 {disk.free / GIGABYTE:.0f} GB（{disk.share:.0%}）", tone=tone)


def _authority(now: datetime) -> Line:
    if not (Path(settings.CA_FOLDER)).exists():
        return Line("证书机构", "还没有建立，不能制发密钥", tone="soon")
    ends = authority_ends(now)
    if not ends:
        return Line("证书机构", f"{SOON.days} 天内没有证书到期", tone="signed")
    first = ends[0]
    left = f"还有 {first.days} 天到期" if first.days >= 0 else "已经到期"
    return Line("证书机构", f"{first.name}{left}", tone="soon" if first.days >= 0 else "late")


def _ledger(found: Vitals, now: datetime) -> Line:
    last = found.checkpoint
    if last is None:
        return Line("台账摘要", "还没有签署过", url=reverse("accounts:ledger_heads"))
    said = f"{moment(last.made_at, now)} 签署，{last.size} 条，摘要 {last.root[:8]}…"
    return Line("台账摘要", said, url=reverse("accounts:ledger_heads"), tone="signed")
