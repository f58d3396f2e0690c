"""收文问题: a unit says that it cannot receive or open a circular, and the sender answers (Articles 13 and 20).

A report stops no clock: the circular is still to be signed for in time. What lies at the unit's own machines or line is a fault as well, and
one press reports both.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q

from accounts.faults import Fault, FaultQuerySet, report_fault
from accounts.holders import people_with
from accounts.roles import Right, may
from accounts.units import Unit
from circulars.deeds import Deed
from circulars.deliveries import Delivery
from circulars.numbering import normalised
from circulars.pages import about_paper
from circulars.reasons import refuse_marks
from circulars.registration import Circular
from circulars.stopped import refuse_stopped
from cms import ledger
from cms.lifecycles import OutOfOrder, move
from cms.messages import tell


class Trouble(models.TextChoices):
    """What is wrong with a circular as the receiving unit finds it."""

    UNREADABLE = "unreadable", "打不开"
    DAMAGED = "damaged", "附件损坏"
    PAGES_MISSING = "pages_missing", "缺页"
    NOT_PRINTED = "not_printed", "无法打印"
    NOT_RECEIVED = "not_received", "收不到"
    OTHER = "other", "其他"


# Our reading: what may lie at the unit's own machines or line is reported as a fault of that kind (Article 13).
FAULTS = {
    Trouble.UNREADABLE: Fault.Kind.SYSTEM,
    Trouble.NOT_PRINTED: Fault.Kind.PRINTER,
    Trouble.NOT_RECEIVED: Fault.Kind.NETWORK,
}


class AlreadyReported(OutOfOrder):
    """The unit has reported the same, and nobody has answered yet; ``problem`` is what stands."""

    def __init__(self, problem: "DeliveryProblem") -> None:
        super().__init__(f"本单位已经报告过“{problem.get_code_display()}”，正等发文单位答复。")
        self.problem = problem


class DeliveryProblemQuerySet(models.QuerySet["DeliveryProblem"]):
    def open(self) -> "DeliveryProblemQuerySet":
        """Those that the sender has not answered."""
        return self.filter(state=DeliveryProblem.State.OPEN)

    def about(self, circular: Circular) -> "DeliveryProblemQuerySet":
        """What units reported of it, those included that had not got it and named its number."""
        never_came = Q(delivery=None, issuer=circular.issuer_id, number=circular.number)
        return self.filter(Q(delivery__circular=circular.pk) | never_came)

    def faults(self) -> FaultQuerySet:
        """The faults that were reported by the same press."""
        return Fault.objects.filter(pk__in=self.filter(fault__isnull=False).values("fault"))

    def unsettled(self) -> "DeliveryProblemQuerySet":
        return self.exclude(state=DeliveryProblem.State.CLOSED)


class DeliveryProblem(models.Model):
    """That a unit could not receive, open or print a circular, and what became of it; ``delivery`` is None for one that is not in its list."""

    class State(models.TextChoices):
        OPEN = "open", "待答复"
        ANSWERED = "answered", "已答复"
        CLOSED = "closed", "已解决"

    # What was settled by telephone is closed without an answer. A closed one stays closed: who is in trouble again reports again.
    MOVES = {State.OPEN: {State.ANSWERED, State.CLOSED}, State.ANSWERED: {State.CLOSED}}

    delivery = models.ForeignKey(Delivery, models.PROTECT, null=True, related_name="problems", verbose_name="收文")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="报告单位")
    issuer = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="发文单位")
    number = models.CharField("发文字号", max_length=60, blank=True)
    code = models.CharField("问题", max_length=20, choices=Trouble.choices)
    text = models.CharField("情况", max_length=300, blank=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    reported_at = models.DateTimeField("报告时间")
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="报告人")
    fault = models.ForeignKey(Fault, models.PROTECT, null=True, related_name="+", verbose_name="故障")
    answer = models.CharField("答复", max_length=300, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="答复人"
    )
    closed_at = models.DateTimeField("解决时间", null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="办结人"
    )

    objects = DeliveryProblemQuerySet.as_manager()

    class Meta:
        verbose_name = "收文问题"
        verbose_name_plural = "收文问题"
        constraints = [
            models.UniqueConstraint(
                fields=["delivery", "code"],
                condition=Q(state="open", delivery__isnull=False),
                name="problem_reported_once",
            ),
            models.UniqueConstraint(
                fields=["unit", "issuer", "number", "code"],
                condition=Q(state="open", delivery__isnull=True),
                name="missing_reported_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="problem_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False, closed_by__isnull=False)
                | (~Q(state="closed") & Q(closed_at=None, closed_by=None)),
                name="problem_closed_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-reported_at"], name="problem_unit"),
            models.Index(fields=["issuer", "-reported_at"], name="problem_issuer"),
        ]

    def __str__(self) -> str:
        return f"{self.unit}报告的问题（{self.get_code_display()}）"

    @property
    def what(self) -> str:
        """The circular as both sides call it; a report of one that never came may know no number."""
        return self.number or "文号不详的公文"

    @property
    def about(self) -> str:
        """The paper that messages about it speak of; of a circular that never came, that of its number, and none where the issuer has none such."""
        if self.delivery:
            return about_paper(self.delivery.circular.page_id)
        named = Circular.objects.filter(issuer=self.issuer_id, number=self.number).values_list("page", flat=True)
        return about_paper(page) if (page := named.first()) else ""

    def reply(self, answer: str, *, by: Any, at: datetime) -> None:
        """The sender has answered, and the unit's clerks know; the same words of the same person count once.

        Raises ``OutOfOrder`` when it was answered otherwise or settled already.
        """
        if not may(by, Right.SEND, self.issuer_id):
            raise PermissionDenied("收文问题由发文单位的发文员答复。")
        answer = answer.strip()
        refuse_marks(answer)
        if not answer or len(answer) > 300:
            raise ValidationError({"answer": "请写明怎样解决，不超过 300 个字。"})
        self.refresh_from_db(fields=["state", "answer", "answered_by"])
        if self.state == self.State.ANSWERED and (self.answer, self.answered_by_id) == (answer, by.pk):
            return
        with transaction.atomic():
            self._step(
                self.State.ANSWERED,
                Deed.PROBLEM_ANSWERED,
                by=by,
                at=at,
                answer=answer,
                answered_at=at,
                answered_by=by,
            )
            tell(
                people_with(Right.RECEIVE, self.unit_id),
                key=f"problem-answered:{self.pk}",
                text=f"{self.issuer}已答复 {self.what} 的问题（{self.get_code_display()}）。",
                link=f"/problems/{self.pk}/",
                about=self.about,
                at=at,
            )

    def close(self, *, by: Any, at: datetime) -> None:
        """It is settled, say those who had the trouble or those who sent; raises ``OutOfOrder`` when it was settled already."""
        if not (may(by, Right.RECEIVE, self.unit_id) or may(by, Right.SEND, self.issuer_id)):
            raise PermissionDenied("只有报告单位的收发员和发文单位的发文员能办结。")
        if self.state == self.State.CLOSED:
            raise OutOfOrder("这个问题已经办结，不必再办。")
        self._step(self.State.CLOSED, Deed.PROBLEM_CLOSED, by=by, at=at, closed_at=at, closed_by=by)

    def _step(self, to: str, deed: Deed, *, by: Any, at: datetime, **changes: Any) -> None:
        circular = self.delivery.circular.uuid if self.delivery else None
        move(self, to, deed, by=by, at=at, circular=circular, unit=self.unit_id, **changes)


def report_problem(delivery: Delivery, code: str, text: str, *, by: Any, at: datetime) -> DeliveryProblem:
    """The sender knows that the unit is in trouble with this circular, and network office and secretariat where it may be a fault.

    Raises ``PermissionDenied`` for who does not receive for the unit, ``ValidationError`` without a description where one is needed,
    ``Marked`` for a mark of secrecy, and ``AlreadyReported`` when the same was reported and waits for an answer.
    """
    return _report(
        DeliveryProblem(
            delivery=delivery,
            unit=delivery.unit,
            issuer=delivery.issuer,
            number=delivery.circular.number,
            code=code,
            text=text,
        ),
        by=by,
        at=at,
    )


def report_missing(unit: Unit, issuer: Unit, number: str, text: str, *, by: Any, at: datetime) -> DeliveryProblem:
    """The sender knows that a circular which the unit has heard of is not in its list (收不到).

    Raises as ``report_problem`` does, and ``ValidationError`` for what names a paper that has stopped (``circulars.stopped``).
    """
    refuse_stopped(issuer, number, text)
    number = normalised(number.strip()[:60]).text
    return _report(
        DeliveryProblem(unit=unit, issuer=issuer, number=number, code=Trouble.NOT_RECEIVED, text=text),
        by=by,
        at=at,
    )


def _report(problem: DeliveryProblem, *, by: Any, at: datetime) -> DeliveryProblem:
    if not may(by, Right.RECEIVE, problem.unit_id):
        raise PermissionDenied(f"您不是“{problem.unit}”的收发员，不能报告。")
    if problem.code not in Trouble.values:
        raise ValidationError({"code": "请选择是什么问题。"})
    problem.text = problem.text.strip()
    refuse_marks(problem.number, problem.text)
    if len(problem.text) > 300:
        raise ValidationError({"text": "情况不能超过 300 个字。"})
    if not problem.text and (problem.code == Trouble.OTHER or not problem.number):
        raise ValidationError({"text": "请写明是哪件公文、什么情况。"})
    problem.reported_by, problem.reported_at = by, at
    try:
        with transaction.atomic():
            _enter(problem, by=by, at=at)
    except IntegrityError:
        raise AlreadyReported(_same(problem)) from None
    return problem


def _enter(problem: DeliveryProblem, *, by: Any, at: datetime) -> None:
    """The row, its fault if it is one, the ledger and the sender's people, all or nothing."""
    problem.save(force_insert=True)
    kind = FAULTS.get(Trouble(problem.code))
    if kind:
        said = f"{problem.get_code_display()}：{problem.text}" if problem.text else f"公文{problem.get_code_display()}"
        problem.fault = report_fault(problem.unit, kind, said, about=problem.about, detected_at=at, by=by, at=at)
        problem.save(update_fields=["fault"])
    ledger.enter(
        Deed.PROBLEM_REPORTED,
        subject=ledger.subject_of(problem),
        by=by,
        at=at,
        circular=problem.delivery.circular.uuid if problem.delivery else None,
        unit=problem.unit_id,
        facts={"code": problem.code, "issuer": problem.issuer_id, "fault": problem.fault_id},
    )
    tell(
        people_with(Right.SEND, problem.issuer_id),
        key=f"problem:{problem.pk}",
        text=f"{problem.unit}报告 {problem.what} {problem.get_code_display()}，"
        f"值班电话 {problem.unit.duty_phone or '未登记'}，请联系解决并答复。",
        link=f"/problems/{problem.pk}/",
        about=problem.about,
        at=at,
    )


def _same(problem: DeliveryProblem) -> DeliveryProblem:
    standing = DeliveryProblem.objects.open().filter(code=problem.code)
    if problem.delivery_id:
        return standing.get(delivery=problem.delivery_id)
    return standing.get(delivery=None, unit=problem.unit_id, issuer=problem.issuer_id, number=problem.number)
