"""Whether every spot check is as it was asked for, and every draw gives again what is on record, as the ledger entered them (Articles 6 and 28)."""

from collections.abc import Iterator
from datetime import datetime

from cms import ledger
from cms.entered import compared, entries_of, said_otherwise
from cms.ledger import Entry
from cms.verifying import Fault, register
from reports.deeds import Deed
from reports.spotchecks.acts import facts_planned
from reports.spotchecks.record import SpotCheck, SpotDraw
from reports.spotchecks.redrawing import redraw

_STATE_AFTER = {
    Deed.SPOT_CHECK_DRAWN: SpotCheck.State.DRAWN,
    Deed.SPOT_CHECK_CALLED_OFF: SpotCheck.State.CALLED_OFF,
}


@register
def check_spot_checks(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Each was asked for as the ledger says, and drawn or called off only where the ledger says so; none is missing."""
    ended = {entry.subject: entry for entry in entries_of(*_STATE_AFTER)}

    def inner(check: SpotCheck) -> Iterator[str]:
        end = ended.get(ledger.subject_of(check))
        state = _STATE_AFTER[Deed(end.deed)] if end else SpotCheck.State.PLANNED
        if state != check.state:
            yield f"台账登记到“{state.label}”，现在是“{check.get_state_display()}”，记录被改动过。"
        elif end and end.said.get("reason", "") != check.called_off_why:
            yield "取消的原因与台账登记的不一致，记录被改动过。"

    checks = SpotCheck.objects.select_related("area").order_by("pk")
    yield from compared(entries_of(Deed.SPOT_CHECK_PLANNED), checks, _planned, inner=inner, lost=_lost, act="安排")


@register
def check_draws(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Seed and list give the units on record, the ledger says the same, and what it says was drawn is there."""
    draws = SpotDraw.objects.select_related("check_drawn").prefetch_related("units").order_by("pk")
    yield from compared(
        entries_of(Deed.SPOT_CHECK_DRAWN),
        draws,
        _drawn,
        inner=_redrawn,
        named=lambda draw: str(draw.check_drawn),
        lost=_lost,
        act="抽取",
        key=lambda draw: ledger.subject_of(draw.check_drawn),
    )


def _planned(check: SpotCheck, entry: Entry) -> Iterator[str]:
    by_whom = (entry.person_id, entry.happened_at) != (check.planned_by_id, check.planned_at)
    if by_whom or said_otherwise(facts_planned(check), entry):
        yield "范围、家数、事由、时间或者安排人与台账登记的不一致，记录被改动过。"


def _drawn(draw: SpotDraw, entry: Entry) -> Iterator[str]:
    said, codes = entry.said, [unit.code for unit in draw.units.all()]
    if (said.get("seed"), said.get("population"), said.get("drawn")) != (draw.seed, draw.digest, codes):
        yield "种子、范围或者抽中的单位与台账登记的不一致，记录被改动过。"


def _redrawn(draw: SpotDraw) -> Iterator[str]:
    if not redraw(draw).agrees:
        yield "按种子重新抽取，结果与记录不一致，记录被改动过。"


def _lost(entry: Entry) -> str:
    return f"抽查（{entry.subject}）"
