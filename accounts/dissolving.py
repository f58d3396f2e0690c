"""合并、撤销、注销: a unit ends in two steps (Articles 2 and 15; 2012 regulation art. 35).

Dissolved, it sends no more at once and reads until its people have handed over; what is still open goes to its successor. Closed it is
when bronze seal and keys are back, handovers are done, lines ended, nothing is open and nobody holds a post there; its kit is retired with it. The successor reads its papers on.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from accounts.connections import Connection
from accounts.deeds import Deed
from accounts.equipment import retire_all
from accounts.grants import derive_now, drafting_group
from accounts.handbacks import Handback, keys_out, owe
from accounts.holders import people_with
from accounts.people import Post
from accounts.providerends import end_contracts, still_serving
from accounts.renewals import leave_all
from accounts.roles import Right, units_where
from accounts.sealends import end_key
from accounts.seals import KeyKind, SealKey
from accounts.stillopen import still_open
from accounts.unitchanges import UnitChange, checked_day, checked_ground, record, refuse_stranger
from accounts.units import Category, Unit
from cms.lifecycles import OutOfOrder, move
from cms.messages import tell
from cms.revocations import Reason

# Sent inside the act by which a unit is dissolved, with ``unit``, ``successor`` (or None), ``change``, ``by`` and ``at``.
unit_dissolved = Signal()
# Asked when a unit is to be closed, with ``unit``: each that hears it answers with sentences about what is still open there.
unit_closing = Signal()
# Sent inside the act by which a unit is closed, with ``unit``, ``change``, ``by`` and ``at``.
unit_closed = Signal()

NAMED = 5


class NotClosable(OutOfOrder):
    """Something of the unit is still open; ``missing`` says what, sentence by sentence."""

    def __init__(self, unit: Unit, missing: Sequence[str]) -> None:
        self.missing = tuple(missing)
        super().__init__(f"{unit}还不能注销：{''.join(missing)}")


def dissolve(
    unit: Unit, successor: Unit | None = None, *, on_day: date, ground: str, by: Any, at: datetime
) -> UnitChange:
    """The unit sends nothing more; its open deliveries are its successor's, whose people read its papers from now on.

    Raises ``PermissionDenied``, ``ValidationError`` naming the field, and ``OutOfOrder`` naming what must be done first.
    """
    return _end(unit, successor, UnitChange.Kind.DISSOLVED, on_day=on_day, ground=ground, by=by, at=at)


@transaction.atomic
def merge(units: Sequence[Unit], into: Unit, *, on_day: date, ground: str, by: Any, at: datetime) -> list[UnitChange]:
    """Every one of the units is dissolved with the same successor, or none is; raises what ``dissolve`` raises."""
    if not units:
        raise ValidationError({"units": "请选择并入的单位。"})
    ordered = sorted(units, key=lambda unit: -unit.depth)  # a subordinate that is merged along goes first
    return [_end(unit, into, UnitChange.Kind.MERGED, on_day=on_day, ground=ground, by=by, at=at) for unit in ordered]


@transaction.atomic
def close(unit: Unit, *, ground: str, by: Any, at: datetime) -> UnitChange:
    """Nothing of the unit is left but its papers, which its successor reads; raises ``NotClosable`` naming what is missing."""
    refuse_stranger(by)
    ground = checked_ground(ground)
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    if unit.state != Unit.State.DISSOLVED:
        raise OutOfOrder(f"{unit.name}现在是“{unit.get_state_display()}”，不能注销。")
    if missing := missing_before_closing(unit, timezone.localdate(at)):
        raise NotClosable(unit, missing)
    facts = {"ground": ground, "successor": unit.successor_id}
    serving = {"served_by": unit.successor} if unit.successor else {}
    move(unit, Unit.State.CLOSED, Deed.UNIT_CLOSED, by=by, at=at, unit=unit.pk, facts=facts, connected=False, **serving)
    change = record(
        unit,
        UnitChange.Kind.CLOSED,
        on_day=timezone.localdate(at),
        ground=ground,
        was=unit.name,
        by=by,
        at=at,
        is_entered=True,
    )
    retire_all(unit, f"{unit.name}注销", by=by, at=at)
    for division in Unit.objects.under(unit).standing().filter(is_division=True):
        move(division, Unit.State.CLOSED, Deed.UNIT_CLOSED, by=by, at=at, unit=division.pk, facts={"ground": ground})
    unit_closed.send(Unit, unit=unit, change=change, by=by, at=at)
    derive_now()
    return change


def missing_before_closing(unit: Unit, on: date) -> list[str]:
    """What keeps a dissolved unit from being closed: seals, keys, posts, and what others answer; empty when it may be closed."""
    found = []
    handbacks = list(Handback.objects.filter(unit=unit).owed())
    keys = keys_out(handbacks)
    if owed := list(dict.fromkeys(thing for each in handbacks for thing in each.missing(keys[each.pk]))):
        found.append(f"没有交回：{'、'.join(owed)}。")
    posts = Post.objects.in_force(on).filter(unit__path__startswith=unit.path).select_related("person")
    if held := [f"{post.person}（{post.get_role_display()}）" for post in posts.order_by("pk")]:
        found.append(f"任职没有结束：{_names(held)}。")
    found += still_open(unit)
    for _, sentences in unit_closing.send(Unit, unit=unit):
        found += sentences or ()
    return found


def refusal_to_dissolve(unit: Unit, by: Any, at: datetime) -> str:
    """Why the unit cannot be dissolved as things stand, with what to do first; empty when it can."""
    if unit.is_division:
        return "科室在所属单位的页面撤销。"
    if not unit.is_active:
        return f"{unit.name}{unit.get_state_display()}，没有重复办理。"
    if unit.pk in units_where(by, Right.MANAGE_UNITS):
        return "不能撤销本系统的管理单位。请先把管理职责交给别的单位。"
    below = Unit.objects.under(unit).bodies().exclude(pk=unit.pk).in_order()
    if names := [each.short_name for each in below]:
        return f"还有下属单位：{_names(names)}。请先调整它们的隶属，或者一并撤销。"
    served = unit.serves.standing().in_order()
    if names := [each.short_name for each in served]:
        return f"还代管着{_names(names)}。请先调整代管单位。"
    return "".join(still_serving(unit, at))


@transaction.atomic
def _end(
    unit: Unit, successor: Unit | None, kind: UnitChange.Kind, *, on_day: date, ground: str, by: Any, at: datetime
) -> UnitChange:
    refuse_stranger(by)
    ground, on_day = checked_ground(ground), checked_day(on_day, at)
    wanted = [unit.pk, *([successor.pk] if successor else [])]
    held = {each.pk: each for each in Unit.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}
    unit, successor = held[unit.pk], held[successor.pk] if successor else None
    if hindrance := refusal_to_dissolve(unit, by, at):
        raise OutOfOrder(hindrance)
    _refuse_unfit(unit, successor)
    became = successor.name if successor else ""
    facts = {"on_day": on_day, "ground": ground, "successor": successor.code if successor else ""}
    deed = Deed.UNIT_MERGED if kind == UnitChange.Kind.MERGED else Deed.UNIT_DISSOLVED
    changes: dict[str, Any] = {"successor": successor, "served_by": unit.served_by or successor}
    if successor:  # whom the unit had succeeded, its successor succeeds, and reads their papers on
        unit.predecessors.update(successor=successor)
        unit.serves.exclude(state=Unit.State.ACTIVE).update(served_by=successor)
    move(unit, Unit.State.DISSOLVED, deed, by=by, at=at, unit=unit.pk, facts=facts, **changes)
    change = record(
        unit, kind, on_day=on_day, ground=ground, was=unit.name, became=became, by=by, at=at, is_entered=True
    )
    owe(change, unit_name=unit.name, all_keys=True, at=at)
    _end_keys(unit, change, by=by, at=at)
    end_contracts(unit, on_day)
    drafting_group(unit).user_set.clear()
    for asked in Connection.objects.open().filter(unit=unit):
        asked.withdraw(by=by, at=at)
    unit_dissolved.send(Unit, unit=unit, successor=successor, change=change, by=by, at=at)
    derive_now()
    _tell(unit, successor, change, at=at)
    return change


def _refuse_unfit(unit: Unit, successor: Unit | None) -> None:
    if successor is None:
        return
    if successor.pk == unit.pk:
        raise ValidationError({"successor": "承接单位不能是它自己。"})
    if unit.category == Category.PROVIDER:
        raise ValidationError({"successor": "保障单位没有收文可以承接；它的线路、维修等先停用或者另行派单。"})
    if not Unit.objects.bodies().filter(pk=successor.pk).exists():
        raise ValidationError({"successor": f"{successor}不能承接：不是在用的单位。"})
    if successor.served_by is not None:
        raise ValidationError(
            {
                "successor": f"{successor}由{successor.served_by}代管，查阅不了原来的收文。请选{successor.served_by}，或者先调整代管。"
            }
        )
    if unit.connected and not successor.connected:
        raise ValidationError({"successor": f"{successor}还没有接入系统，收不到转去的公文。请先办理接入。"})


def _end_keys(unit: Unit, change: UnitChange, *, by: Any, at: datetime) -> None:
    """Seals and stamps seal no more, nothing new is made; clerks keep their certificates, unrenewed, until they have signed for what is open."""
    keys = SealKey.objects.alive().filter(unit=unit)
    for key in keys.filter(state=SealKey.State.REQUESTED):
        move(key, SealKey.State.REFUSED, Deed.KEY_REFUSED, by=by, at=at, unit=unit.pk, ended_at=at, replaces=None)
    note, reason = f"单位{change.get_kind_display()}", Reason.CESSATION
    leave_all(unit, note, by=by, at=at)
    for key in keys.exclude(kind=KeyKind.CLERK).select_related("unit", "keeper"):
        end_key(key, SealKey.State.REVOKED, Deed.KEY_REVOKED, reason, note=note, by=by, at=at)


def _tell(unit: Unit, successor: Unit | None, change: UnitChange, *, at: datetime) -> None:
    key, link = f"unit-ended:{change.pk}", f"/units/{unit.pk}/"
    what = f"{unit.name}自 {change.on_day:%Y-%m-%d} 起{change.get_kind_display()}"
    onward = f"，由{successor.name}承接" if successor else ""
    leading = people_with(Right.SEE_KEYS, unit.pk)
    text = (
        f"{what}{onward}。不能再拟稿、用印、发文，收文仍可阅读。实物印章交有关单位，密钥交市网信办，工作人员办理交接。"
    )
    tell(leading, key=key, text=text, link=link, at=at)
    tell(people_with(Right.READ, unit.pk) - leading, key=key, text=text, at=at)
    if successor:
        tell(
            people_with(Right.RECEIVE, successor.pk),
            key=f"{key}:successor",
            text=f"{what}，由本单位承接。没有签收的公文已转到本单位，请及时签收；原来的收文可以查阅。",
            at=at,
        )


def _names(names: Sequence[str]) -> str:
    more = f"等 {len(names)} 个" if len(names) > NAMED else ""
    return "、".join(names[:NAMED]) + more
