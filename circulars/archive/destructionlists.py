"""销毁清册: papers that an archivist proposes to destroy, whom two leaders have approved and two people have seen destroyed (2012 regulation art. 35).

Archivist, approvers and witnesses are kept apart by the database itself.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.roles import Right, units_where
from accounts.units import Unit
from circulars.archive.appraisal import LONGEST_OPINION, Appraisal
from circulars.archive.holdings import Holding
from circulars.secrecycases import shut_circulars

# Who may stand by when papers are destroyed: the unit's people who have them in hand anyway.
WITNESSING = (Right.KEEP_ARCHIVE, Right.APPROVE_DESTRUCTION, Right.RECEIVE)


def _witnessing(user: Any) -> frozenset[int]:
    return frozenset().union(*(units_where(user, right) for right in WITNESSING))


class DestructionListQuerySet(models.QuerySet["DestructionList"]):
    def for_person(self, user: Any) -> "DestructionListQuerySet":
        """The lists of the units for which the person files, approves or may witness."""
        return self.filter(unit__in=_witnessing(user))

    def open(self) -> "DestructionListQuerySet":
        return self.filter(state__in=OPEN)

    def waiting_for(self, user: Any) -> "DestructionListQuerySet":
        """Those that the person can take a step further; none with a blocked paper, which nobody can."""
        approving = Q(unit__in=units_where(user, Right.APPROVE_DESTRUCTION), state__in=("drawn", "seconded"))
        approving &= ~Q(drawn_by=user.pk) & (Q(first_by=None) | ~Q(first_by=user.pk))
        witnessing = Q(unit__in=_witnessing(user), state="approved")
        witnessing &= Q(witness=None) | ~Q(witness=user.pk)
        blocked = DestructionLine.objects.filter(sheet=OuterRef("pk"), holding__circular__in=shut_circulars())
        return self.filter(approving | witnessing).exclude(Exists(blocked))


class DestructionList(models.Model):
    """One list with its number in the unit's year."""

    class State(models.TextChoices):
        DRAWN = "drawn", "待批准"
        SECONDED = "seconded", "待第二人批准"
        APPROVED = "approved", "待销毁"
        DONE = "done", "已销毁"
        REFUSED = "refused", "不同意销毁"

    # What was refused or done stays so; another list is drawn up.
    MOVES = {
        State.DRAWN: {State.SECONDED, State.REFUSED},
        State.SECONDED: {State.APPROVED, State.REFUSED},
        State.APPROVED: {State.DONE, State.REFUSED},
    }

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="destruction_lists", verbose_name="单位")
    year = models.PositiveSmallIntegerField("年份")
    sequence = models.PositiveIntegerField("序号")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.DRAWN)
    reason = models.CharField("销毁理由", max_length=LONGEST_OPINION)
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="编制人")
    drawn_at = models.DateTimeField("编制时间")
    first_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="第一批准人"
    )
    first_at = models.DateTimeField("第一人批准时间", null=True)
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="第二批准人"
    )
    second_at = models.DateTimeField("第二人批准时间", null=True)
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="不同意人"
    )
    refused_at = models.DateTimeField("不同意时间", null=True)
    refused_why = models.CharField("不同意的理由", max_length=LONGEST_OPINION, blank=True, db_default="")
    witness = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="第一监销人"
    )
    witnessed_at = models.DateTimeField("第一监销人确认时间", null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="第二监销人"
    )
    done_at = models.DateTimeField("销毁时间", null=True)

    objects = DestructionListQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "销毁清册"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["unit", "year", "sequence"], name="one_destruction_list_of_a_number"),
            models.CheckConstraint(
                condition=Q(first_by=None) | ~Q(first_by=F("drawn_by")), name="destruction_not_by_its_proposer"
            ),
            models.CheckConstraint(
                condition=Q(second_by=None)
                | (Q(first_by__isnull=False) & ~Q(second_by=F("first_by")) & ~Q(second_by=F("drawn_by"))),
                name="destruction_approved_by_two",
            ),
            models.CheckConstraint(
                condition=Q(done_by=None) | (Q(witness__isnull=False) & ~Q(done_by=F("witness"))),
                name="destruction_seen_by_two",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "done"]) | Q(second_by__isnull=False, second_at__isnull=False),
                name="destruction_not_before_approval",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(done_by__isnull=False, done_at__isnull=False),
                name="destruction_done_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | Q(refused_by__isnull=False, refused_why__gt=""),
                name="destruction_refused_has_reason",
            ),
        ]
        indexes = [models.Index(fields=["unit", "-drawn_at"], name="destruction_of_a_unit")]

    def __str__(self) -> str:
        return f"销毁清册〔{self.year}〕{self.sequence}号"


OPEN = (DestructionList.State.DRAWN, DestructionList.State.SECONDED, DestructionList.State.APPROVED)


class DestructionLineQuerySet(models.QuerySet["DestructionLine"]):
    def legible(self) -> "DestructionLineQuerySet":
        """With title and number; of a blocked paper nothing is listed."""
        rows = self.exclude(holding__circular__in=shut_circulars())
        return rows.select_related("holding__circular", "appraisal__by").order_by("pk")


class DestructionLine(models.Model):
    """One paper of a list, with the appraisal that put it there."""

    sheet = models.ForeignKey(DestructionList, models.PROTECT, related_name="lines", verbose_name="销毁清册")
    holding = models.ForeignKey(Holding, models.PROTECT, related_name="destruction_lines", verbose_name="存档公文")
    appraisal = models.ForeignKey(Appraisal, models.PROTECT, related_name="+", verbose_name="鉴定")

    objects = DestructionLineQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "销毁清册所列公文"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["sheet", "holding"], name="listed_for_destruction_once")]

    def __str__(self) -> str:
        return f"{self.sheet} {self.holding}"
