"""平台运行: how the platform itself stands, in lines for the home of who runs it (Article 7(2) and (3))."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ

from cms.authorityends import SOON, authority_ends
from cms.blocks import Line
from cms.checkpoints import Checkpoint
from cms.limits import moment
from cms.sweep import Heartbeat, is_alive

# A task that has waited for so long waits for a worker that is not there.
QUEUE_SLOW = timedelta(minutes=5)
# Of the disk, so much free is little and so much is hardly any.
LITTLE, HARDLY_ANY = 0.15, 0.05
GIGABYTE = 1024**3


def health_lines(now: datetime) -> list[Line]:
    """Database, background work, queue, disk, certificates and ledger; that the page appears says that the database answers."""
    return [Line("数据库", "正常", tone="signed"), _sweep(now), _queue(now), _disk(), _authority(now), _ledger(now)]


def _sweep(now: datetime) -> Line:
    beat = Heartbeat.objects.filter(name="sweep").values_list("at", flat=True).first()
    if not is_alive(now):
        last = f"，最后一次在 {moment(beat, now)}" if beat else ""
        return Line("后台任务", f"已停止{last}，请检查后台进程", tone="late")
    assert beat is not None
    return Line("后台任务", f"正常，{timezone.localtime(beat):%H:%M:%S} 运行过", tone="signed")


def _queue(now: datetime) -> Line:
    waiting = OrmQ.objects.aggregate(count=Count("pk"), since=Min("lock"))
    if not waiting["count"]:
        return Line("任务队列", "没有积压", tone="signed")
    lag = max(now - waiting["since"], timedelta())
    said = f"排队 {waiting['count']} 件，最久 {lag // timedelta(minutes=1)} 分钟"
    return Line("任务队列", said, tone="soon" if lag > QUEUE_SLOW else "signed")


def _disk() -> Line:
    folder = Path(settings.ATTACHMENTS_ROOT)
    while not folder.exists():
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    free = usage.free / usage.total
    tone = "late" if free < HARDLY_ANY else "soon" if free < LITTLE else "signed"
    return Line("附件磁盘", f"可用 {usage.free / GIGABYTE:.0f} GB（{free:.0%}）", tone=tone)


def _authority(now: datetime) -> Line:
    if not (Path(settings.CA_FOLDER)).exists():
        return Line("证书机构", "还没有建立，不能制发密钥", tone="soon")
    ends = authority_ends(now)
    if not ends:
        return Line("证书机构", f"{SOON.days} 天内没有证书到期", tone="signed")
    first = ends[0]
    left = f"还有 {first.days} 天到期" if first.days >= 0 else "已经到期"
    return Line("证书机构", f"{first.name}{left}", tone="soon" if first.days >= 0 else "late")


def _ledger(now: datetime) -> Line:
    last = Checkpoint.objects.order_by("-made_at").first()
    if last is None:
        return Line("台账摘要", "还没有签署过", url=reverse("accounts:ledger_heads"))
    said = f"{moment(last.made_at, now)} 签署，{last.size} 条，摘要 {last.root[:8]}…"
    return Line("台账摘要", said, url=reverse("accounts:ledger_heads"), tone="signed")
