"""销毁: from the list over two approvals to the act before two witnesses, each a person of its own (2012 regulation art. 35).

What is refused gives every paper back to where it was. What is destroyed leaves a tombstone; the text goes when nobody keeps it any more
(``circulars.archive.releasing``).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.holders import people_with
from accounts.roles import Right, may
from accounts.units import Unit
from circulars.archive.appraisal import LONGEST_OPINION, latest_destroying
from circulars.archive.codes import DESTRUCTIONS, draw
from circulars.archive.destructionlists import WITNESSING, DestructionLine, DestructionList
from circulars.archive.holdings import Holding
from circulars.archive.releasing import release
from circulars.archive.tombstones import enter_destruction, raise_over
from circulars.deeds import Deed
from circulars.reasons import digest_of_reason, said_in
from circulars.secrecycases import refuse_blocked, shut_circulars, undecided_circulars
from cms import ledger
from cms.lifecycles import OutOfOrder, move, move_all
from cms.messages import tell

MOST = 300  # papers of one list
_State = DestructionList.State


@transaction.atomic
def draw_up(unit: Unit, holdings: Sequence[Holding], reason: str, *, by: Any, at: datetime) -> DestructionList:
    """These papers stand on the unit's next list, and who approves knows.

    Raises ``PermissionDenied`` without the right, ``ValidationError`` without a reason or papers, and ``OutOfOrder`` for a paper that was not
    appraised for destruction, stands on another open list or is blocked; then there is no list.
    """
    if not may(by, Right.KEEP_ARCHIVE, unit.pk):
        raise PermissionDenied(f"您没有“{unit}”的归档职责。")
    reason = said_in(reason, "reason", "请写明销毁理由", longest=LONGEST_OPINION)
    keys = {holding.pk for holding in holdings}
    if not 1 <= len(keys) <= MOST:
        raise ValidationError({"holdings": f"请勾选要销毁的公文，一份清册最多 {MOST} 件。"})
    locked = Holding.objects.filter(pk__in=keys, unit=unit).select_for_update(of=("self",)).order_by("pk")
    rows = list(locked.select_related("circular__page"))
    free = set(Holding.objects.filter(pk__in=keys).appraised().values_list("pk", flat=True))
    for row in rows:
        refuse_blocked(row.circular.page)
        if row.pk not in free:
            raise OutOfOrder(f"{row.circular.number} 没有作出销毁鉴定，或者已在别的清册上，没有编制清册。")
    if len(rows) != len(keys):
        raise OutOfOrder("所选的公文不都是本单位保管的，没有编制清册。")
    year = timezone.localdate(at).year
    sheet = DestructionList.objects.create(
        unit=unit, year=year, sequence=draw(unit.pk, year, DESTRUCTIONS), reason=reason, drawn_by=by, drawn_at=at
    )
    found = latest_destroying([row.pk for row in rows])
    DestructionLine.objects.bulk_create(
        DestructionLine(sheet=sheet, holding=row, appraisal=found[row.pk]) for row in rows
    )
    facts = {"number": str(sheet), "count": len(rows), "list_digest": ledger.digest_of_keys(keys)}
    _enter(sheet, Deed.DESTRUCTION_DRAWN, facts, by=by, at=at)
    _call(
        people_with(Right.APPROVE_DESTRUCTION, unit.pk) - {by.pk}, sheet, f"{sheet} 等您审批，共 {len(rows)} 件。", at
    )
    return sheet


@transaction.atomic
def approve(sheet: DestructionList, *, by: Any, at: datetime) -> None:
    """One more leader has approved; with the second the papers may be destroyed.

    Raises ``PermissionDenied`` without the right, for who drew the list up and for the same person again, and ``OutOfOrder`` when nothing is
    left to approve.
    """
    sheet = _approving(sheet, by)
    if sheet.state == _State.DRAWN:
        _move(sheet, _State.SECONDED, Deed.DESTRUCTION_APPROVED, by=by, at=at, first_by=by, first_at=at)
        others = people_with(Right.APPROVE_DESTRUCTION, sheet.unit_id) - {by.pk, sheet.drawn_by_id}
        _call(others, sheet, f"{by}已批准{sheet}，等另一位领导批准。", at)
        return
    if sheet.first_by_id == by.pk:
        raise PermissionDenied("您已经批准过，须由另一位领导批准。")
    _move(sheet, _State.APPROVED, Deed.DESTRUCTION_APPROVED, by=by, at=at, second_by=by, second_at=at)
    facts = {"list": str(sheet)}
    move_all(_holdings(sheet), Holding.State.APPROVED, Deed.HOLDINGS_APPROVED, by=by, at=at, facts=facts)
    _call({sheet.drawn_by_id}, sheet, f"{sheet} 已经两人批准，请由两人监销。", at)


@transaction.atomic
def refuse(sheet: DestructionList, why: str, *, by: Any, at: datetime) -> None:
    """The papers are kept as before, and who drew the list up knows why. Raises as ``approve`` does, ``ValidationError`` without a reason."""
    sheet = _approving(sheet, by)
    why = said_in(why, "why", "请写明不同意的理由", longest=LONGEST_OPINION)
    changes = {"refused_by": by, "refused_at": at, "refused_why": why}
    _move(sheet, _State.REFUSED, Deed.DESTRUCTION_REFUSED, by=by, at=at, said={"why": digest_of_reason(why)}, **changes)
    facts, rows = {"list": str(sheet)}, _holdings(sheet)
    filed, left = rows.filter(item__isnull=False), rows.filter(item=None)
    move_all(filed, Holding.State.FILED, Deed.HOLDINGS_KEPT, by=by, at=at, facts=facts)
    move_all(left, Holding.State.LEFT, Deed.HOLDINGS_KEPT, by=by, at=at, facts=facts)
    _call({sheet.drawn_by_id}, sheet, f"{by}不同意{sheet}：{why}", at)


@transaction.atomic
def witness(sheet: DestructionList, *, by: Any, at: datetime) -> bool:
    """One more person stands by (监销); with the second the papers are destroyed in the same act. Returns whether they are.

    Raises ``PermissionDenied`` for who serves the unit in no such post and for the same person again, ``OutOfOrder`` for a list that two have
    not approved, that is done, or of which a paper is blocked meanwhile.
    """
    if not any(may(by, right, sheet.unit_id) for right in WITNESSING):
        raise PermissionDenied(f"监销人须是“{sheet.unit}”的档案员、收发员或者领导。")
    sheet = _locked(sheet)
    if sheet.state != _State.APPROVED:
        raise OutOfOrder(f"{sheet} 是“{sheet.get_state_display()}”，不能监销。")
    if sheet.witness_id is None:
        DestructionList.objects.filter(pk=sheet.pk).update(witness=by, witnessed_at=at)
        _enter(sheet, Deed.DESTRUCTION_WITNESSED, {"number": str(sheet)}, by=by, at=at)
        others = set().union(*(people_with(right, sheet.unit_id) for right in WITNESSING)) - {by.pk}
        _call(others, sheet, f"{by}是{sheet}的第一监销人，请另一人一同监销。", at, step="witnessed")
        return False
    if sheet.witness_id == by.pk:
        raise PermissionDenied("您已是第一监销人，须由另一人一同监销。")
    _destroy(sheet, by=by, at=at)
    return True


def _destroy(sheet: DestructionList, *, by: Any, at: datetime) -> None:
    _move(sheet, _State.DONE, Deed.DESTRUCTION_DONE, by=by, at=at, done_by=by, done_at=at)
    left = sheet.lines.exclude(holding__circular__in=shut_circulars())  # of what was purged nothing is left to destroy
    lines = left.select_related("holding__circular__page", "holding__unit", "appraisal__by").order_by("pk")
    for line in lines:
        holding = line.holding
        refuse_blocked(holding.circular.page)
        stone = raise_over(line, sheet, by=by, at=at)
        move(
            holding,
            Holding.State.DESTROYED,
            Deed.HOLDING_DESTROYED,
            by=by,
            at=at,
            circular=holding.document,
            unit=holding.unit_id,
            facts=enter_destruction(holding, stone, sheet),
        )
    for circular in sorted((line.holding.circular for line in lines), key=lambda each: each.pk):
        release(circular, at=at)


def _approving(sheet: DestructionList, by: Any) -> DestructionList:
    if not may(by, Right.APPROVE_DESTRUCTION, sheet.unit_id):
        raise PermissionDenied(f"您没有“{sheet.unit}”的销毁批准职责。")
    sheet = _locked(sheet)
    if sheet.drawn_by_id == by.pk:
        raise PermissionDenied("清册是您编制的，须由其他领导批准。")
    if sheet.state not in (_State.DRAWN, _State.SECONDED):
        raise OutOfOrder(f"{sheet} 已是“{sheet.get_state_display()}”，没有改动。")
    return sheet


def _locked(sheet: DestructionList) -> DestructionList:
    """The list for this transaction alone; raises ``OutOfOrder`` while one of its papers is blocked. A purged one keeps no other from going on."""
    if sheet.lines.filter(holding__circular__in=undecided_circulars()).exists():
        raise OutOfOrder(f"{sheet} 上有公文因涉密处置已封存，不能再办理。")
    DestructionList.objects.select_for_update().get(pk=sheet.pk)  # what hangs on it is read once it is held
    rows = DestructionList.objects.select_related("unit", "drawn_by", "first_by", "second_by", "witness")
    return rows.get(pk=sheet.pk)


def _holdings(sheet: DestructionList) -> Any:
    return Holding.objects.filter(pk__in=sheet.lines.values("holding"))


def _move(
    sheet: DestructionList, to: str, deed: Deed, *, by: Any, at: datetime, said: Any = None, **changes: Any
) -> None:
    facts = {"number": str(sheet), **(said or {})}
    move(sheet, to, deed, by=by, at=at, unit=sheet.unit_id, facts=facts, **changes)


def _enter(sheet: DestructionList, deed: Deed, facts: dict[str, Any], *, by: Any, at: datetime) -> None:
    ledger.enter(deed, subject=ledger.subject_of(sheet), by=by, at=at, unit=sheet.unit_id, facts=facts)


def _call(people: set[int], sheet: DestructionList, text: str, at: datetime, *, step: str = "") -> None:
    link = f"/archive/destruction/{sheet.pk}/"
    tell(
        people,
        key=f"destruction:{sheet.pk}:{step or sheet.state}",
        text=text,
        link=link,
        about=ledger.subject_of(sheet),
        at=at,
    )
