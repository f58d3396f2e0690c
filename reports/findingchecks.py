"""Whether what people found, asked to be put right, answered and wrote down of their visits is as the ledger entered it (Articles 6 and 28)."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from cms import ledger
from cms.entered import CHANGED, compared, entries_of, said_otherwise
from cms.ledger import Entry
from cms.verifying import Fault, register
from reports import guidance
from reports.deeds import Deed
from reports.guidance import GuidanceVisit
from reports.rectifications import DEEDS, Rectification, RectificationStep
from reports.spotchecks import findings
from reports.spotchecks.record import SpotFinding

_State = Rectification.State
_STATE_AFTER = {
    Deed.RECTIFICATION_DEMANDED: _State.DEMANDED,
    Deed.RECTIFICATION_ANSWERED: _State.ANSWERED,
    Deed.RECTIFICATION_SENT_BACK: _State.DEMANDED,
    Deed.RECTIFICATION_CLOSED: _State.CLOSED,
}


@register
def check_findings(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Every finding was entered, or put another right, by whom, when and as the ledger says."""
    entries = entries_of(Deed.SPOT_FINDING_ENTERED, Deed.SPOT_FINDING_CORRECTED)
    rows = SpotFinding.objects.select_related("of").order_by("pk")
    yield from compared(
        entries, rows, _found, named=lambda row: f"抽查结果 {row.pk}（{row}）", lost=_lost, act="抽查结果"
    )  # fmt: skip


@register
def check_rectifications(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Each was asked of the unit that the ledger names, and stands where its last step left it."""
    demanded, last = entries_of(Deed.RECTIFICATION_DEMANDED), {}
    due: dict[str, str] = {}
    for entry in entries_of(*_STATE_AFTER):
        last[entry.subject] = _STATE_AFTER[Deed(entry.deed)]
        if day := entry.said.get("due_on"):
            due[entry.subject] = str(day)

    def inner(row: Rectification) -> Iterator[str]:
        subject = ledger.subject_of(row)
        if subject in last and (last[subject], due.get(subject)) != (row.state, str(row.due_on)):
            yield (
                f"台账登记到“{last[subject].label}”，期限 {due.get(subject)}；现在是“{row.get_state_display()}”，"
                f"期限 {row.due_on}，记录被改动过。"
            )

    rows = Rectification.objects.select_related("of").order_by("pk")
    yield from compared(demanded, rows, _demanded, inner=inner, named=_named, lost=_lost, act="要求整改")


@register
def check_rectification_steps(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """What was asked, answered, sent back and closed stands in the order, in the words and by the people that the ledger has."""
    entries = entries_of(*_STATE_AFTER).annotate(place=_place("subject"))
    steps = RectificationStep.objects.select_related("rectification__of").annotate(place=_place("rectification"))
    yield from compared(
        entries,
        steps.order_by("pk"),
        _step,
        named=lambda step: f"{_named(step.rectification)}：{step.get_kind_display()}",
        lost=_lost,
        key=lambda step: (ledger.subject_of(step.rectification), step.place),  # type: ignore[attr-defined]  # annotated
        entry_key=lambda entry: (entry.subject, entry.place),  # type: ignore[attr-defined]  # annotated
    )


@register
def check_guidance(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Every visit was written down by whom, when and as the ledger says."""
    rows = GuidanceVisit.objects.select_related("unit").order_by("pk")
    yield from compared(entries_of(Deed.GUIDANCE_LOGGED), rows, _visited, lost=_lost)


def _place(of: str) -> Window:
    """The how-manieth it is of what has this in common."""
    return Window(RowNumber(), partition_by=F(of), order_by="pk")


def _found(row: SpotFinding, entry: Entry) -> Iterator[str]:
    deed = Deed.SPOT_FINDING_CORRECTED if row.replaces_id else Deed.SPOT_FINDING_ENTERED
    was_acted = (entry.deed, entry.person_id, entry.happened_at, entry.unit)
    if was_acted != (deed, row.entered_by_id, row.entered_at, row.of.unit_id):
        yield CHANGED
    elif said_otherwise(findings.facts_of(row), entry):
        yield "项目、结果、人员、时间或者说明与台账登记的不一致，记录被改动过。"


def _demanded(row: Rectification, entry: Entry) -> Iterator[str]:
    if (entry.said.get("of"), entry.unit) != (row.of_id, row.unit_id):
        yield "被抽查的单位与台账登记的不一致，记录被改动过。"


def _step(step: RectificationStep, entry: Entry) -> Iterator[str]:
    acted = (DEEDS[RectificationStep.Kind(step.kind)], step.by_id, step.at, step.text, _day(step.due_on))
    said = entry.said
    if (entry.deed, entry.person_id, entry.happened_at, said.get("text"), said.get("due_on")) != acted:
        yield CHANGED


def _visited(row: GuidanceVisit, entry: Entry) -> Iterator[str]:
    acted = (row.entered_by_id, row.entered_at, row.unit_id)
    if (entry.person_id, entry.happened_at, entry.unit) != acted or said_otherwise(guidance.facts_of(row), entry):
        yield CHANGED


def _named(row: Rectification) -> str:
    return f"整改 {row.pk}（{row}）"


def _day(day: date | None) -> str | None:
    return str(day) if day else None


def _lost(entry: Entry) -> str:
    return f"{entry.label}（{entry.subject}）"
