"""Whether every draw gives again what is on record, and as the ledger entered it (Articles 6 and 28)."""

from collections.abc import Iterator
from datetime import datetime

from cms import ledger
from cms.ledger import Entry
from cms.verifying import Fault, register
from reports.deeds import Deed
from reports.spotchecks.record import SpotDraw
from reports.spotchecks.redrawing import redraw


@register
def check_draws(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Seed and list give the units on record, the ledger says the same, and what it says was drawn is there."""
    entries = Entry.objects.filter(deed=Deed.SPOT_CHECK_DRAWN).order_by("pk")
    entered = {entry.subject: entry.said for entry in entries}
    for draw in SpotDraw.objects.select_related("check_drawn").prefetch_related("units").order_by("pk"):
        check = draw.check_drawn
        said = entered.pop(ledger.subject_of(check), None)
        if said is None:
            yield Fault(str(check), "台账没有登记抽取，是后来加入的。")
        elif (said.get("seed"), said.get("population"), said.get("drawn")) != (
            draw.seed,
            draw.digest,
            [unit.code for unit in draw.units.all()],
        ):
            yield Fault(str(check), "种子、范围或者抽中的单位与台账登记的不一致，记录被改动过。")
        if not redraw(draw).agrees:
            yield Fault(str(check), "按种子重新抽取，结果与记录不一致，记录被改动过。")
    for subject in entered:
        yield Fault(subject, "台账登记了抽取，数据库里没有，记录被删除。")
