"""Whether every wall is one that the ledger knows, and shows no longer than it says (Article 28)."""

from collections.abc import Iterator
from datetime import datetime

from cms import ledger
from cms.ledger import Entry
from cms.verifying import Fault, register
from reports.deeds import Deed
from reports.walls import WallScreen, facts_of


@register
def check_walls(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Each was opened as the ledger says, and ended there where the ledger ended it; none that was opened is missing."""
    entries = Entry.objects.filter(deed=Deed.WALL_OPENED).order_by("pk")
    opened = {entry.subject: entry.said for entry in entries}
    ended = set(Entry.objects.filter(deed=Deed.WALL_ENDED).values_list("subject", flat=True))
    for wall in WallScreen.objects.select_related("area").order_by("pk"):
        subject = ledger.subject_of(wall)
        said = opened.pop(subject, None)
        if said is None:
            yield Fault(f"大屏“{wall}”", "台账没有登记开通，是后来加入的。")
        elif said != facts_of(wall):
            yield Fault(f"大屏“{wall}”", "名称、期限或者口令摘要与台账登记的不一致，记录被改动过。")
        if (subject in ended) is (wall.revoked_at is None):
            yield Fault(f"大屏“{wall}”", "是否停用与台账登记的不一致，记录被改动过。")
    for subject, said in opened.items():
        yield Fault(f"大屏“{said.get('name')}”（{subject}）", "台账登记了开通，数据库里没有，记录被删除。")
