"""验收: the unit, or after its silence the network office, says whether a provider's work is good; every judgement stays (Articles 7(4) and 13(2))."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import F, Q

from accounts.concerned import is_concerned
from accounts.deeds import Deed
from accounts.faults import Fault
from accounts.repairs import LONGEST, Repair, said
from accounts.roles import Right, may
from cms.lifecycles import OutOfOrder, move
from cms.limits import when
from cms.messages import tell


class Acceptance(models.Model):
    """One judgement of a provider's work, with what was judged; entered and never changed."""

    repair = models.ForeignKey(Repair, models.PROTECT, related_name="acceptances", verbose_name="维修任务")
    is_good = models.BooleanField("合格")
    reason = models.CharField("不合格的原因", max_length=LONGEST, blank=True)
    done_at = models.DateTimeField("完成时间")
    outcome = models.CharField("结果", max_length=10, choices=Repair.Outcome.choices)
    work = models.CharField("处理情况", max_length=LONGEST)
    judged_at = models.DateTimeField("验收时间")
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="验收人")
    by_network_office = models.BooleanField("网信办代验", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "维修验收"
        default_permissions = ()
        ordering = ["judged_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_good=True, reason="") | Q(is_good=False, reason__gt=""),
                name="acceptance_fails_for_a_reason",
            ),
            models.CheckConstraint(condition=Q(judged_at__gte=F("done_at")), name="acceptance_after_the_work"),
            models.UniqueConstraint(fields=["repair"], condition=Q(is_good=True), name="acceptance_good_once"),
        ]

    def __str__(self) -> str:
        return f"{self.repair}{'合格' if self.is_good else '不合格'}"


def may_judge(repair: Repair, user: Any, now: datetime) -> bool:
    """Whether the work waits for this person's judgement: the unit's people at any time, the network office after their time."""
    if repair.state != Repair.State.DONE:
        return False
    if is_concerned(user, repair.fault.unit_id):
        return True
    return may(user, Right.OPERATE) and repair.test_due_at is not None and repair.test_due_at < now


def judge(repair: Repair, is_good: bool, reason: str = "", *, by: Any, at: datetime) -> Acceptance:
    """The work is good, and the network office may confirm that the fault is over; or the provider has it again, and its time goes on.

    Raises ``PermissionDenied`` for who is neither of the unit nor of the network office, ``ValidationError`` for a bad judgement without a
    reason, and ``OutOfOrder`` when there is nothing to judge or the unit still has time to.
    """
    of_the_unit = is_concerned(by, repair.fault.unit_id)
    if not of_the_unit and not may(by, Right.OPERATE):
        raise PermissionDenied("维修结果由故障单位验收。")
    if repair.state == Repair.State.DONE and not may_judge(repair, by, at):
        until = f"（{when(repair.test_due_at)}）" if repair.test_due_at else ""
        raise OutOfOrder(f"故障单位还在验收期限{until}以内，过期没有验收的由市网信办验收。")
    reason = "" if is_good else said(reason, "reason", "请写明不合格的原因")
    judged = {"done_at": repair.done_at, "outcome": repair.outcome, "work": repair.work}
    with transaction.atomic():
        if is_good:
            _pass(repair, by=by, at=at)
        else:
            _fail(repair, reason, by=by, at=at)
        return Acceptance.objects.create(
            repair=repair,
            is_good=is_good,
            reason=reason,
            judged_at=at,
            judged_by=by,
            by_network_office=not of_the_unit,
            **judged,
        )


def _pass(repair: Repair, *, by: Any, at: datetime) -> None:
    move(repair, Repair.State.PASSED, Deed.REPAIR_PASSED, by=by, at=at, unit=repair.fault.unit_id, passed_at=at)
    repair.tell_both(f"{repair}验收合格，请市网信办确认恢复时间。", key="passed", at=at)
    tell(repair.provider_people, key=f"repair-passed:{repair.pk}", text=f"{repair}验收合格。", link=repair.link, at=at)


def _fail(repair: Repair, reason: str, *, by: Any, at: datetime) -> None:
    refused = {"done_at": None, "done_by": None, "outcome": "", "work": "", "test_due_at": None}
    facts = {"done_at": repair.done_at, "due_at": repair.due_at}
    move(
        repair,
        Repair.State.ACCEPTED,
        Deed.REPAIR_FAILED,
        by=by,
        at=at,
        unit=repair.fault.unit_id,
        facts=facts,
        **refused,
    )
    fault = repair.fault
    fault.refresh_from_db(fields=["state"])
    move(
        fault,
        Fault.State.WITH_PROVIDER,
        Deed.FAULT_WITH_PROVIDER,
        by=by,
        at=at,
        unit=fault.unit_id,
        facts={"repair": repair.pk},
    )
    repair.tell_both(f"{repair}验收不合格，退回{repair.provider.unit}。", key="failed", at=at)
    until = f"期限仍为 {when(repair.due_at)}。" if repair.due_at else ""
    text = f"{repair}验收不合格：{reason}。请继续维修，{until}"
    tell(
        repair.provider_people,
        key=f"repair-failed:{repair.pk}:{at.timestamp():.0f}",
        text=text,
        link=repair.link,
        at=at,
    )
