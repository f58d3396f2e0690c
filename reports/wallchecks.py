"""Whether every wall is one that the ledger knows, and shows no longer than it says (Article 28)."""

from collections.abc import Iterator
from datetime import datetime

from cms import ledger
from cms.entered import compared, entries_of, said_otherwise
from cms.ledger import Entry
from cms.verifying import Fault, register
from reports.deeds import Deed
from reports.walls import WallScreen, facts_of


@register
def check_walls(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Each was opened as the ledger says, and ended there where the ledger ended it; none that was opened is missing."""
    ended = set(entries_of(Deed.WALL_ENDED).values_list("subject", flat=True))

    def inner(wall: WallScreen) -> Iterator[str]:
        if (ledger.subject_of(wall) in ended) is (wall.revoked_at is None):
            yield "是否停用与台账登记的不一致，记录被改动过。"

    walls = WallScreen.objects.select_related("area").order_by("pk")
    yield from compared(
        entries_of(Deed.WALL_OPENED), walls, _flaws, inner=inner, named=_named, lost=_lost, act="开通"
    )  # fmt: skip


def _flaws(wall: WallScreen, entry: Entry) -> Iterator[str]:
    if said_otherwise(facts_of(wall), entry):
        yield "名称、期限或者口令摘要与台账登记的不一致，记录被改动过。"


def _named(wall: WallScreen) -> str:
    return f"大屏“{wall}”"


def _lost(entry: Entry) -> str:
    return f"大屏“{entry.said.get('name')}”（{entry.subject}）"
