"""Whether the ledger knows of every signing-for, of every receipt and of every signature that was added later (Articles 20 and 28).

Rows can be made to agree with each other by whoever owns the database; not with what was entered when a unit signed for it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from circulars.deeds import Deed
from circulars.deliveries import Delivery, DeliveryRound
from circulars.receipts.record import Receipt, ReceiptSignature
from circulars.registration import listing_digest
from cms import ledger
from cms.entered import entries_of
from cms.verifying import CHUNK, Fault, in_chunks, register


@register
def check_signed_for(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Whatever says that it was signed for has its receipt, or was signed for before there were receipts."""
    for rows in (
        Delivery.objects.filter(signed_at__isnull=False).select_related("circular"),
        DeliveryRound.objects.filter(signed_at__isnull=False).select_related("delivery__circular"),
    ):
        of = OuterRef("pk") if rows.model is Delivery else OuterRef("delivery")
        without: Any = rows.exclude(Exists(Receipt.objects.filter(delivery=of, round=OuterRef("round")))).order_by("pk")
        read = (without if since is None else without.filter(signed_at__gte=since)).iterator(CHUNK)
        for chunk in in_chunks(read):
            yield from _without_receipt(chunk)


@register
def check_entered(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Every receipt is one that the ledger named when the unit signed for it."""
    rows = Receipt.objects.select_related("unit").defer("content").order_by("pk")
    read = (rows if since is None else rows.filter(signed_at__gte=since)).iterator(CHUNK)
    for chunk in in_chunks(read):
        named = {said.get("receipt") for _, _, said in _signings(row.delivery_id for row in chunk)}
        for row in chunk:
            if row.digest not in named:
                yield Fault(f"签收回执 {row.unit}第 {row.place} 份", "台账没有登记，是后来加入的或者被改动过。")


@register
def check_signed_later(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """The signatures of each 补签 are all there, and no other."""
    for chunk in in_chunks(entries_of(Deed.RECEIPTS_SIGNED, since=since).iterator(CHUNK)):
        moments = [entry.happened_at for entry in chunk]
        rows = ReceiptSignature.objects.filter(signed_at__in=moments, receipt__is_signed_at_once=False)
        here: dict[tuple[str, datetime], list[str]] = defaultdict(list)
        for serial, at, digest in rows.values_list("serial", "signed_at", "receipt__digest"):
            here[serial, at].append(digest)
        for entry in chunk:
            said = entry.said
            if listing_digest(here[str(said.get("serial")), entry.happened_at]) != said.get("receipts"):
                yield Fault(
                    f"签收回执 {ledger.instant(entry.happened_at)[:16]} 补签的签名",
                    f"台账登记了 {said.get('count')} 份，现在的不是这些，签名被删除或者换过。",
                )


def _without_receipt(rows: list[Any]) -> Iterator[Fault]:
    """From before receipts is what the ledger says was signed for at that moment without naming one."""
    keys = {row: row.pk if isinstance(row, Delivery) else row.delivery_id for row in rows}
    before = {(subject, at) for subject, at, said in _signings(keys.values()) if "receipt" not in said}
    for row, key in keys.items():
        if (_subject(key), row.signed_at) not in before:
            yield Fault(named_round(row), "写着已签收，却没有签收回执，台账也没有相应的签收，记录被改动过。")


def named_round(row: Delivery | DeliveryRound) -> str:
    """How a round of a delivery is named: as it stands, or closed."""
    delivery = row if isinstance(row, Delivery) else row.delivery
    return f"收文 {delivery.pk}（{delivery.circular.number}，第 {row.round} 轮）"


def _subject(delivery: int) -> str:
    return ledger.subject_of(Delivery(pk=delivery))


def _signings(deliveries: Iterable[int]) -> list[tuple[str, datetime, dict[str, Any]]]:
    """What the ledger says of each signing-for of these deliveries: of which, when, and the facts."""
    subjects = {_subject(delivery) for delivery in deliveries}
    entries = entries_of(Deed.DELIVERY_SIGNED_FOR).filter(subject__in=subjects)
    return [(entry.subject, entry.happened_at, entry.said) for entry in entries]
