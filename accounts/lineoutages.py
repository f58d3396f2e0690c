"""线路中断: when a line went down, by when it must be back and when it was (Articles 8(1) and 16).

It is reported by ``accounts.linereports``; the sums are plain functions in ``accounts.lines``; ``accounts.linewatch`` warns of the twelfth hour.
Each act is decided with the line's row locked, so that a line is never down twice at once.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.deeds import Deed
from accounts.faults import Fault
from accounts.lineregister import Line, concerned
from accounts.lines import Outage
from accounts.overseeing import overseen
from accounts.roles import Right, may, units_where
from cms import ledger
from cms.lifecycles import OutOfOrder, move
from cms.limits import line_restore_due, when
from cms.messages import tell
from cms.ruleversions import RuleVersion
from cms.unmarked import refuse_marked_fields

LONGEST_TEXT = 200


class LineOutageQuerySet(models.QuerySet["LineOutage"]):
    def for_person(self, user: Any) -> "LineOutageQuerySet":
        """Those of the lines that the person may see; one question with ``Line.objects.for_person``."""
        inspected = overseen(user, Right.INSPECT)
        if inspected.every or may(user, Right.OPERATE):
            return self.all()
        own = Q(line__unit__in=units_where(user, Right.READ)) | inspected.units("line__unit")
        return self.filter(own | Q(line__carrier__unit__in=units_where(user, Right.SERVE)))

    def open(self) -> "LineOutageQuerySet":
        """Those of which nobody has said yet when the line was back."""
        return self.filter(state=LineOutage.State.DOWN)

    def standing(self) -> "LineOutageQuerySet":
        """Those that were not struck out."""
        return self.exclude(state=LineOutage.State.STRUCK_OUT)

    def touching(self, starts_at: datetime, ends_at: datetime | None) -> "LineOutageQuerySet":
        """Those that share a moment with the stretch; what has no end lasts on."""
        found = self.standing().filter(Q(up_at=None) | Q(up_at__gt=starts_at))
        return found if ends_at is None else found.filter(down_at__lt=ends_at)


class LineOutage(models.Model):
    """That one line was interrupted from one moment to another, who said so, and by when it had to be back."""

    class State(models.TextChoices):
        DOWN = "down", "中断中"
        RESTORED = "restored", "已恢复"
        STRUCK_OUT = "struck_out", "已撤销"

    MOVES = {
        State.DOWN: {State.RESTORED, State.STRUCK_OUT},
        State.RESTORED: {State.STRUCK_OUT},  # it turned out that the line was never down
    }

    line = models.ForeignKey(Line, models.PROTECT, related_name="outages", verbose_name="线路")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.DOWN)
    down_at = models.DateTimeField("中断时间")
    up_at = models.DateTimeField("恢复时间", null=True)
    due_at = models.DateTimeField("应恢复时间")
    rules = models.ForeignKey(RuleVersion, models.PROTECT, related_name="+", verbose_name="规则版次")
    cause = models.CharField("情况", max_length=LONGEST_TEXT)
    fault = models.ForeignKey(Fault, models.PROTECT, null=True, related_name="line_outages", verbose_name="故障报告")
    reported_at = models.DateTimeField("报告时间")
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="报告人")
    up_entered_at = models.DateTimeField("填报恢复的时间", null=True)
    up_entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="填报恢复的人"
    )
    is_corrected = models.BooleanField("时间经更正", default=False)

    objects = LineOutageQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "线路中断"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["line"], condition=Q(state="down"), name="line_is_down_once"),
            models.CheckConstraint(
                condition=Q(state="down", up_at=None)
                | Q(state="restored", up_at__isnull=False, up_at__gt=F("down_at"), up_entered_at__isnull=False)
                | Q(state="struck_out"),
                name="line_outage_has_its_times",
            ),
            models.CheckConstraint(
                condition=Q(down_at__lte=F("reported_at"), due_at__gt=F("down_at")), name="line_outage_is_in_order"
            ),
        ]
        indexes = [
            models.Index(fields=["line", "down_at"], name="line_outage_line"),
            models.Index(fields=["due_at"], name="line_outage_open", condition=Q(state="down")),
        ]

    def __str__(self) -> str:
        return f"{self.line}的中断"

    def until(self, now: datetime) -> Outage:
        """The interruption as the sums take it: one that lasts counts until now."""
        return Outage(self.down_at, self.up_at or max(now, self.down_at))

    def is_too_long(self, now: datetime) -> bool:
        """Whether it was not back by its due time; restored at the very minute is in time."""
        return self.state != self.State.STRUCK_OUT and (self.up_at or now) > self.due_at

    def sentence(self, now: datetime) -> str:
        return self.until(now).sentence(self.rules.rule_set)

    def may_be_ended_by(self, user: Any) -> bool:
        return may(user, Right.OPERATE) or self.line.is_served_by(user)

    @transaction.atomic
    def restore(self, *, up_at: datetime, by: Any, at: datetime) -> None:
        """The line was back at this moment.

        Raises ``PermissionDenied`` for who neither runs the platform nor serves the carrier, ``OutOfOrder`` when it was said before and
        ``ValidationError`` for a moment before the interruption or still to come.
        """
        self._lock()
        if not self.may_be_ended_by(by):
            raise PermissionDenied("线路恢复由运营商或者市网信办填报。")
        if self.state != self.State.DOWN:
            raise OutOfOrder(f"这次中断{self.get_state_display()}，没有重复填报。")
        if not self.down_at < up_at <= at:
            raise ValidationError({"up_at": "恢复时间须晚于中断时间，且不晚于现在。"})
        facts = {"down_at": self.down_at, "up_at": up_at, "due_at": self.due_at}
        said: dict[str, Any] = {"up_at": up_at, "up_entered_at": at, "up_entered_by": by}
        move(self, self.State.RESTORED, Deed.LINE_UP, by=by, at=at, unit=self.line.unit_id, facts=facts, **said)
        self.tell_all(
            f"line-up:{self.pk}", f"{self.line}已填报恢复：{self.sentence(at)}如与实际不符，请联系市网信办。", by, at
        )

    @transaction.atomic
    def correct(self, *, down_at: datetime, up_at: datetime | None, reason: str, by: Any, at: datetime) -> None:
        """The times are these; what stood there before and the reason stay in the ledger.

        Raises ``PermissionDenied`` for anybody but the network office, ``OutOfOrder`` when it was struck out or nothing differs, and
        ``ValidationError`` for times that cannot be or share a moment with another interruption of the line.
        """
        self._lock()
        reason = _only_by_the_office(by, reason)
        if self.state == self.State.STRUCK_OUT:
            raise OutOfOrder("这条中断记录已经撤销，不能更正。")
        if (up_at is None) != (self.state == self.State.DOWN):
            raise ValidationError({"up_at": "还没有恢复的不填恢复时间，已经恢复的须填写。"})
        if (down_at, up_at) == (self.down_at, self.up_at):
            raise OutOfOrder("填写的时间与现在的记录相同，没有更正。")
        refuse_times(self.line, down_at, up_at, reported_at=self.reported_at, at=at, but=self.pk)
        rules, due_at = due_of(self.line, down_at)
        before = {"down_at": self.down_at, "up_at": self.up_at}
        self.down_at, self.up_at, self.due_at, self.rules, self.is_corrected = down_at, up_at, due_at, rules, True
        self.save(update_fields=["down_at", "up_at", "due_at", "rules", "is_corrected"])
        ledger.enter(
            Deed.LINE_OUTAGE_CORRECTED,
            subject=ledger.subject_of(self),
            by=by,
            at=at,
            unit=self.line.unit_id,
            facts={"before": before, "after": {"down_at": down_at, "up_at": up_at}, "reason": reason},
        )
        self.tell_all(f"line-corrected:{self.pk}:{at.timestamp()}", f"{self.line}的中断时间已更正：{reason}", by, at)

    @transaction.atomic
    def strike_out(self, *, reason: str, by: Any, at: datetime) -> None:
        """The line was not down at all: the record counts for nothing any more and stays to be read."""
        self._lock()
        reason = _only_by_the_office(by, reason)
        if self.state == self.State.STRUCK_OUT:
            raise OutOfOrder("这条中断记录已经撤销，没有重复办理。")
        facts = {"down_at": self.down_at, "up_at": self.up_at, "reason": reason}
        deed = Deed.LINE_OUTAGE_STRUCK_OUT
        move(self, self.State.STRUCK_OUT, deed, by=by, at=at, unit=self.line.unit_id, facts=facts)
        self.tell_all(f"line-struck-out:{self.pk}", f"{self.line}的中断记录已撤销：{reason}", by, at)

    def _lock(self) -> None:
        """The line's row is ours until the act is over, and this one is as it stands now."""
        Line.objects.select_for_update().get(pk=self.line_id)
        self.refresh_from_db()

    def tell_all(self, key: str, text: str, by: Any, at: datetime) -> None:
        """Network office, carrier and the unit's clerks know, but for the one who did it."""
        people = concerned(self.line) - {by.pk}
        tell(people, key=key, text=text, link=reverse("accounts:line_outage", args=[self.pk]), at=at)


def refuse_times(
    line: Line,
    down_at: datetime,
    up_at: datetime | None,
    *,
    reported_at: datetime,
    at: datetime,
    but: int | None = None,
) -> None:
    """Raises ``ValidationError`` when the line cannot have been down then; ``but`` is the record that is being put right."""
    if down_at > min(at, reported_at):
        said = "中断时间不能晚于现在。" if down_at > at else f"中断时间不能晚于报告的时间（{when(reported_at)}）。"
        raise ValidationError({"down_at": said})
    if up_at is not None and not down_at < up_at <= at:
        raise ValidationError({"up_at": "恢复时间须晚于中断时间，且不晚于现在。"})
    days = {timezone.localdate(moment) for moment in (down_at, up_at or down_at)}
    if not all(map(line.is_in_force, days)):
        until = f"，{line.until:%Y-%m-%d}停用" if line.until else ""
        raise ValidationError({"down_at": f"这条线路{line.since:%Y-%m-%d}启用{until}，时间不在其间，请核对。"})
    others = line.outages.touching(down_at, up_at).order_by("down_at")
    other = (others if but is None else others.exclude(pk=but)).first()
    if other is not None:
        ended = f"至{when(other.up_at)}" if other.up_at else "起"
        raise ValidationError({"down_at": f"与{when(other.down_at)}{ended}的中断在时间上重叠，请先核对记录。"})


def due_of(line: Line, down_at: datetime) -> tuple[RuleVersion, datetime]:
    """The version of the rule by which a line that went down then is due back, and when that is."""
    version = RuleVersion.objects.in_force(line.unit.area, down_at)
    return version, line_restore_due(down_at, version.rule_set).at


def _only_by_the_office(by: Any, reason: str) -> str:
    """The reason as it is kept; raises ``PermissionDenied`` for anybody but the network office, ``ValidationError`` without a reason."""
    if not may(by, Right.OPERATE):
        raise PermissionDenied("中断记录由市网信办更正。")
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": "请写明理由。"})
    refuse_marked_fields(reason=reason)
    return reason[:LONGEST_TEXT]
