"""维修: one fault in the hands of one provider, from the call until the unit has tested the work (Articles 7(3), 7(4), 8 and 13(2)).

The five working days run from the call. What fails the test goes back to the provider, and its time goes on; ``accounts.assignments``
has the call, ``accounts.acceptances`` the tests, ``accounts.repairclocks`` the warnings.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F, Max, Q, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from accounts.concerned import concerned_people, offices_people, units_concerning
from accounts.deeds import Deed
from accounts.faults import Fault, due_or_none
from accounts.holders import people_with
from accounts.overseeing import overseen
from accounts.providers import Provider
from accounts.roles import Right, may, units_where
from cms.lifecycles import move
from cms.limits import when
from cms.messages import tell
from cms.unmarked import refuse_marked_fields

LONGEST = 300


class RepairQuerySet(models.QuerySet["Repair"]):
    def for_person(self, user: Any) -> "RepairQuerySet":
        """All of them for the network office, those of its area for a secretariat; those given to one's provider or done for one's unit."""
        inspected = overseen(user, Right.INSPECT)
        if inspected.every or may(user, Right.OPERATE):
            return self.all()
        mine = Q(provider__unit__in=units_where(user, Right.SERVE)) | Q(fault__unit__in=units_concerning(user))
        return self.filter(mine | inspected.units("fault__unit"))

    def served_by(self, user: Any) -> "RepairQuerySet":
        """Those that the person's provider was given."""
        return self.filter(provider__unit__in=units_where(user, Right.SERVE))

    def unfinished(self) -> "RepairQuerySet":
        """Those that the provider has still to do."""
        return self.filter(state__in=(Repair.State.ASSIGNED, Repair.State.ACCEPTED))

    def to_test(self) -> "RepairQuerySet":
        """Those whose work nobody has judged."""
        return self.filter(state=Repair.State.DONE)

    def late(self, now: datetime) -> "RepairQuerySet":
        """Those whose work was done, or taken away, after its time or is not done after it: a line of deduction each (Article 13(2))."""
        return self.filter(due_at__lt=Coalesce("done_at", "called_off_at", Value(now)))

    def due_between(self, since: datetime, until: datetime) -> "RepairQuerySet":
        """Those whose time ran out from one moment (inclusive) to another (exclusive): by this a late one belongs to its month."""
        return self.filter(due_at__gte=since, due_at__lt=until)

    def contacted_between(self, since: datetime, until: datetime) -> "RepairQuerySet":
        return self.filter(contacted_at__gte=since, contacted_at__lt=until)


class Repair(models.Model):
    """That a provider was called to mend a fault, by when it had to, and what became of it."""

    class State(models.TextChoices):
        ASSIGNED = "assigned", "待接单"
        ACCEPTED = "accepted", "维修中"
        DONE = "done", "待验收"
        PASSED = "passed", "验收合格"
        CALLED_OFF = "called_off", "已撤回"

    # Who mends at once need not say first that he will. What failed the test is in the provider's hands again.
    MOVES = {
        State.ASSIGNED: {State.ACCEPTED, State.DONE, State.CALLED_OFF},
        State.ACCEPTED: {State.DONE, State.CALLED_OFF},
        State.DONE: {State.PASSED, State.ACCEPTED},
    }

    class Outcome(models.TextChoices):
        REPAIRED = "repaired", "已维修"
        REPLACED = "replaced", "已更换"

    fault = models.ForeignKey(Fault, models.PROTECT, related_name="repairs", verbose_name="故障")
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="repairs", verbose_name="保障单位")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.ASSIGNED)
    request = models.CharField("维修要求", max_length=LONGEST)
    contacted_at = models.DateTimeField("联系时间")
    due_at = models.DateTimeField("应完成时间", null=True)  # unknown while a year's calendar is missing: then not late
    assigned_at = models.DateTimeField("派单时间")
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="派单人")
    accepted_at = models.DateTimeField("接单时间", null=True)
    done_at = models.DateTimeField("完成时间", null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="报告完成人"
    )
    outcome = models.CharField("结果", max_length=10, choices=Outcome.choices, blank=True)
    work = models.CharField("处理情况", max_length=LONGEST, blank=True)
    test_due_at = models.DateTimeField("应验收时间", null=True)
    passed_at = models.DateTimeField("验收时间", null=True)
    called_off_at = models.DateTimeField("撤回时间", null=True)
    call_off_reason = models.CharField("撤回原因", max_length=LONGEST, blank=True)

    objects = RepairQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "维修任务"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["fault"], condition=~Q(state="called_off"), name="repair_one_provider_at_a_time"
            ),
            models.CheckConstraint(condition=Q(contacted_at__lte=F("assigned_at")), name="repair_called_then_assigned"),
            models.CheckConstraint(
                condition=(
                    Q(state__in=["done", "passed"], done_by__isnull=False, outcome__gt="")
                    & Q(done_at__isnull=False, done_at__gte=F("contacted_at"))
                )
                | Q(state__in=["assigned", "accepted", "called_off"], done_at=None, done_by=None, outcome=""),
                name="repair_done_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state="passed", passed_at__isnull=False, passed_at__gte=F("done_at"))
                | (~Q(state="passed") & Q(passed_at=None)),
                name="repair_passed_after_it_was_done",
            ),
            models.CheckConstraint(
                condition=Q(state="called_off", called_off_at__isnull=False, call_off_reason__gt="")
                | (~Q(state="called_off") & Q(called_off_at=None, call_off_reason="")),
                name="repair_called_off_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["provider", "contacted_at"], name="repair_provider"),
            models.Index(fields=["due_at"], name="repair_due"),
        ]

    def __str__(self) -> str:
        return f"{self.fault}的维修"

    @property
    def link(self) -> str:
        """The provider's page of it; unit and offices read the fault's."""
        return reverse("accounts:repair", args=[self.pk])

    @property
    def is_unfinished(self) -> bool:
        return self.state in (self.State.ASSIGNED, self.State.ACCEPTED)

    def is_late(self, now: datetime) -> bool:
        return self.due_at is not None and self.due_at < (self.done_at or self.called_off_at or now)

    @property
    def provider_people(self) -> set[int]:
        return people_with(Right.SERVE, self.provider.unit_id)

    def accept(self, *, by: Any, at: datetime) -> None:
        """The provider has the task in hand, and network office and unit know."""
        self._refuse_stranger(by)
        with transaction.atomic():
            move(self, self.State.ACCEPTED, Deed.REPAIR_ACCEPTED, by=by, at=at, unit=self.fault.unit_id, accepted_at=at)
            self.tell_both(f"{self.provider.unit}已接单，正在维修{self.fault}。", key="accepted", at=at)

    def report_done(self, outcome: str, work: str, *, done_at: datetime, by: Any, at: datetime) -> None:
        """The provider says what it has mended or replaced and when, and the unit is asked to test it.

        Raises ``PermissionDenied`` for another provider's people, ``ValidationError`` without a description or for a time before the call, before
        the test that its work failed, or to come, and ``OutOfOrder`` when the task is not the provider's to do any more.
        """
        self._refuse_stranger(by)
        if outcome not in self.Outcome.values:
            raise ValidationError({"outcome": "请选择是维修还是更换。"})
        work = said(work, "work", "请写明处理情况")
        # Typed to the minute: the minute of the call is not too early. What failed the test was not done before it.
        failed_at = self.acceptances.filter(is_good=False).aggregate(at=Max("judged_at"))["at"]
        begun, what = (failed_at, "验收不合格") if failed_at else (self.contacted_at, "联系时间")
        if not begun.replace(second=0, microsecond=0) <= done_at <= at:
            raise ValidationError({"done_at": f"完成时间须在{what}（{when(begun)}）之后，且不晚于现在。"})
        with transaction.atomic():
            self._step(
                self.State.DONE,
                Deed.REPAIR_DONE,
                Fault.State.REPAIRED,
                Deed.FAULT_REPAIRED,
                by=by,
                at=at,
                facts={"done_at": done_at, "outcome": outcome, "due_at": self.due_at},
                accepted_at=self.accepted_at or at,
                done_at=max(done_at, begun),
                done_by=by,
                outcome=outcome,
                work=work,
                test_due_at=due_or_none("acceptance", self.fault.unit, at),
            )
            until = f"请于 {when(self.test_due_at)} 前验收。" if self.test_due_at else "请验收。"
            self.tell_both(
                f"{self.provider.unit}报告{self.fault}{self.get_outcome_display()}，{until}", key="done", at=at
            )

    def call_off(self, reason: str, *, by: Any, at: datetime) -> None:
        """The network office has taken the task from the provider, who knows why; the fault waits for another way."""
        if not may(by, Right.OPERATE):
            raise PermissionDenied("派单由市网信办撤回。")
        reason = said(reason, "reason", "请写明撤回原因")
        with transaction.atomic():
            self._step(
                self.State.CALLED_OFF,
                Deed.REPAIR_CALLED_OFF,
                Fault.State.OPEN,
                Deed.FAULT_OPEN_AGAIN,
                by=by,
                at=at,
                called_off_at=at,
                call_off_reason=reason,
            )
            told = f"repair-called-off:{self.pk}"
            tell(self.provider_people, key=told, text=f"市网信办撤回派单：{self}。{reason}", link=self.link, at=at)
            tell(
                concerned_people(self.fault.unit_id),
                key=told,
                text=f"{self.fault}已从{self.provider.unit}撤回，由市网信办另行安排。",
                link=self.fault.link,
                at=at,
            )

    def _step(
        self, to: str, deed: Deed, fault_to: str, fault_deed: Deed, *, by: Any, at: datetime, **changes: Any
    ) -> None:
        """The task has moved, and its fault with it."""
        move(self, to, deed, by=by, at=at, unit=self.fault.unit_id, **changes)
        self.fault.refresh_from_db(fields=["state"])
        move(self.fault, fault_to, fault_deed, by=by, at=at, unit=self.fault.unit_id, facts={"repair": self.pk})

    def tell_both(self, text: str, *, key: str, at: datetime) -> None:
        """Unit and network office know what became of it; of what may come again, each time."""
        tell(
            concerned_people(self.fault.unit_id) | offices_people(self.fault.unit, "network_office"),
            key=f"repair-{key}:{self.pk}:{timezone.localtime(at):%Y%m%d%H%M%S}",
            text=text,
            link=self.fault.link,
            at=at,
        )

    def _refuse_stranger(self, by: Any) -> None:
        if not may(by, Right.SERVE, self.provider.unit_id):
            raise PermissionDenied("维修任务由接到派单的保障单位办理。")


def said(text: str, field: str, ask: str) -> str:
    """The text on one line; ``ValidationError`` where there is none or too much of it, or a mark of secrecy in it."""
    text = " ".join(text.split())
    if not text or len(text) > LONGEST:
        raise ValidationError({field: f"{ask}，不超过 {LONGEST} 个字。"})
    refuse_marked_fields(**{field: text})
    return text
