"""签收凭证: what the slip of one round says, on the screen and on paper alike (Article 20)."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from circulars.deadlines import counted_in
from circulars.deliveries import Delivery, DeliveryRound
from circulars.receipts import Receipt
from circulars.receipts.standing import ReceiptStanding, standing_of
from circulars.renditions import faces
from circulars.templatetags.clock import taken
from circulars.typesetting.slippress import SlipWords, set_slip

NO_RECEIPT = ReceiptStanding("无回执", "签收时还没有启用签收回执，以系统签收记录为准。")


@dataclass(frozen=True)
class Slip:
    """One round that was signed for, with its receipt; ``row`` is the delivery or its closed round."""

    delivery: Delivery
    row: Delivery | DeliveryRound
    receipt: Receipt | None
    standing: ReceiptStanding

    @property
    def number(self) -> str:
        return self.row.slip_number

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """The lines of the slip, each with its label."""
        delivery, row, circular = self.delivery, self.row, self.delivery.circular
        assert row.signed_at is not None
        lines = [
            ("发文字号", circular.number),
            ("标题", circular.title),
            ("来文单位", circular.issuer_name),
            ("收文单位", f"{delivery.unit_name}（{delivery.get_role_display()}）"),
            ("发送时间", _second(row.sent_at) + (f"（第 {row.round} 轮）" if row.round > 1 else "")),
            ("应签收时间", self._due()),
            ("签收时间", _second(row.signed_at) + self._in_time()),
            ("签收用时", f"{taken(row.minutes_taken(), delivery.urgency)}（{counted_in(delivery.urgency)}）"),
            ("签收人", f"{row.signed_by}{'（代签）' if row.by_proxy else ''}"),
        ]
        if row.returned_at:
            lines.append(("签收后退回", f"{_second(row.returned_at)}，{row.get_return_code_display()}"))
        return tuple(lines)

    @property
    def digests(self) -> tuple[tuple[str, str], ...]:
        """What names the bytes: of the paper, and of the receipt."""
        said = self.receipt.facts if self.receipt else {}
        lines = [
            ("盖章文件摘要", said.get("pdf_sha256")),
            ("公文清单摘要", said.get("manifest_sha256")),
            ("公文内容摘要", self.delivery.circular.digest),
            ("回执摘要", self.receipt and self.receipt.digest),
        ]
        return tuple((label, digest) for label, digest in lines if digest)

    def _due(self) -> str:
        if self.row.due_at:
            return _second(self.row.due_at)
        return "待定" if self.row.must_sign else "抄送件，不计签收时限"

    def _in_time(self) -> str:
        if not self.row.must_sign:
            return ""
        if not self.row.due_at:
            return "（时限待定）"
        return "（逾期）" if self.row.is_late else "（按时）"


def slip_of(delivery: Delivery, round_: int, now: datetime) -> Slip | None:
    """The slip of this round; None where it was not signed for."""
    row: Delivery | DeliveryRound | None = delivery
    if round_ != delivery.round:
        row = delivery.rounds.filter(round=round_).select_related("signed_by").first()
    if row is None or row.signed_at is None:
        return None
    receipt = delivery.receipts.filter(round=round_).select_related("signature", "signed_by").first()
    return Slip(delivery, row, receipt, standing_of(receipt, now) if receipt else NO_RECEIPT)


def printed_slip(slip: Slip) -> bytes:
    """The slip on a sheet of A4; raises what typesetting raises."""
    assert slip.row.signed_at is not None
    words = SlipWords(
        heading="签收凭证",
        number=f"凭证号 {slip.number}",
        facts=slip.facts,
        digests=slip.digests,
        verdict=f"{slip.standing.word}。{slip.standing.sentence}",
        note="摘要均为 SHA-256。回执（.json）和签名（.p7s）可在签收凭证页面下载，用 openssl 核验。",
        footer="本凭证按系统签收记录生成",
    )
    return set_slip(words, faces(), dated=timezone.localdate(slip.row.signed_at))


def _second(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"
