"""Whether every receipt is still what was signed for: its text, its row, its place in the unit's line, its signature (Articles 20 and 28)."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from circulars.deeds import Deed
from circulars.deliveries import Delivery, DeliveryRound
from circulars.receipts.record import Receipt
from circulars.receipts.standing import flaw_of
from circulars.registration import CircularText
from circulars.sealing.records import Manifest
from cms.entered import entries_of, looked_up
from cms.ledger import instant
from cms.revocations import trust
from cms.signing.authority import AuthorityMissing
from cms.signing.trust import Trust
from cms.verifying import CHUNK, Fault, in_chunks, register


@register
def check_receipts(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """The line of every unit is whole; what was signed for since then is read word for word."""
    yield from _lines()
    yield from _texts(since)
    yield from _named_in_the_ledger(since)


def _lines() -> Iterator[Fault]:
    """Each receipt names the one before it, and none is missing between."""
    unit, place, digest = None, 0, ""
    rows = Receipt.objects.select_related("unit").defer("content").order_by("unit", "place")
    for receipt in rows.iterator(CHUNK):
        if receipt.unit_id != unit:
            unit, place, digest = receipt.unit_id, 0, ""
        if receipt.place != place + 1:
            missing = (
                f"第 {place + 1} 份" if receipt.place == place + 2 else f"第 {place + 1} 至 {receipt.place - 1} 份"
            )
            yield Fault(f"{receipt.unit}的签收回执", f"缺{missing}，已被删除。")
        elif receipt.previous != digest:
            yield Fault(_where(receipt), "与上一份回执接不上，回执被改动或换过。")
        place, digest = receipt.place, receipt.digest


def _texts(since: datetime | None) -> Iterator[Fault]:
    rows = Receipt.objects.select_related("unit", "signed_by", "signature", "delivery__circular").order_by("pk")
    rows = rows if since is None else rows.filter(signed_at__gte=since)
    trusted = _trusted()
    for chunk in in_chunks(rows.iterator(CHUNK)):
        yield from _chunk(chunk, trusted)


def _trusted() -> Trust | None:
    """What this installation believes; None where it has no authority, which each signed receipt then says."""
    try:
        return trust()
    except AuthorityMissing:
        return None


def _chunk(receipts: list[Receipt], trusted: Trust | None) -> Iterator[Fault]:
    circulars = {receipt.delivery.circular_id for receipt in receipts}
    manifests = Manifest.objects.filter(circular__in=circulars).defer("content", "signature").in_bulk()
    texts = set(CircularText.objects.filter(circular__in=circulars).values_list("circular", flat=True))
    closed = DeliveryRound.objects.filter(delivery__in=[receipt.delivery_id for receipt in receipts])
    rounds = {(row.delivery_id, row.round): row for row in closed}
    for receipt in receipts:
        circular = receipt.delivery.circular_id
        if not receipt.content:
            if circular in texts:
                yield Fault(_where(receipt), "内容被清空，而公文没有作过涉密处置。")
            continue
        if flaw := flaw_of(receipt, trusted):
            yield Fault(_where(receipt), f"{flaw}。")
            continue
        row = rounds.get((receipt.delivery_id, receipt.round), receipt.delivery)
        if wrong := _differing(receipt, row, manifests.get(circular)):
            yield Fault(_where(receipt), f"与签收记录不一致（{'、'.join(wrong)}）。")


def _differing(receipt: Receipt, row: Delivery | DeliveryRound, manifest: Manifest | None) -> list[str]:
    """What the receipt says otherwise than the rows it is of."""
    said, circular = receipt.facts, receipt.delivery.circular
    facts: list[tuple[str, Any, Any]] = [
        ("公文", said["document"], str(circular.uuid)),
        ("发文字号", said["number"], circular.number),
        ("版式文件", said["pdf_sha256"], manifest and manifest.pdf_digest),
        ("公文清单", said["manifest_sha256"], manifest and manifest.digest),
        ("收文单位", said["unit"]["code"], receipt.unit.code),
        ("签收人", said["person"]["username"], receipt.signed_by.username),
        ("签收人", receipt.signed_by_id, row.signed_by_id),
        ("轮次", said["round"], row.round),
        ("签收时间", said["signed_at"], row.signed_at and instant(row.signed_at)),
        ("代签", said["stand_in"] is not None, row.by_proxy),
        ("上一份回执", said["previous"] or "", receipt.previous),
    ]
    if said["due_at"]:  # one that was still open when it was signed for may have been settled since
        facts.append(("应签收时间", said["due_at"], row.due_at and instant(row.due_at)))
    return list(dict.fromkeys(name for name, one, other in facts if one != other))


def _named_in_the_ledger(since: datetime | None) -> Iterator[Fault]:
    """Every receipt that the ledger names is there: the last of a line leaves no gap behind it."""
    entries = entries_of(Deed.DELIVERY_SIGNED_FOR, since=since)
    for digest, entry, receipt in looked_up(entries, lambda entry: entry.said.get("receipt"), _kept):
        if receipt is None:
            yield Fault(f"签收回执 {digest[:12]}", f"台账登记过（{entry.subject}），现在没有这份回执。")


def _kept(digests: Collection[str]) -> dict[str, int]:
    return dict(Receipt.objects.filter(digest__in=digests).values_list("digest", "pk"))


def _where(receipt: Receipt) -> str:
    return f"签收回执 {receipt.unit}第 {receipt.place} 份"
