"""One handover of one post: opened as the post ends, signed by the giver, the receiver and the leader, in this order (Article 26)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts import pendingwork
from accounts.deeds import Deed
from accounts.handovers import items as lines
from accounts.handovers.questions import HandoverQuerySet
from accounts.handovers.supervising import supervising, supervisor_of
from accounts.people import User
from accounts.roles import Right, Role, may
from accounts.standins import colleagues
from accounts.units import Category, Unit, body_of
from cms import ledger
from cms.lifecycles import OutOfOrder, move
from cms.messages import tell
from cms.writtenwords import refuse_unfit


class Handover(models.Model):
    """That one person hands over what the post at one unit in one role put in their hands."""

    class State(models.TextChoices):
        OPENED = "opened", "待移交"
        GIVEN = "given", "待接收"
        ACCEPTED = "accepted", "待监交签字"
        COUNTERSIGNED = "countersigned", "已办结"

    MOVES = {
        State.OPENED: {State.GIVEN},
        State.GIVEN: {State.ACCEPTED, State.OPENED},
        # What the leader finds wrong is put right by the giver and signed anew.
        State.ACCEPTED: {State.COUNTERSIGNED, State.OPENED},
    }

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="handovers", verbose_name="单位")
    role = models.CharField("职责", max_length=20, choices=Role.choices)
    giver = models.ForeignKey(User, models.PROTECT, related_name="handovers_given", verbose_name="移交人")
    receiver = models.ForeignKey(User, models.PROTECT, null=True, related_name="handovers_taken", verbose_name="接收人")
    # None: secretariat and network office.
    supervisor = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="监交单位")
    state = models.CharField("状态", max_length=14, choices=State.choices, default=State.OPENED)
    filing = models.CharField("备案", max_length=80, blank=True)  # as the ledger names its subjects
    opened_at = models.DateTimeField("开始时间")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="经办人"
    )
    limit_at = models.DateTimeField("期限", null=True)  # unknown while a year's calendar is missing: then not late
    given_at = models.DateTimeField("移交时间", null=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="移交签字人"
    )
    accepted_at = models.DateTimeField("接收时间", null=True)
    countersigned_at = models.DateTimeField("监交时间", null=True)
    countersigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="监交人"
    )
    note = models.CharField("退回原因", max_length=200, blank=True)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "交接"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["giver", "unit", "role"],
                condition=~Q(state="countersigned"),
                name="handover_one_open_of_a_post",
            ),
            models.CheckConstraint(
                condition=Q(receiver=None) | ~Q(receiver=F("giver")), name="handover_to_somebody_else"
            ),
            models.CheckConstraint(
                condition=Q(state="opened", given_at=None, accepted_at=None, countersigned_at=None)
                | Q(state="given", given_at__isnull=False, accepted_at=None, countersigned_at=None)
                & Q(given_at__gte=F("opened_at"))
                | Q(state="accepted", receiver__isnull=False, given_at__isnull=False, accepted_at__isnull=False)
                & Q(accepted_at__gte=F("given_at"), countersigned_at=None)
                | Q(
                    state="countersigned",
                    receiver__isnull=False,
                    countersigned_by__isnull=False,
                    given_at__isnull=False,
                    accepted_at__isnull=False,
                    countersigned_at__isnull=False,
                )
                & Q(
                    accepted_at__gte=F("given_at"),
                    countersigned_at__gte=F("accepted_at"),
                ),
                name="handover_signed_in_order",
            ),
            models.CheckConstraint(
                condition=Q(countersigned_by=None)
                | (~Q(countersigned_by=F("giver")) & ~Q(countersigned_by=F("receiver"))),
                name="handover_supervised_by_a_third",
            ),
        ]
        indexes = [models.Index(fields=["limit_at"], name="handover_open", condition=~Q(state="countersigned"))]

    def __str__(self) -> str:
        return f"{self.giver}在“{self.unit}”的{self.get_role_display()}交接"

    @property
    def parties(self) -> set[int]:
        return {person for person in (self.giver_id, self.receiver_id) if person}

    def is_hanging(self, now: datetime) -> bool:
        return self.state != self.State.COUNTERSIGNED and self.limit_at is not None and self.limit_at < now

    def supervisors(self, at: datetime) -> set[int]:
        """Primary keys of the people who may countersign."""
        return supervising(self.unit, self.supervisor, self.parties, timezone.localdate(at))

    def may_fill(self, person: Any, at: datetime) -> bool:
        """The giver may write the list, and a supervisor for a giver who cannot any more; never who takes over."""
        return person.pk == self.giver_id or person.pk in self.supervisors(at)

    def may_name(self, person: Any, at: datetime) -> bool:
        """Who sees to the staff of the unit or supervises may say who takes over, not the giver."""
        if person.pk == self.giver_id:
            return False
        return may(person, Right.MANAGE_STAFF, self.unit_id) or person.pk in self.supervisors(at)

    def may_send_back(self, person: Any, at: datetime) -> bool:
        """A supervisor; the receiver what they have not signed for."""
        is_receivers = self.state != self.State.ACCEPTED and person.pk == self.receiver_id
        return is_receivers or person.pk in self.supervisors(at)

    def possible_receivers(self, at: datetime) -> models.QuerySet[User]:
        """Who serves the unit; of one that was dissolved, where the last may leave, also its successor, who supervises, or the network office."""
        return colleagues(self._taking_over(), timezone.localdate(at)).exclude(pk=self.giver_id)

    def _taking_over(self) -> list[Unit]:
        if self.unit.is_active:
            return [self.unit, body_of(self.unit)]
        others = [self.unit.successor, self.supervisor, *Unit.objects.bodies().filter(category=Category.IT_OFFICE)]
        return [self.unit, *filter(None, others)]

    @transaction.atomic
    def put_down(self, kind: str, text: str, count: int, *, by: Any, at: datetime) -> "lines.HandoverItem":
        """Another line stands in the list, while it is not signed."""
        self._hold_list(by, at)
        return lines.put_down(self, kind, text, count)

    @transaction.atomic
    def strike(self, item: int, *, by: Any, at: datetime) -> None:
        """The line stands in the list no more; what the system put down stays."""
        self._hold_list(by, at)
        if not lines.HandoverItem.objects.filter(handover=self, pk=item, is_proposed=False).delete()[0]:
            raise OutOfOrder("这一项已经删去，或者由系统列出，不能删去。")

    @transaction.atomic
    def name_receiver(self, receiver: User, *, by: Any, at: datetime) -> None:
        """This person takes over, and the work that can move is theirs; only before the receiver has signed.

        Raises ``PermissionDenied``, ``ValidationError`` for who does not serve the unit, and ``OutOfOrder`` when nothing changes.
        """
        _only(self.may_name(by, at), "接收人由本单位分管领导指定，移交人不能指定。")
        if not self.possible_receivers(at).filter(pk=receiver.pk).exists():
            raise ValidationError(
                {"receiver": "接收人须是本单位在岗的另一人；单位已撤销的，可以是承接单位或者市网信办的人员。"}
            )
        self._receive_by(receiver, by, at)

    def _receive_by(self, receiver: User, by: Any, at: datetime) -> None:
        unsigned = Handover.objects.filter(pk=self.pk, state__in=(self.State.OPENED, self.State.GIVEN))
        if not unsigned.exclude(receiver__isnull=False, receiver=receiver).update(receiver=receiver):
            raise OutOfOrder(f"接收人已经是{receiver}，或者已经签字接收，没有改动。")
        self.receiver = receiver
        self.enter(Deed.HANDOVER_RECEIVER, by, at, {"receiver": receiver.pk})
        self.settle_supervisor(at)
        self.hand_on(by, at)
        when_to = "清单移交后逐项核对" if self.state == self.State.OPENED else "清单已经移交，请逐项核对、签字接收"
        self.tell({receiver.pk}, "receiver", f"请接收{self}，{when_to}。", at)

    @transaction.atomic
    def meet_newcomer(self, person: User, *, by: Any, at: datetime) -> None:
        """Who was filed to come in the place is on file and takes over, whether the list is signed or not, unless another was named meanwhile."""
        if self.receiver is None and self.state in (self.State.OPENED, self.State.GIVEN):
            self._receive_by(person, by, at)

    @transaction.atomic
    def give(self, *, by: Any, at: datetime) -> None:
        """The list is signed by the giver, or by a supervisor for a giver who cannot, and changes no more."""
        self._hold_list(by, at)
        lines.propose(self)
        if not lines.HandoverItem.objects.filter(handover=self).exists():
            raise OutOfOrder("请至少列出一项；确实没有保管物品的，类别选“其他”，填写“无”。")
        self._move(self.State.GIVEN, Deed.HANDOVER_GIVEN, by, at, given_at=at, given_by=by, note="")
        if self.receiver_id:
            self.tell({self.receiver_id}, "given", f"{self}的清单已签字移交，请逐项核对、签字接收。", at)
        else:
            self.tell(self.supervisors(at), "nobody", f"{self}还没有接收人，请指定。", at)

    @transaction.atomic
    def accept(self, found: Mapping[int, "lines.Found"], *, by: Any, at: datetime) -> None:
        """The receiver has checked each line and signed; what is wrong stands beside it, for the leader to judge."""
        _only(by.pk == self.receiver_id, "交接由接收人本人签字接收。")
        if self.state == self.State.GIVEN:
            lines.check_list(self, found)
        self.hand_on(by, at)
        self._move(self.State.ACCEPTED, Deed.HANDOVER_ACCEPTED, by, at, accepted_at=at)
        self.settle_supervisor(at)
        self.tell(self.supervisors(at), "accepted", f"{self}已由{self.receiver}接收，请核对后签字确认。", at)

    @transaction.atomic
    def send_back(self, reason: str, *, by: Any, at: datetime) -> None:
        """The giver puts the list right and signs anew; raises ``ValidationError`` without a reason."""
        _only(self.may_send_back(by, at), "交接由接收人或者监交的领导退回。")
        reason = " ".join(reason.split())
        if not reason or len(reason) > 200:
            raise ValidationError({"reason": "请写明退回的原因，不超过 200 个字。"})
        refuse_unfit(reason)
        blank = {"given_at": None, "given_by": None, "accepted_at": None}
        self._move(self.State.OPENED, Deed.HANDOVER_RETURNED, by, at, note=reason, **blank)
        self.tell({self.giver_id}, "back", f"{self}被退回，请改正清单后重新移交：{reason}", at)

    @transaction.atomic
    def countersign(self, *, by: Any, at: datetime) -> None:
        """The handover is done, and the receiver keeps the devices that were found there.

        Raises ``PermissionDenied`` for who does not supervise it, the parties above all, and ``OutOfOrder`` while the giver keeps a key that is
        alive or has work that nobody else can do.
        """
        from accounts.handovers.leaving import tell_who_closes

        self.settle_supervisor(at)
        _only(by.pk in self.supervisors(at), "交接由监交的领导签字确认，移交人、接收人不能签。")
        if self.state == self.State.ACCEPTED:
            lines.refuse_keys_left(self)
            self.hand_on(by, at)
            self._refuse_work_left()
            lines.pass_devices(self, by=by, at=at)
        self._move(
            self.State.COUNTERSIGNED, Deed.HANDOVER_COUNTERSIGNED, by, at, countersigned_at=at, countersigned_by=by
        )
        self.tell(self.parties, "done", f"{self}已办结。", at)
        tell_who_closes(self, at)

    def settle_supervisor(self, at: datetime) -> None:
        """The unit whose leaders supervise is the one that has them now."""
        supervisor = supervisor_of(self.unit, self.parties, timezone.localdate(at))
        Handover.objects.filter(pk=self.pk).update(supervisor=supervisor)
        self.supervisor = supervisor

    def hand_on(self, by: Any, at: datetime) -> None:
        """What hung on the giver and the receiver may do is the receiver's, who is told."""
        if self.receiver is None:
            return
        moved = pendingwork.hand_on(self.giver, self.receiver, self.unit, self.role, by=by, at=at)
        if moved:
            text = f"{self.giver}名下的{pendingwork.listed(moved)}已随岗位转到您名下，请接着办理。"
            self.tell({self.receiver.pk}, "moved", text, at)
            if self.state == self.State.OPENED:
                lines.note_moved(self, moved)

    def enter(self, deed: str, by: Any, at: datetime, facts: Mapping[str, Any]) -> None:
        ledger.enter(deed, subject=ledger.subject_of(self), by=by, at=at, unit=self.unit_id, facts=dict(facts))

    def tell(self, people: Iterable[int], word: str, text: str, at: datetime) -> None:
        """Each of these people finds the sentence on the desk, leading to the handover."""
        key = f"handover:{self.pk}:{word}:{at:%Y%m%d%H%M%S}"
        tell(people, key=key, text=text, link=reverse("accounts:handover", args=[self.pk]), at=at)

    def _hold_list(self, by: Any, at: datetime) -> None:
        """The list is this person's to write until the transaction ends; raises for anybody else and when it is signed."""
        _only(self.may_fill(by, at), "清单由移交人填写；本人不能办理的，由监交的领导代为填写。")
        self.state = Handover.objects.select_for_update(no_key=True).only("state").get(pk=self.pk).state
        if self.state != self.State.OPENED:
            raise OutOfOrder(f"清单已经签字移交（{self.get_state_display()}），不能再改。要改的，请接收人退回。")

    def _move(self, to: str, deed: str, by: Any, at: datetime, **changes: Any) -> None:
        move(self, to, deed, by=by, at=at, unit=self.unit_id, facts=lines.digest_of(self), **changes)

    def _refuse_work_left(self) -> None:
        if left := pendingwork.hanging_at(self.giver, self.unit, self.role):
            raise OutOfOrder(
                f"{self.giver}名下还有{pendingwork.listed(left)}，接收人不能接办。请退回，另行指定能够接办的接收人。"
            )


def _only(is_allowed: bool, refusal: str) -> None:
    if not is_allowed:
        raise PermissionDenied(refusal)
