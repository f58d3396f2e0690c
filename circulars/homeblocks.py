"""What this app puts on the homes of network office and leaders: the night's reading of files, and drafts that wait for an opinion."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.upkeepblocks import last_backup, last_drill
from circulars.scrubbing import DamagedFile, last_scrub
from circulars.searchindex.parts import not_indexed
from circulars.turns import Turn
from cms.blocks import MOST, Block, Line, block
from cms.counting import tally
from cms.health import health_lines
from cms.limits import moment
from cms.together import Asking


def platform_health(user: Any, now: datetime) -> Block:
    """How the platform stands, its files and the vendors' back-ups included."""
    lines = health_lines(now)
    damaged, scrub = DamagedFile.objects.filter(mended_at=None).count(), last_scrub()
    if damaged:
        lines.append(Line("夜间核查文件", f"现有 {damaged} 个文件缺失或者被改动，请从备份中复原", tone="late"))
    if scrub is None:
        lines.append(Line("夜间核查文件", "还没有完成过"))
    else:
        assert scrub.finished_at is not None
        found = f"{scrub.damaged} 个异常" if scrub.damaged else "全部完好"
        said = f"{moment(scrub.finished_at, now)} 完成，{scrub.files} 个文件，{found}"
        lines.append(Line("夜间核查文件", said, tone="soon" if scrub.damaged else "signed"))
    unindexed = not_indexed().count()
    if unindexed:
        lines.append(Line("检索索引", f"还有 {unindexed} 件公文在等收入，后台自动收入", tone="soon"))
    else:
        lines.append(Line("检索索引", "登记的公文都已收入", tone="signed"))
    lines.append(last_backup(now))
    lines.append(last_drill(now))
    return Block("平台运行", tuple(lines))


def opinions_due(user: Any, now: datetime) -> Asking[Block]:
    """Drafts whose step waits for this person, the oldest first."""
    turns = Turn.objects.in_hand(user).select_related("page", "unit").order_by("opened_at", "pk")
    (first,) = yield (turns[:MOST],)
    lines = [
        Line(
            turn.page.title,
            f"{turn.get_step_display()}，{moment(turn.opened_at, now)} 送来",
            reverse("circulars:decide", args=[turn.page_id]),
            "late" if turn.is_late(now) else "review",
        )
        for turn in first
    ]
    (found,) = (yield (tally(turns),)) if len(lines) == MOST else (None,)
    return block(
        "等我审签",
        lines,
        url=reverse("circulars:in_hand"),
        empty="没有等您审签的文稿。需要您会签、签发的文稿列在这里。",
        count=None if found is None else sum(found),
    )
