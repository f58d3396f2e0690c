"""鉴定: when the time of a paper has ended, the archivist says whether it is still worth keeping (2012 regulation art. 35; archive order no. 8)."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone

from accounts.roles import Right, may
from circulars.archive.holdings import Holding
from circulars.archive.retention import years_later
from circulars.deeds import Deed
from circulars.reasons import digest_of_reason, said_in
from circulars.secrecycases import refuse_blocked
from cms import ledger
from cms.lifecycles import OutOfOrder, move

LONGEST_OPINION = 200
MOST_YEARS = 30


class Appraisal(models.Model):
    """What the archivist found of a paper whose time had ended; takes INSERT only."""

    class Result(models.TextChoices):
        DESTROY = "destroy", "没有保存价值，拟销毁"
        KEEP = "keep", "仍有保存价值，继续保存"

    holding = models.ForeignKey(Holding, models.PROTECT, related_name="appraisals", verbose_name="存档公文")
    result = models.CharField("鉴定结果", max_length=10, choices=Result.choices)
    opinion = models.CharField("鉴定意见", max_length=LONGEST_OPINION)
    kept_until = models.DateField("保管至")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="鉴定人")
    at = models.DateTimeField("鉴定时间")

    class Meta:
        verbose_name = verbose_name_plural = "鉴定"
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(opinion__gt=""), name="appraisal_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.holding} {self.get_result_display()}"


@transaction.atomic
def appraise(holding: Holding, result: str, opinion: str, years: int = 0, *, by: Any, at: datetime) -> Appraisal:
    """The paper waits for a list of destruction, or is kept so many years longer from today.

    Raises ``PermissionDenied`` without the right, ``ValidationError`` without an opinion, a result or the years of a longer keeping, and
    ``OutOfOrder`` for what is kept for good, whose time has not ended, which is blocked, on its way to the archive office, or was appraised already.
    """
    if not may(by, Right.KEEP_ARCHIVE, holding.unit_id):
        raise PermissionDenied(f"您没有“{holding.unit}”的鉴定职责。")
    opinion = said_in(opinion, "opinion", "请写明鉴定意见", longest=LONGEST_OPINION)
    today = timezone.localdate(at)
    if result not in Appraisal.Result.values:
        raise ValidationError({"result": "请选择鉴定结果。"})
    rows = Holding.objects.select_related("circular__page", "unit")
    holding = rows.select_for_update(of=("self",)).get(pk=holding.pk)
    refuse_blocked(holding.circular.page)
    until = _ended(holding, today)
    if holding.transfer_lines.filter(transfer__state="drawn").exists():
        raise OutOfOrder("本件在移交清单上，等档案馆接收。仍要鉴定的，请先撤回移交清单。")
    if result == Appraisal.Result.KEEP:
        if not 1 <= years <= MOST_YEARS:
            raise ValidationError({"years": f"继续保存的年数应为 1 至 {MOST_YEARS}。"})
        until = years_later(today, years)
    made = Appraisal.objects.create(holding=holding, result=result, opinion=opinion, kept_until=until, by=by, at=at)
    facts = holding.facts() | {"result": result, "opinion_digest": digest_of_reason(opinion), "kept_until": until}
    if result == Appraisal.Result.DESTROY:
        about = {"circular": holding.document, "unit": holding.unit_id, "facts": facts}
        move(holding, Holding.State.APPRAISED, Deed.HOLDING_APPRAISED, by=by, at=at, **about)
        return made
    Holding.objects.filter(pk=holding.pk).update(kept_until=until)
    ledger.enter(
        Deed.HOLDING_APPRAISED,
        subject=ledger.subject_of(holding),
        by=by,
        at=at,
        circular=holding.document,
        unit=holding.unit_id,
        facts=facts,
    )
    return made


def latest_destroying(holdings: Any) -> dict[int, Appraisal]:
    """Of each of these the appraisal that says to destroy it, the last one."""
    rows = Appraisal.objects.filter(holding__in=holdings, result=Appraisal.Result.DESTROY).order_by("pk")
    return {row.holding_id: row for row in rows.select_related("by")}


def _ended(holding: Holding, today: date) -> date:
    """The day on which its time ended; raises ``OutOfOrder`` where it has not."""
    if holding.state not in (Holding.State.FILED, Holding.State.LEFT):
        raise OutOfOrder(f"本件是“{holding.get_state_display()}”，不用再鉴定。")
    if holding.kept_until is None:
        raise OutOfOrder("本件永久保管，不作销毁鉴定。")
    if holding.kept_until >= today:
        raise OutOfOrder(f"本件保管至{holding.kept_until:%Y年%-m月%-d日}，期满以后再鉴定。")
    return holding.kept_until
