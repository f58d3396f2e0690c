"""Whether closed rounds, papers handed on, notices that correct or annul, and answers on a form are as the ledger entered them (Articles 15, 20 and 28)."""

from collections.abc import Iterator
from datetime import datetime

from circulars.amending import Amendment
from circulars.answers.records import AnswerVersion
from circulars.deeds import Deed
from circulars.deliveries import Delivery, DeliveryRound
from circulars.receipts.ledgerchecks import named_round
from circulars.succession import HandedOn
from cms import ledger
from cms.entered import CHANGED, compared, entries_of
from cms.ledger import Entry
from cms.verifying import Fault, register


@register
def check_rounds(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Every round that was closed by insisting was closed by whom and when the ledger says; such rows are few, so all are asked."""
    yield from compared(
        entries_of(Deed.DELIVERY_INSISTED),
        DeliveryRound.objects.select_related("delivery__circular").order_by("pk"),
        _insisted,
        named=named_round,
        lost=lambda entry: f"{entry.subject} 第 {int(entry.said.get('round', 1)) - 1} 轮",
        act="再次发送",
        key=lambda row: (_delivery(row.delivery_id), row.round + 1),
        entry_key=lambda entry: (entry.subject, entry.said.get("round")),
    )


@register
def check_handed_on(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Every delivery that went to a successor went from whom to whom the ledger says."""
    rows = HandedOn.objects.select_related("delivery__circular", "from_unit", "to_unit", "change").order_by("pk")
    yield from compared(
        entries_of(Deed.DELIVERY_HANDED_ON),
        rows,
        _handed_on,
        named=lambda row: f"收文 {row.delivery_id}（{row.delivery.circular.number}）转承接单位",
        lost=_lost,
        key=lambda row: (_delivery(row.delivery_id), row.from_unit_id),
        entry_key=lambda entry: (entry.subject, entry.unit),
    )


@register
def check_amendments(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Every circular that is corrected or annulled is so by the notice that the ledger names."""
    rows = Amendment.objects.select_related("circular", "by_circular").order_by("pk")
    yield from compared(
        entries_of(Deed.CIRCULAR_AMENDED),
        rows,
        _amended,
        named=lambda row: f"{row.circular.number} {row.get_kind_display()}（{row.by_circular.number}）",
        lost=_lost,
        key=lambda row: (ledger.subject_of(row.circular), row.kind, str(row.by_circular.uuid)),
        entry_key=lambda entry: (entry.subject, entry.said.get("kind"), entry.said.get("by_circular")),
    )


@register
def check_answers(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Every version of an answer that was handed in is the one that the ledger names, by its digest."""
    rows = AnswerVersion.objects.filter(is_handed_in=True).select_related("answer__delivery__circular").order_by("pk")
    yield from compared(
        entries_of(Deed.ANSWER_HANDED_IN),
        rows,
        _answered,
        named=_named_answer,
        lost=lambda entry: f"{_lost(entry)}第 {entry.said.get('version')} 次",
        act="上报",
        key=lambda row: (_delivery(row.answer.delivery_id), row.number),
        entry_key=lambda entry: (entry.subject, entry.said.get("version")),
    )


def _insisted(row: DeliveryRound, entry: Entry) -> Iterator[str]:
    if (entry.person_id, entry.happened_at) != (row.insisted_by_id, row.insisted_at):
        yield "再次发送人或者时间与台账登记的不一致，记录被改动过。"


def _handed_on(row: HandedOn, entry: Entry) -> Iterator[str]:
    said = (row.from_unit.code, row.to_unit.code, ledger.subject_of(row.change), row.by_id, row.at)
    told = tuple(entry.said.get(name) for name in ("from", "to", "change"))
    if (*told, entry.person_id, entry.happened_at) != said:
        yield CHANGED


def _amended(row: Amendment, entry: Entry) -> Iterator[str]:
    if entry.happened_at != row.at:
        yield CHANGED


def _answered(row: AnswerVersion, entry: Entry) -> Iterator[str]:
    if (entry.said.get("digest"), entry.person_id, entry.happened_at) != (row.digest, row.by_id, row.at):
        yield CHANGED


def _named_answer(row: AnswerVersion) -> str:
    delivery = row.answer.delivery
    return f"{delivery.circular.number} 回执表（{delivery.unit_name}，{row}）"


def _delivery(key: int) -> str:
    return ledger.subject_of(Delivery(pk=key))


def _lost(entry: Entry) -> str:
    return f"{entry.label}（{entry.subject}）"
