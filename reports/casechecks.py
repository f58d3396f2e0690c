"""Whether every case of delay, the facts that were frozen in it and each step since are as the ledger entered them (Article 28)."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, OuterRef

from circulars.reasons import digest_of_reason
from circulars.secrecycases import SecrecyCase
from cms import ledger
from cms.entered import CHANGED, compared, entries_of
from cms.ledger import Entry
from cms.verifying import Fault, register
from reports.accountability.acts import STATE_OF
from reports.accountability.judging import digest_of_facts
from reports.accountability.record import CaseStep, DelayCase
from reports.deeds import Deed

_DEED_OF = {CaseStep.Kind.OPENED: Deed.CASE_OPENED, **{kind: deed for kind, (_, deed) in STATE_OF.items()}}
_STATE_AFTER = {Deed.CASE_OPENED: DelayCase.State.OPEN, **{deed: state for state, deed in STATE_OF.values()}}


@register
def check_delay_cases(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Facts agree with their digest, the digest with the ledger, the state with the last step, and what the ledger says was opened is there."""
    entries, last = entries_of(Deed.CASE_OPENED), {}
    until: dict[str, object] = {}
    for entry in entries_of(*_STATE_AFTER):
        last[entry.subject] = _STATE_AFTER[Deed(entry.deed)]
        if entry.deed == Deed.CASE_DECIDED:
            until.setdefault(entry.subject, entry.said.get("appeal_until"))

    def inner(case: DelayCase) -> Iterator[str]:
        subject = ledger.subject_of(case)
        if subject in last and last[subject] != case.state:
            yield f"台账登记到“{last[subject].label}”，现在是“{case.get_state_display()}”，记录被改动过。"
        if until.get(subject) != (case.appeal_until and ledger.instant(case.appeal_until)):
            yield "申诉期限与台账登记的不一致，记录被改动过。"

    cases = DelayCase.objects.select_related("delivery__circular").order_by("pk")
    yield from compared(entries, cases, _flaws, inner=inner, lost=_lost, act="立案")


@register
def check_case_steps(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Each step was taken by whom, when and with what words the ledger says; words are missing only of a paper that was purged."""
    purged = SecrecyCase.objects.filter(circular=OuterRef("case__delivery__circular"), state=SecrecyCase.State.PURGED)
    yield from compared(
        entries_of(*_STATE_AFTER),
        CaseStep.objects.select_related("case").annotate(was_purged=Exists(purged)).order_by("pk"),
        _step_flaws,
        lost=_lost,
        key=lambda step: (ledger.subject_of(step.case), _DEED_OF[CaseStep.Kind(step.kind)]),
        entry_key=lambda entry: (entry.subject, entry.deed),
    )


def _flaws(case: DelayCase, entry: Entry) -> Iterator[str]:
    said = entry.said
    if said.get("facts") != case.digest or digest_of_facts(case.facts) != case.digest:
        yield "责任认定的事实与立案时的不一致，记录被改动过。"
    of_whom = (case.unit_id, case.delivery.circular.uuid, case.opened_by_id, case.opened_at, str(case.state_until))
    if (entry.unit, entry.circular, entry.person_id, entry.happened_at, said.get("state_until")) != of_whom:
        yield "公文、单位、立案人或者陈述期限与台账登记的不一致，记录被改动过。"


def _step_flaws(step: CaseStep, entry: Entry) -> Iterator[str]:
    said = entry.said
    if not step.text and not step.was_purged:  # type: ignore[attr-defined]  # annotated
        yield "内容被清空，而公文没有作过涉密清除，记录被改动过。"
    digest = digest_of_reason(step.text) if step.text else said.get("reason_digest")
    acted = (step.by_id, step.at, step.outcome, digest)
    if (entry.person_id, entry.happened_at, said.get("outcome", ""), said.get("reason_digest")) != acted:
        yield CHANGED


def _lost(entry: Entry) -> str:
    return f"{entry.label}（{entry.subject}）"
