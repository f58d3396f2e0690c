"""归档范围和保管期限表: which papers of a unit are filed and for how long, as dated lines; the archivist decides (archive order no. 8).

Lines are asked in their order and the first that fits proposes. A unit without lines of its own goes by the usual ones.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q

from accounts.roles import Right, may
from accounts.units import Unit
from circulars.archive.retention import Term
from circulars.deeds import Deed
from circulars.layouts import Direction, DocumentType
from circulars.reasons import refuse_marks
from circulars.registration import Circular
from cms import ledger
from cms.lifecycles import OutOfOrder


class Origin(models.TextChoices):
    """Whose paper it is, seen from the unit that keeps it."""

    OWN = "own", "本单位制发"
    RECEIVED = "received", "收到的"


class Outcome(models.TextChoices):
    """What a line proposes: a term, or that the paper is not filed."""

    PERMANENT = Term.PERMANENT.value, Term.PERMANENT.label
    THIRTY_YEARS = Term.THIRTY_YEARS.value, Term.THIRTY_YEARS.label
    TEN_YEARS = Term.TEN_YEARS.value, Term.TEN_YEARS.label
    LEFT = "none", "不归档"


@dataclass(frozen=True)
class Rule:
    """One line of a scope list: what it asks of a paper, and what it proposes. What is empty fits anything."""

    origin: str
    outcome: str
    types: tuple[str, ...] = ()
    direction: str = ""
    words: tuple[str, ...] = ()

    def fits(self, circular: Circular, origin: str) -> bool:
        """Whether the line speaks of this paper, kept by a unit that issued it or got it."""
        return (
            self.origin == origin
            and (not self.types or circular.document_type in self.types)
            and (not self.direction or circular.direction == self.direction)
            and (not self.words or any(word in circular.title for word in self.words))
        )


_T = DocumentType
_GUIDING = (_T.RESOLUTION, _T.DECISION, _T.ORDER, _T.COMMUNIQUE, _T.PUBLIC_ANNOUNCEMENT, _T.PUBLIC_NOTICE, _T.OPINION)
# Our reading of archive order no. 8 for a unit that has set nothing: what it decided itself is kept for good, what others want done for ten
# years; what others sent to everybody and nobody has to handle is not filed (domain: archive order no. 8, art. 4).
USUAL: tuple[Rule, ...] = (
    Rule("own", "Y", _GUIDING),
    Rule("own", "Y", (_T.REPLY, _T.REQUEST, _T.MINUTES, _T.BILL)),
    Rule("own", "Y", words=("规定", "办法", "条例", "规划", "机构编制", "任免", "表彰")),
    Rule("own", "D30", (_T.REPORT, _T.BULLETIN, _T.LETTER)),
    Rule("own", "D10", words=("值班", "放假", "会议通知", "召开")),
    Rule("own", "D30"),
    Rule("received", "Y", (_T.REPLY,)),
    Rule("received", "Y", words=("机构编制", "任免", "表彰")),
    Rule("received", "none", (_T.NOTICE,), words=("放假", "值班", "会议通知", "召开", "转发学习")),
    Rule("received", "none", (_T.COMMUNIQUE, _T.PUBLIC_ANNOUNCEMENT, _T.PUBLIC_NOTICE, _T.BULLETIN)),
    Rule("received", "D30", (_T.DECISION, _T.ORDER, _T.REQUEST)),
    Rule("received", "D10"),
)
MOST_LINES = 60


class ScopeLineQuerySet(models.QuerySet["ScopeLine"]):
    def in_force(self, on: date) -> "ScopeLineQuerySet":
        """The lines that hold on this day, in the order in which they are asked."""
        return self.filter(Q(ends=None) | Q(ends__gt=on), begins__lte=on).order_by("place", "pk")


class ScopeLine(models.Model):
    """One line of a unit's scope list, from a day on and up to another; it is ended, never changed."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="scope_lines", verbose_name="单位")
    place = models.PositiveSmallIntegerField("次序")
    origin = models.CharField("来源", max_length=10, choices=Origin.choices)
    types = models.JSONField("文种", default=list)
    direction = models.CharField("行文方向", max_length=10, choices=Direction.choices, blank=True)
    words = models.JSONField("标题用语", default=list)
    outcome = models.CharField("保管期限", max_length=4, choices=Outcome.choices)
    begins = models.DateField("起用日期")
    ends = models.DateField("停用日期", null=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="设定人")
    entered_at = models.DateTimeField("设定时间")

    objects = ScopeLineQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "归档范围和保管期限表"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(ends=None) | Q(ends__gte=models.F("begins")), name="scope_line_ends_after_start"
            )
        ]
        indexes = [models.Index(fields=["unit", "place"], name="scope_of_a_unit")]

    def __str__(self) -> str:
        return f"{self.unit} 第 {self.place} 项"

    @property
    def rule(self) -> Rule:
        return Rule(self.origin, self.outcome, tuple(self.types), self.direction, tuple(self.words))


def rules_of(unit: int, on: date) -> tuple[Rule, ...]:
    """The lines by which the unit's papers are judged on this day."""
    return tuple(line.rule for line in ScopeLine.objects.in_force(on).filter(unit=unit)) or USUAL


def proposed(rules: Iterable[Rule], circular: Circular, origin: str) -> str:
    """What the first fitting line says; ten years where none fits, for what is filed by mistake can still be destroyed."""
    return next((rule.outcome for rule in rules if rule.fits(circular, origin)), Outcome.TEN_YEARS.value)


@transaction.atomic
def add_line(unit: Unit, rule: Rule, place: int, *, by: Any, at: datetime, on: date) -> ScopeLine:
    """The unit's list has one line more from this day on; where it had none of its own, the usual ones come first.

    Raises ``PermissionDenied`` without the right, ``ValidationError`` where the list is full or the line stands in it already.
    """
    _refuse_stranger(unit, by)
    refuse_marks(*rule.words)
    _hold(unit)
    mine = ScopeLine.objects.in_force(on).filter(unit=unit)
    if not mine.exists():
        _take_over_usual(unit, by=by, at=at, on=on)
    if mine.count() >= MOST_LINES:
        raise ValidationError(f"归档范围表最多 {MOST_LINES} 项，请先停用不需要的。")
    if any(line.rule == rule for line in mine):
        raise ValidationError("归档范围表里已有同样的一项。")
    mine.filter(place__gte=place).update(place=models.F("place") + 1)
    line = _line(unit, rule, place, by=by, at=at, on=on)
    line.save(force_insert=True)
    facts = {"line": line.pk, "origin": rule.origin, "outcome": rule.outcome, "place": place}
    ledger.enter(Deed.SCOPE_CHANGED, subject=ledger.subject_of(line), by=by, at=at, unit=unit.pk, facts=facts)
    return line


@transaction.atomic
def end_line(line: ScopeLine, *, by: Any, at: datetime, on: date) -> None:
    """The line proposes nothing from this day on; what was filed by it stays. Raises ``OutOfOrder`` when it was ended already."""
    _refuse_stranger(line.unit, by)
    if not ScopeLine.objects.filter(pk=line.pk, ends=None).update(ends=on):
        raise OutOfOrder("这一项已经停用，不需要再停。")
    line.ends = on
    facts = {"line": line.pk, "ends": on}
    ledger.enter(Deed.SCOPE_CHANGED, subject=ledger.subject_of(line), by=by, at=at, unit=line.unit_id, facts=facts)


def _take_over_usual(unit: Unit, *, by: Any, at: datetime, on: date) -> None:
    ScopeLine.objects.bulk_create(_line(unit, rule, place, by=by, at=at, on=on) for place, rule in enumerate(USUAL, 1))


def _line(unit: Unit, rule: Rule, place: int, *, by: Any, at: datetime, on: date) -> ScopeLine:
    return ScopeLine(
        unit=unit,
        place=place,
        origin=rule.origin,
        types=list(rule.types),
        direction=rule.direction,
        words=list(rule.words),
        outcome=rule.outcome,
        begins=on,
        entered_by=by,
        entered_at=at,
    )


def _hold(unit: Unit) -> None:
    """Two archivists of one unit change its list one after the other."""
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)


def _refuse_stranger(unit: Unit, by: Any) -> None:
    if not may(by, Right.KEEP_ARCHIVE, unit.pk):
        raise PermissionDenied(f"您没有“{unit}”的归档职责。")
