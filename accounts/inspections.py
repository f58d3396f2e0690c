"""线路巡检: what the carrier reports of each line for each quarter, and which report is missing or came late (Articles 8(1) and 16).

A report is a fact and never changed: one that was wrong is followed by another, with the reason. When the first came in decides whether it was
in time. One report, with its number or its file, may speak of many lines.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from accounts.deeds import Deed
from accounts.holders import holders, holders_of
from accounts.lineregister import Line, LineQuerySet
from accounts.overseeing import overseen
from accounts.providers import Provider
from accounts.roles import Right, may, units_where
from cms import ledger
from cms.areas import Area
from cms.attachments import Attachment
from cms.lifecycles import OutOfOrder
from cms.limits import line_report_due
from cms.messages import tell
from cms.offices import office_of
from cms.quarters import Quarter
from cms.ruleversions import NoRules, RuleVersion
from cms.unmarked import refuse_marked_fields
from cms.workdays import ZONE, CalendarMissing


class LineInspectionQuerySet(models.QuerySet["LineInspection"]):
    def for_person(self, user: Any) -> "LineInspectionQuerySet":
        """Those of the lines that the person may see."""
        inspected = overseen(user, Right.INSPECT)
        if inspected.every or may(user, Right.OPERATE):
            return self.all()
        own = Q(line__unit__in=units_where(user, Right.READ)) | inspected.units("line__unit")
        return self.filter(own | Q(line__carrier__unit__in=units_where(user, Right.SERVE)))

    def of(self, quarter: Quarter) -> "LineInspectionQuerySet":
        return self.filter(year=quarter.year, quarter=quarter.number)

    def standing(self) -> "LineInspectionQuerySet":
        """Those that no later report puts right."""
        return self.filter(put_right=None)


class LineInspection(models.Model):
    """What was found on one line in one quarter, as it was reported to the network office."""

    class Result(models.TextChoices):
        GOOD = "good", "正常"
        MENDED = "mended", "有问题，已处理"
        WAITING = "waiting", "有问题，待处理"

    line = models.ForeignKey(Line, models.PROTECT, related_name="inspections", verbose_name="线路")
    year = models.PositiveSmallIntegerField("年份")
    quarter = models.PositiveSmallIntegerField("季度")
    inspected_on = models.DateField("巡检日期")
    result = models.CharField("结果", max_length=10, choices=Result.choices)
    remark = models.CharField("说明", max_length=300, blank=True)
    number = models.CharField("报告编号", max_length=60, blank=True)
    file = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+", verbose_name="报告文件")
    file_name = models.CharField("文件名", max_length=120, blank=True)
    due_at = models.DateTimeField(
        "应报送时间", null=True
    )  # unknown while the year's calendar is missing: then not late
    first_filed_at = models.DateTimeField("首次报送时间")
    filed_at = models.DateTimeField("报送时间")
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="报送人")
    is_by_carrier = models.BooleanField("运营商报送")
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="put_right", verbose_name="更正的报告"
    )
    reason = models.CharField("更正理由", max_length=200, blank=True)

    objects = LineInspectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "线路巡检报告"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["line", "year", "quarter"], condition=Q(replaces=None), name="inspection_once_a_quarter"
            ),
            models.CheckConstraint(condition=Q(quarter__gte=1, quarter__lte=4), name="inspection_of_a_quarter"),
            models.CheckConstraint(condition=~Q(number="", file=None), name="inspection_has_its_report"),
            models.CheckConstraint(
                condition=Q(replaces=None, reason="", first_filed_at=F("filed_at"))
                | Q(~Q(reason=""), replaces__isnull=False, first_filed_at__lte=F("filed_at")),
                name="inspection_put_right_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line}{self.of_quarter.label}巡检报告"

    @property
    def of_quarter(self) -> Quarter:
        return Quarter(self.year, self.quarter)

    @property
    def is_late(self) -> bool:
        return self.due_at is not None and self.first_filed_at > self.due_at


@dataclass(frozen=True)
class Finding:
    """What a report says, whichever lines it speaks of."""

    inspected_on: date
    result: str
    remark: str = ""
    number: str = ""
    file: Attachment | None = None
    file_name: str = ""


def report_due(quarter: Quarter, area: Area) -> datetime | None:
    """By when the reports of the quarter are due by the rule in force on its last day; None while rule or calendar of the year are not there."""
    try:
        rules = RuleVersion.objects.in_force(area, datetime.combine(quarter.last, time(), ZONE)).rule_set
        return line_report_due(quarter, office_of(area), rules).at
    except (CalendarMissing, NoRules):
        return None


def owing(lines: LineQuerySet, quarter: Quarter) -> LineQuerySet:
    """Those of the lines for which the quarter asks a report. Our reading: those that are let on its last day."""
    return lines.in_force(quarter.last, quarter.last)


def reported(quarter: Quarter) -> Exists:
    """Whether there is a report of the quarter for the line of the query."""
    return Exists(LineInspection.objects.of(quarter).filter(line=OuterRef("pk")))


@transaction.atomic
def file_inspections(lines: Collection[int], quarter: Quarter, finding: Finding, *, by: Any, at: datetime) -> int:
    """Each of these lines has its report of the quarter, in time or late; returns how many.

    The network office and the carriers' people file. Raises ``PermissionDenied`` for a line that is not theirs, and ``ValidationError`` when no
    line is named, one owes no report or has one, or the report itself makes no sense. Then nothing is filed.
    """
    found = list(Line.objects.filter(pk__in=lines).select_for_update().order_by("pk"))
    own = set(Line.objects.served_by(by).filter(pk__in=lines).values_list("pk", flat=True))
    if {line.pk for line in found} != set(lines) or own != set(lines):
        raise PermissionDenied("只能报送本单位线路的巡检报告。")
    if not found:
        raise ValidationError("请选择线路。")
    _refuse(finding, quarter, at)
    keys = {line.pk for line in found}
    if keys - set(owing(Line.objects.all(), quarter).filter(pk__in=keys).values_list("pk", flat=True)):
        raise ValidationError(f"选中的线路有{quarter.label}末不在用的，不必报送，请去掉。")
    if filed := LineInspection.objects.of(quarter).standing().filter(line__in=keys).count():
        raise ValidationError(
            f"选中的线路有 {filed} 条已经报送{quarter.label}巡检报告，没有重复报送；报错了的，在线路页更正。"
        )
    office, due_at = may(by, Right.OPERATE), report_due(quarter, Area.objects.home())
    LineInspection.objects.bulk_create(
        _row(line.pk, quarter, finding, due_at=due_at, is_by_carrier=not office, by=by, at=at) for line in found
    )
    ledger.enter(
        Deed.INSPECTION_FILED,
        subject=LineInspection._meta.label_lower,
        by=by,
        at=at,
        facts=_facts(quarter, finding)
        | {"count": len(keys), "list_digest": ledger.digest_of_keys(keys), "due_at": due_at},
    )
    text = f"{by}报送了{len(found)}条线路的{quarter.label}巡检报告。"
    _tell({line.carrier_id for line in found}, f"inspection-filed:{quarter}", text, quarter, by=by, at=at)
    return len(found)


@transaction.atomic
def correct_inspection(
    wrong: LineInspection, finding: Finding, *, reason: str, by: Any, at: datetime
) -> LineInspection:
    """The line's report of the quarter says this instead; the one before stays to be read, and its hour of filing counts.

    Raises ``PermissionDenied`` for who may not file for the line, ``OutOfOrder`` when another has put it right already and ``ValidationError``
    as filing does, and without a reason.
    """
    line, quarter = Line.objects.select_for_update().get(pk=wrong.line_id), wrong.of_quarter
    if not Line.objects.served_by(by).filter(pk=line.pk).exists():
        raise PermissionDenied("只能更正本单位线路的巡检报告。")
    if LineInspection.objects.filter(replaces=wrong).exists():
        raise OutOfOrder("这份报告已经更正过，请看新的一份。")
    if not reason.strip():
        raise ValidationError({"reason": "请写明更正的理由。"})
    refuse_marked_fields(reason=reason)
    _refuse(finding, quarter, at)
    row = _row(line.pk, quarter, finding, due_at=wrong.due_at, is_by_carrier=not may(by, Right.OPERATE), by=by, at=at)
    row.replaces, row.reason, row.first_filed_at = wrong, reason.strip()[:200], wrong.first_filed_at
    row.save(force_insert=True)
    ledger.enter(
        Deed.INSPECTION_CORRECTED,
        subject=ledger.subject_of(row),
        by=by,
        at=at,
        unit=line.unit_id,
        facts=_facts(quarter, finding) | {"replaces": wrong.pk, "reason": row.reason},
    )
    text = f"{by}更正了{row.line}的{quarter.label}巡检报告：{row.reason}"
    _tell({line.carrier_id}, f"inspection-corrected:{wrong.pk}", text, quarter, by=by, at=at)
    return row


def _tell(carriers: set[int], key: str, text: str, quarter: Quarter, *, by: Any, at: datetime) -> None:
    """The network office and the carriers' people know, but for the one who did it."""
    units = Provider.objects.filter(pk__in=carriers).values_list("unit", flat=True)
    people = {person for person, _ in holders_of(Right.SERVE, set(units))}
    people |= set(holders(Right.OPERATE).values_list("user_id", flat=True))
    link = f"{reverse('accounts:inspections')}?quarter={quarter}"
    tell(people - {by.pk}, key=f"{key}:{by.pk}:{at.timestamp()}", text=text, link=link, at=at)


def _refuse(finding: Finding, quarter: Quarter, at: datetime) -> None:
    today = timezone.localdate(at)
    if quarter.first > today:
        raise ValidationError(f"{quarter.label}还没有到，不能报送。")
    if not quarter.first <= finding.inspected_on <= today:
        raise ValidationError({"inspected_on": f"巡检日期须在{quarter.first:%Y-%m-%d}之后，且不晚于今天。"})
    if finding.result != LineInspection.Result.GOOD and not finding.remark.strip():
        raise ValidationError({"remark": "有问题的，请写明是什么问题、怎样处理。"})
    if not finding.number.strip() and finding.file is None:
        raise ValidationError({"number": "请填写报告编号，或者上传报告文件。"})
    refuse_marked_fields(remark=finding.remark, number=finding.number)


def _row(
    line: int,
    quarter: Quarter,
    finding: Finding,
    *,
    due_at: datetime | None,
    is_by_carrier: bool,
    by: Any,
    at: datetime,
) -> LineInspection:
    return LineInspection(
        line_id=line,
        year=quarter.year,
        quarter=quarter.number,
        inspected_on=finding.inspected_on,
        result=LineInspection.Result(finding.result),
        remark=finding.remark.strip()[:300],
        number=finding.number.strip()[:60],
        file=finding.file,
        file_name=finding.file_name if finding.file else "",
        due_at=due_at,
        first_filed_at=at,
        filed_at=at,
        filed_by=by,
        is_by_carrier=is_by_carrier,
    )


def _facts(quarter: Quarter, finding: Finding) -> dict[str, Any]:
    return {
        "quarter": str(quarter),
        "inspected_on": str(finding.inspected_on),
        "result": str(finding.result),
        "number": finding.number,
        "file": finding.file.digest if finding.file else None,
    }
