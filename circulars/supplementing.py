"""补发: a circular that was sent goes to units that were missed or joined since, each with its own clock from then on (Article 20).

The paper stays as it was approved; who gets it besides is on record with a reason and on whose consent, and the approver is told.
"""

import hashlib
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django_q.tasks import async_task

from accounts.roles import Right, may
from accounts.units import Unit
from circulars.amending import refuse_annulled, refuse_uncorrected
from circulars.clocks import NotSendable, clock_of
from circulars.deeds import Deed
from circulars.dispatch import Sent
from circulars.elements import errors
from circulars.fanout import fan_out, owe_paper
from circulars.pages import CircularPage, about_paper
from circulars.reasons import refuse_marks
from circulars.recipients import Addressed
from circulars.registration import Circular, DistributionLine, listing_digest, refuse_damaged
from circulars.sealing import refuse_broken
from circulars.secrecycases import refuse_blocked
from circulars.snapshots import Snapshot, facts_about
from circulars.texting import text_clerks
from circulars.titles import quoted
from cms import ledger
from cms.lifecycles import OutOfOrder
from cms.messages import tell

NOBODY_CHOSEN = "请勾选要补发的单位。"


class Supplement(models.Model):
    """One act of sending after: to which further units, by which line, why and on whose consent."""

    circular = models.ForeignKey(Circular, models.PROTECT, related_name="supplements", verbose_name="公文")
    units = models.ManyToManyField(Unit, related_name="+", verbose_name="补发单位")
    role = models.CharField("送达方式", max_length=10, choices=Addressed.choices)
    reason = models.CharField("补发理由", max_length=300)
    consent = models.CharField("同意补发", max_length=200)
    off_hours_reason = models.CharField("非工作时间发送理由", max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="补发人")
    at = models.DateTimeField("补发时间")

    class Meta:
        verbose_name = "补发"
        verbose_name_plural = "补发"
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reason__gt="", consent__gt=""), name="supplement_has_reason_and_consent"
            )
        ]

    def __str__(self) -> str:
        return f"{self.circular} 补发"


def supplement(
    circular: Circular,
    units: Collection[Unit],
    *,
    role: Addressed = Addressed.PRIMARY,
    reason: str,
    consent: str,
    by: Any,
    at: datetime,
    off_hours_reason: str = "",
) -> Sent:
    """Each of the units has a delivery due by the rule in force now, on paper where it is not connected; or nothing has happened.

    Raises ``PermissionDenied`` without the right to send; ``ValidationError`` without units, reason or consent, for a unit that has the
    circular, issues it, may not get it by the writing rules or has not got the notice that corrects it; ``ReasonMissing`` for an ordinary
    circular off duty; ``SealBroken`` while the seal does not stand (Article 4); and ``OutOfOrder`` when the circular is not on its way or
    was annulled.
    """
    if not may(by, Right.SEND, circular.issuer_id):
        raise PermissionDenied(f"您没有“{circular.issuer_name}”的发送职责，不能补发。")
    reason, consent, off_hours_reason = reason.strip(), consent.strip(), off_hours_reason.strip()
    _refuse_unsaid(reason, consent)
    refuse_blocked(circular.page)
    if circular.state == Circular.State.SENT:
        refuse_broken(circular, at=at)
    return _supplement(
        circular, units, role=role, reason=reason, consent=consent, by=by, at=at, off_hours_reason=off_hours_reason
    )


@transaction.atomic
def _supplement(
    circular: Circular,
    units: Collection[Unit],
    *,
    role: Addressed,
    reason: str,
    consent: str,
    by: Any,
    at: datetime,
    off_hours_reason: str,
) -> Sent:
    refuse_blocked(CircularPage.objects.select_for_update().get(pk=circular.page_id))
    Circular.objects.select_for_update().only("pk").get(pk=circular.pk)
    circular = Circular.objects.select_related("issuer__area", "series__area").get(pk=circular.pk)
    if circular.state != Circular.State.SENT:
        raise OutOfOrder(f"{circular.number} {circular.get_state_display()}，不能补发。")
    refuse_annulled(circular)
    refuse_unfit(circular, units, role)
    refuse_uncorrected(circular, units)
    refuse_damaged(circular.snapshot)
    clock = clock_of(circular, at)
    clock.refuse_without(off_hours_reason)
    kept = Supplement.objects.create(
        circular=circular,
        role=role,
        reason=reason,
        consent=consent,
        off_hours_reason=off_hours_reason[:200],
        by=by,
        at=at,
    )
    kept.units.set(units)
    DistributionLine.objects.bulk_create(
        [DistributionLine(circular=circular, unit=unit, role=role) for unit in units], batch_size=500
    )
    if fan_out(circular, clock) != len(units):
        raise NotSendable("补发的单位与登记的不一致，没有补发，请联系网信办。")
    paper = owe_paper(circular)
    text_clerks(circular, circular.deliveries.filter(unit__in=units), at=at)
    codes = [unit.code for unit in units]
    ledger.enter(
        Deed.CIRCULAR_SUPPLEMENTED,
        subject=ledger.subject_of(circular),
        by=by,
        at=at,
        circular=circular.uuid,
        unit=circular.issuer_id,
        facts={
            "recipients": len(codes),
            "list_digest": listing_digest(codes),
            "role": role,
            "reason_digest": hashlib.sha256(reason.encode()).hexdigest(),
            "consent_digest": hashlib.sha256(consent.encode()).hexdigest(),
            "due_at": clock.due.at,
            "rule": clock.due.rule,
            "rules": clock.rules.pk,
        },
    )
    _tell_approver(circular, kept, units, by, at)
    Circular.objects.filter(pk=circular.pk).update(announced_at=None)
    async_task("circulars.tasks.announce", circular.pk, task_name=f"announce-{circular.pk}-{kept.pk}")
    return Sent(len(codes) - paper, paper, clock.due)


def refuse_unfit(circular: Circular, units: Collection[Unit], role: Addressed) -> None:
    """Raises ``ValidationError`` on ``units`` naming those that cannot be sent this circular, and why."""
    if not units:
        raise ValidationError({"units": NOBODY_CHOSEN})
    snapshot = circular.snapshot
    if strangers := [unit for unit in units if unit.is_division]:
        raise _unfit(strangers, "是内设科室，不单独收文。")
    if gone := [unit for unit in units if not unit.is_active]:
        raise _unfit(gone, "已撤销，不再收文。请补发给承接单位。")
    if issuers := [unit for unit in units if unit.code in snapshot["issuers"]]:
        raise _unfit(issuers, "是发文机关，不能同时是收文机关。")
    addressed, got = circular.distribution.filter(unit__in=units), circular.deliveries.filter(unit__in=units)
    if there := list(Unit.objects.filter(Q(pk__in=addressed.values("unit")) | Q(pk__in=got.values("unit"))).in_order()):
        raise _unfit(there, "已经发过，不能补发。没有签收的，请催签。")
    if broken := _rules_broken(snapshot, units, role):
        raise ValidationError({"units": broken})


def _rules_broken(snapshot: Snapshot, units: Collection[Unit], role: Addressed) -> list[str]:
    """What the rules on who may write to whom say against the further recipients, beyond what they said of the paper itself."""
    line = snapshot[role.value]
    more = snapshot | {role.value: line | {"units": [*line["units"], *(unit.code for unit in units)]}}
    before = {problem.key for problem in errors(snapshot, facts_about(snapshot))}
    found = [problem for problem in errors(more, facts_about(more)) if problem.key not in before]
    return [problem.sentence for problem in found if problem.code == "R-DIRECTION" or problem.code.startswith("R1")]


def _refuse_unsaid(reason: str, consent: str) -> None:
    wrong = {}
    if not reason or len(reason) > 300:
        wrong["reason"] = "请写明补发理由，不超过 300 个字。"
    if not consent or len(consent) > 200:
        wrong["consent"] = "请写明经谁同意补发，不超过 200 个字。"
    if wrong:
        raise ValidationError(wrong)
    refuse_marks(reason)
    refuse_marks(consent)


def _unfit(units: Collection[Unit], why: str) -> ValidationError:
    return ValidationError({"units": f"“{'、'.join(map(str, units))}”{why}"})


def _tell_approver(circular: Circular, kept: Supplement, units: Collection[Unit], by: Any, at: datetime) -> None:
    names = "、".join(str(unit) for unit in list(units)[:10]) + (f"等 {len(units)} 家" if len(units) > 10 else "")
    tell(
        {circular.approver_id},
        key=f"supplemented:{kept.pk}",
        text=f"{by}把您签发的 {circular.number}{quoted(circular.title)}补发给{names}。理由：{kept.reason}。{kept.consent}",
        link=f"/sent/{circular.uuid}/",
        about=about_paper(circular.page_id),
        at=at,
    )
