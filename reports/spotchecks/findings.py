"""抽查结果: what was found at a unit is entered once, and put right by another entry with its reason (Articles 6, 18 and 28)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.overseeing import overseen
from accounts.roles import Right
from circulars.reasons import said_in
from cms import ledger
from cms.lifecycles import OutOfOrder
from cms.unmarked import refuse_marked_fields
from reports.deeds import Deed
from reports.spotchecks.record import LONGEST_REMARK, SpotFinding, SpotUnit


@dataclass(frozen=True)
class Found:
    """What somebody says of one point."""

    kind: str
    is_good: bool
    who: str
    found_at: datetime
    remark: str = ""


@transaction.atomic
def enter_finding(of: SpotUnit, found: Found, *, by: Any, at: datetime) -> SpotFinding:
    """The finding is on record. Raises ``PermissionDenied``, ``OutOfOrder`` when this point has one, and ``ValidationError`` where it makes no sense."""
    of = _mine(of, found, by, at)
    if SpotFinding.objects.filter(of=of, kind=found.kind).exists():
        raise OutOfOrder(
            f"{of.name}的{SpotFinding.Kind(found.kind).label}已经登记过，没有重复登记；登记错了的，请更正。"
        )
    return _keep(of, found, Deed.SPOT_FINDING_ENTERED, by=by, at=at)


@transaction.atomic
def correct_finding(wrong: SpotFinding, found: Found, *, reason: str, by: Any, at: datetime) -> SpotFinding:
    """The point says this instead; what stood before stays to be read.

    Raises as ``enter_finding`` does, ``ValidationError`` without a reason, and ``OutOfOrder`` when another has put it right already.
    """
    of = _mine(wrong.of, found, by, at)
    if SpotFinding.objects.filter(replaces=wrong).exists():
        raise OutOfOrder("这项结果已经更正过，请看新的一条。")
    reason = said_in(reason, "reason", "请写明更正的理由", longest=LONGEST_REMARK)
    return _keep(of, found, Deed.SPOT_FINDING_CORRECTED, wrong=wrong, reason=reason, by=by, at=at)


def faults_of(unit: SpotUnit, standing: "list[SpotFinding]") -> list[str]:
    """All that is not in order there, in words: what the system saw and what people found."""
    typed = [
        f"{each.get_kind_display()}{each.word}{f'（{each.remark}）' if each.remark else ''}"
        for each in standing
        if not each.is_good
    ]
    return [*unit.faults, *typed]


def _mine(of: SpotUnit, found: Found, by: Any, at: datetime) -> SpotUnit:
    """The row, locked, once everything typed makes sense."""
    area = of.draw.check_drawn.area
    if not overseen(by, Right.INSPECT).covers(area.pk):
        raise PermissionDenied(f"抽查结果由{area.secretariat}和值班员登记。")
    of = SpotUnit.objects.select_for_update().get(pk=of.pk)
    wrong = {}
    if found.kind not in SpotFinding.Kind.values:
        wrong["kind"] = "请选择查看的项目。"
    if found.is_good and not found.who.strip():
        wrong["who"] = "请写明谁接的电话、谁在场。"
    if not of.draw.drawn_at.replace(second=0, microsecond=0) <= found.found_at <= at:
        wrong["found_at"] = "查看时间须在抽取之后，且不晚于现在。"
    if not found.is_good and found.kind == SpotFinding.Kind.DIARY and not found.remark.strip():
        wrong["remark"] = "请写明缺哪些记录。"
    if wrong:
        raise ValidationError(wrong)
    refuse_marked_fields(who=found.who, remark=found.remark)
    return of


def _keep(
    of: SpotUnit, found: Found, deed: str, *, wrong: SpotFinding | None = None, reason: str = "", by: Any, at: datetime
) -> SpotFinding:
    row = SpotFinding.objects.create(
        of=of,
        kind=found.kind,
        is_good=found.is_good,
        who=found.who.strip()[:40],
        found_at=found.found_at,
        remark=found.remark.strip()[:LONGEST_REMARK],
        entered_by=by,
        entered_at=at,
        replaces=wrong,
        reason=reason,
    )
    ledger.enter(deed, subject=ledger.subject_of(row), by=by, at=at, unit=of.unit_id, facts=facts_of(row))
    return row


def facts_of(row: SpotFinding) -> dict[str, Any]:
    """What the ledger says of a finding."""
    facts = {"of": row.of_id, "kind": row.kind, "is_good": row.is_good, "who": row.who, "found_at": row.found_at}
    if row.replaces_id:
        facts |= {"replaces": row.replaces_id, "reason": row.reason}
    return facts | {"remark": row.remark}
