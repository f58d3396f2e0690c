"""台账每日摘要: what the ledger was at the end of each day, to be printed and locked away (Articles 3 and 28).

Who can change every table and every file still cannot change a sheet in a safe. The sheet is compared with what this says later.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Max, QuerySet
from django.db.models.functions import TruncDate

from cms.checkpoints import Checkpoint
from cms.ledgertree import LeavesMissing, Tree, size_now
from cms.revocations import trust
from cms.signing.authority import UNJUDGED, AuthorityMissing
from cms.signing.certificates import Use
from cms.signing.detached import Signer, verify_detached
from cms.workdays import ZONE

_GROUP = 4


@dataclass(frozen=True)
class DailyHead:
    """The last checkpoint of a day with its signature. ``flaw`` says what is wrong now, in a sentence; empty where it agrees with the ledger."""

    day: date
    checkpoint: Checkpoint
    signer: Signer | None
    stamped_at: datetime | None
    flaw: str

    @property
    def groups(self) -> list[str]:
        """The root in groups of four digits, as it is read aloud and compared."""
        root = self.checkpoint.root
        return [root[start : start + _GROUP] for start in range(0, len(root), _GROUP)]

    @property
    def serial(self) -> str:
        """Of the certificate that signed, in hexadecimal."""
        return f"{self.signer.serial:x}" if self.signer else ""


def days() -> QuerySet[Any, Any]:
    """Each day that was signed, the latest first: the day, how many checkpoints it has, the size of its last."""
    by_day = Checkpoint.objects.annotate(day=TruncDate("made_at", tzinfo=ZONE)).values("day")
    return by_day.annotate(count=Count("size"), last=Max("size")).order_by("-day")


def head_of(day: date) -> DailyHead | None:
    """The last checkpoint of the day, compared with the ledger at this moment; None where nothing was signed that day."""
    begins = datetime.combine(day, time(), ZONE)
    of_day = Checkpoint.objects.filter(made_at__gte=begins, made_at__lt=begins + timedelta(days=1))
    checkpoint = of_day.order_by("-size").first()
    if checkpoint is None:
        return None
    flaw = _flaw_of_root(checkpoint)
    try:
        verdict = verify_detached(checkpoint.text, bytes(checkpoint.signature), trust(), use=Use.LEDGER)
    except AuthorityMissing:
        return DailyHead(day, checkpoint, None, None, flaw or f"{UNJUDGED}。")
    return DailyHead(day, checkpoint, verdict.signer, verdict.stamped_at, flaw or verdict.problem)


def _flaw_of_root(checkpoint: Checkpoint) -> str:
    size = size_now()
    if checkpoint.size > size:
        return f"签署时有 {checkpoint.size} 条，现在只有 {size} 条，台账尾部被截去。"
    try:
        root = Tree(checkpoint.size).root
    except LeavesMissing as missing:
        return str(missing)
    return "" if root.hex() == checkpoint.root else "与现在的台账不一致，此前的记录被改写过。"
