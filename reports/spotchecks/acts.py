"""抽查的安排和抽取: a check is asked for, drawn in its moment, or called off (Articles 6 and 28).

The seed is made in the act that uses it and is entered with it. Nobody can choose it, nobody can throw a draw away: who draws again has two
checks on record.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.overseeing import overseen, overseers
from accounts.roles import Right
from accounts.units import Category, UnitQuerySet
from circulars.reasons import said_in
from cms import ledger
from cms.areas import Area
from cms.lifecycles import OutOfOrder, move
from cms.messages import tell
from reports.deeds import Deed
from reports.drawing import ALGORITHM, digest_of_population, drawn, in_canonical_order, new_seed
from reports.presence import on_duty
from reports.spotchecks.record import LONGEST_PURPOSE, LONGEST_REMARK, MOST_UNITS, SpotCheck, SpotDraw, SpotUnit
from reports.spotchecks.seen import seen


def population(area: Area, category: str = "") -> UnitQuerySet:
    """Out of whom is drawn: the connected units of the area that run their own desk, of one category or of all."""
    units = on_duty().filter(area=area)
    return units.filter(category=category) if category else units


@transaction.atomic
def plan(
    n: int,
    *,
    area: Area,
    category: str = "",
    purpose: str,
    planned_for: datetime | None = None,
    key: UUID,
    by: Any,
    at: datetime,
) -> SpotCheck:
    """The check waits for its moment; without one it is drawn now. The same ``key`` again is the same check.

    Raises ``PermissionDenied`` without the right to inspect, ``ValidationError`` for a number that the population does not have, without a
    purpose, or for a moment that has gone by.
    """
    if not overseen(by, Right.INSPECT).covers(area.pk):
        raise PermissionDenied("只能在本辖区的单位里抽查。")
    Area.objects.select_for_update().get(pk=area.pk)  # one after the other: the second press finds the first
    if before := SpotCheck.objects.filter(key=key, planned_by=by).first():
        return before
    purpose = said_in(purpose, "purpose", "请写明抽查事由", longest=LONGEST_PURPOSE)
    if category and category not in Category.values:
        raise ValidationError({"category": "请选择列出的类别。"})
    there = population(area, category).count()
    if not there:
        raise ValidationError({"category": "这一类别没有已接入的单位，没有可抽查的。"})
    if not 1 <= n <= min(there, MOST_UNITS):
        raise ValidationError({"n": f"这个范围有 {there} 家单位，抽取家数须在 1 至 {min(there, MOST_UNITS)} 之间。"})
    if planned_for is not None and planned_for <= at:
        raise ValidationError({"planned_for": "抽查时间须在现在以后；马上抽取的不填时间。"})
    check = SpotCheck.objects.create(
        area=area,
        category=category,
        asked=n,
        purpose=purpose,
        planned_for=planned_for or at,
        planned_by=by,
        planned_at=at,
        key=key,
    )
    check.refresh_from_db()
    ledger.enter(
        Deed.SPOT_CHECK_PLANNED, subject=ledger.subject_of(check), by=by, at=at, facts=facts_planned(check)
    )  # fmt: skip
    if planned_for is None:
        draw(check, by=by, at=at)
    return check


def facts_planned(check: SpotCheck) -> dict[str, Any]:
    """What the ledger says of a check that was asked for."""
    asked = {"area": check.area.code, "category": check.category, "units": check.asked}
    return {**asked, "for": check.planned_for, "purpose": check.purpose}


@transaction.atomic
def draw(check: SpotCheck, *, by: Any, at: datetime) -> SpotDraw:
    """The units are drawn from the population of this moment, and what the system sees of each is on record.

    ``by`` is nobody when the planned moment has come. Raises ``PermissionDenied`` for who may not inspect, ``OutOfOrder`` when it is drawn
    or called off already, or nobody is left to draw from.
    """
    if by is not None:
        _refuse_strangers(by, check.area)
    units = {unit.code: unit for unit in population(check.area, check.category)}
    if not units:
        raise OutOfOrder("这个范围现在没有已接入的单位，不能抽取；请取消这次抽查。")
    codes, seed = in_canonical_order(units), new_seed()
    taken = drawn(seed, codes, check.asked)
    facts: dict[str, Any] = {
        "seed": seed,
        "algorithm": ALGORITHM,
        "population": digest_of_population(codes),
        "of": len(codes),
        "asked": check.asked,
        "drawn": taken,
    }
    move(check, SpotCheck.State.DRAWN, Deed.SPOT_CHECK_DRAWN, by=by, at=at, facts=facts)
    made = SpotDraw.objects.create(
        check_drawn=check,
        seed=seed,
        algorithm=ALGORITHM,
        population=codes,
        digest=facts["population"],
        drawn_at=at,
        drawn_by=by,
    )
    found = seen([units[code].pk for code in taken], area=check.area, at=at)
    SpotUnit.objects.bulk_create(
        SpotUnit(
            draw=made,
            ordinal=ordinal,
            unit=units[code],
            code=code,
            name=units[code].short_name,
            presence=found[units[code].pk].presence,
            looked_in_at=found[units[code].pk].looked_in_at,
            open_receipts=found[units[code].pk].open_receipts,
            overdue_receipts=found[units[code].pk].overdue_receipts,
        )
        for ordinal, code in enumerate(taken, 1)
    )
    return made


@transaction.atomic
def call_off(check: SpotCheck, reason: str, *, by: Any, at: datetime) -> None:
    """It will not be drawn, and why stays on record. Raises ``PermissionDenied``, ``ValidationError`` without a reason, ``OutOfOrder`` once it is drawn."""
    _refuse_strangers(by, check.area)
    reason = said_in(reason, "reason", "请写明取消的原因", longest=LONGEST_REMARK)
    move(
        check,
        SpotCheck.State.CALLED_OFF,
        Deed.SPOT_CHECK_CALLED_OFF,
        by=by,
        at=at,
        facts={"reason": reason},
        called_off_why=reason,
    )


def sweep_spot_checks(at: datetime) -> None:
    """Checks whose moment has come are drawn, each for itself, and who inspects is told; once, too, where nobody is left to draw from."""
    for check in SpotCheck.objects.filter(state=SpotCheck.State.PLANNED, planned_for__lte=at).select_related("area"):
        try:
            with transaction.atomic():
                made = draw(check, by=None, at=at)
                said = f"定时抽查已抽取 {made.units.count()} 家单位（{check.purpose}），请打电话查看并登记结果。"
                _tell(check, said, at)
        except OutOfOrder:
            if not population(check.area, check.category).exists():
                _tell(check, f"定时抽查没有可抽取的单位（{check.purpose}），请取消或者另行安排。", at)


def _tell(check: SpotCheck, said: str, at: datetime) -> None:
    """Who still inspects there of who planned it, and the secretariat; once."""
    people = overseers(Right.REPORT, check.area_id) | ({check.planned_by_id} & overseers(Right.INSPECT, check.area_id))
    tell(people, key=f"spot-check:{check.pk}", text=said, link=check.link, at=at)


def _refuse_strangers(by: Any, area: Area) -> None:
    if not overseen(by, Right.INSPECT).covers(area.pk):
        raise PermissionDenied(f"抽查由{area.secretariat}和值班员办理。")
