"""文号作废: a number that comes to nothing stays taken for ever, with a reason (Article 19; 2012 regulation art. 25).

A circular that is registered and not yet sent is voided by its registrar; its text goes out again as another circular. A missing number,
used on paper or skipped, is declared void, so that nothing is ever drawn on it.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone

from accounts.holders import people_with
from accounts.roles import Right, may
from circulars.deeds import Deed
from circulars.numbering import NO_YEAR, DocumentNumber, NumberBook, Series
from circulars.pages import about_paper
from circulars.reasons import digest_of_reason, refuse_marks
from circulars.registration import Circular
from circulars.titles import quoted
from cms import ledger
from cms.lifecycles import OutOfOrder, move
from cms.limits import when
from cms.messages import tell
from cms.quotes import cited

# How far ahead of the last number drawn a number used on paper may lie; further is a slip of the hand, and a void is for good.
FURTHEST_AHEAD = 100


class NumberNotVoidable(OutOfOrder):
    """The number is in use, void already or none of the series; the sentence says which."""


class VoidedNumber(models.Model):
    """One number that no circular will ever be sent under; ``circular`` names the one that bore it, if any did."""

    series = models.ForeignKey(Series, models.PROTECT, related_name="voided_numbers", verbose_name="文号系列")
    year = models.PositiveSmallIntegerField("年份")
    sequence = models.PositiveIntegerField("序号")
    circular = models.OneToOneField(
        Circular, models.PROTECT, null=True, related_name="voiding", verbose_name="作废的公文"
    )
    reason = models.CharField("作废原因", max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="办理人")
    at = models.DateTimeField("作废时间")

    class Meta:
        verbose_name = "作废文号"
        verbose_name_plural = "作废文号"
        constraints = [
            models.UniqueConstraint(fields=["series", "year", "sequence"], name="number_voided_once"),
            models.CheckConstraint(condition=models.Q(reason__gt=""), name="voided_number_has_reason"),
        ]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def number(self) -> DocumentNumber:
        return self.series.number(self.year, self.sequence)


@transaction.atomic
def void(circular: Circular, *, reason: str, by: Any, at: datetime) -> VoidedNumber:
    """The registered circular will never be sent and its number stays taken; its drafter and the unit's senders know.

    Raises ``PermissionDenied`` without the right to register, ``ValidationError`` without a reason and ``OutOfOrder`` when the circular was
    sent or voided already, or waits for its time: that is taken back first.
    """
    _refuse_stranger(by, circular.series)
    reason = _given(reason)
    if circular.scheduled_for:
        raise OutOfOrder(f"{circular.number} 定于{when(circular.scheduled_for)}自动发送，请发文员先取消定时，再作废。")
    move(
        circular,
        Circular.State.VOIDED,
        Deed.CIRCULAR_VOIDED,
        by=by,
        at=at,
        circular=circular.uuid,
        unit=circular.issuer_id,
        facts={"number": circular.number, "reason_digest": digest_of_reason(reason)},
    )
    voided = VoidedNumber.objects.create(
        series=circular.series,
        year=circular.year,
        sequence=circular.sequence,
        circular=circular,
        reason=reason,
        by=by,
        at=at,
    )
    tell(
        {circular.drafter_id} | people_with(Right.SEND, circular.issuer_id) - {by.pk},
        key=f"voided:{circular.pk}",
        text=f"{circular.number}{quoted(circular.title)}的文号已由{by}作废，不再发送：{reason}",
        link=f"/sent/{circular.uuid}/",
        about=about_paper(circular.page_id),
        at=at,
    )
    return voided


@transaction.atomic
def declare_void(series: Series, number: DocumentNumber, *, reason: str, by: Any, at: datetime) -> VoidedNumber:
    """The number, which no circular here bears, is void and is never drawn.

    Raises ``PermissionDenied`` without the right to register, ``ValidationError`` without a reason and ``NumberNotVoidable`` for a number
    that is in use, void already, of another series, or outside what the series' book of that year covers.
    """
    _refuse_stranger(by, series)
    reason = _given(reason)
    if not series.bears(number):
        raise NumberNotVoidable(f"{cited(number)}不是“{series.prefix}”系列的文号，请核对机关代字和写法。")
    book = _book(series, number, at)
    taken = {"year": number.year, "sequence": number.sequence}
    if series.circulars.filter(**taken).exists():
        raise NumberNotVoidable(f"{number} 已编给公文，不是缺号。还没有发送的，请打开那件公文办理作废。")
    if series.voided_numbers.filter(**taken).exists():
        raise NumberNotVoidable(f"{number} 已经登记作废，不需要再办。")
    if number.sequence < book.first:
        raise NumberNotVoidable(f"“{series.prefix}”在系统里从 {book.first} 号编起，以前的文号不在这里登记。")
    if number.sequence > book.last + FURTHEST_AHEAD:
        raise NumberNotVoidable(
            f"“{series.prefix}”现在编到 {book.last} 号，{number} 超前太多，请核对。只能预先作废后面 {FURTHEST_AHEAD} 个号以内的。"
        )
    voided = VoidedNumber.objects.create(series=series, **taken, reason=reason, by=by, at=at)
    ledger.enter(
        Deed.NUMBER_VOIDED,
        subject=ledger.subject_of(voided),
        by=by,
        at=at,
        unit=series.unit_id,
        facts={"number": str(number), "series": series.pk, "reason_digest": digest_of_reason(reason)},
    )
    return voided


def _book(series: Series, number: DocumentNumber, at: datetime) -> NumberBook:
    """The locked book that the number stands in: this year's, or an earlier one that was kept here."""
    this_year = timezone.localtime(at).year
    if number.year not in {NO_YEAR, this_year} and not series.books.filter(year=number.year).exists():
        raise NumberNotVoidable(f"“{series.prefix}”在系统里没有 {number.year} 年的文号，请核对年份。")
    return series.locked_book(number.year)


def _given(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": "请写明作废原因。"})
    if len(reason) > 200:
        raise ValidationError({"reason": "作废原因不能超过 200 个字。"})
    refuse_marks(reason)
    return reason


def _refuse_stranger(by: Any, series: Series) -> None:
    if not may(by, Right.REGISTER, series.unit_id):
        raise PermissionDenied(f"您没有“{series.unit}”的复核登记职责，不能作废文号。")
