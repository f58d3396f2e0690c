"""调整: under whom a unit stands, whose people run its desk, who pays for its keys; and its divisions (Articles 2, 7, 12 and 29).

Each counts from a day and rests on a paper. The payer of a renewal under way is whoever paid when it began.
"""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.deeds import Deed
from accounts.grants import derive_now, one_at_a_time
from accounts.people import Post
from accounts.roles import Right, may
from accounts.unitchanges import UnitChange, checked_day, checked_ground, checked_text, record, refuse_stranger
from accounts.units import Payer, Unit, area_below
from cms.areas import Area
from cms.lifecycles import OutOfOrder, move


@transaction.atomic
def move_under(unit: Unit, superior: Unit | None, *, on_day: date, ground: str, by: Any, at: datetime) -> UnitChange:
    """The unit with all below it stands right under this superior, or at the top; raises ``ValidationError`` for a superior of its own branch."""
    unit, on_day, ground = _begun(unit, on_day, ground, by=by, at=at)
    before = unit.get_parent()
    if superior is not None:
        superior = Unit.objects.get(pk=superior.pk)
        if not superior.is_active or superior.is_division:
            raise ValidationError({"superior": f"{superior}不是在用的单位。"})
        if superior.path.startswith(unit.path):
            raise ValidationError({"superior": "不能隶属于自己或者自己的下属单位。"})
    if before == superior:
        raise ValidationError({"superior": "现在就是这样，没有改动。"})
    if superior is not None:
        unit.move(superior, pos="last-child")
    else:
        unit.move(Unit.get_last_root_node(), pos="last-sibling")
    _take_along(Unit.objects.get(pk=unit.pk), area_below(superior))
    return record(
        unit,
        UnitChange.Kind.MOVED,
        on_day=on_day,
        ground=ground,
        was=before.name if before else "",
        became=superior.name if superior else "",
        by=by,
        at=at,
    )


def _take_along(unit: Unit, area: Area) -> None:
    """The unit belongs to the area, with all below it but for what belongs to an area that is run from there (Article 29)."""
    runs = set(Unit.objects.under(unit).exclude(runs=None).values_list("runs", flat=True))
    Unit.objects.under(unit).exclude(area__in=runs).exclude(area=area).update(area=area)


@transaction.atomic
def have_served(unit: Unit, server: Unit | None, *, on_day: date, ground: str, by: Any, at: datetime) -> UnitChange:
    """The people of the server run the unit's desk from now on, or the unit's own where none is named.

    Raises ``ValidationError`` for a server whose own desk another runs, and for a unit that runs another's: nobody would act for the last.
    """
    unit, on_day, ground = _begun(unit, on_day, ground, by=by, at=at)
    before = unit.served_by
    if before == server:
        raise ValidationError({"server": "现在就是这样，没有改动。"})
    if server is not None and (server.pk == unit.pk or not Unit.objects.bodies().filter(pk=server.pk).exists()):
        raise ValidationError({"server": "代管单位应是另一个在用的单位。"})
    if server is not None and server.served_by is not None:
        raise ValidationError({"server": f"{server}由{server.served_by}代管，请直接选{server.served_by}。"})
    if server is not None and (other := unit.serves.standing().in_order().first()):
        raise ValidationError({"server": f"{unit}还代管着{other}，请先调整{other}的代管单位。"})
    Unit.objects.filter(pk=unit.pk).update(served_by=server)
    derive_now()
    was, became = before.name if before else "", server.name if server else ""
    return record(unit, UnitChange.Kind.SERVED, on_day=on_day, ground=ground, was=was, became=became, by=by, at=at)


@transaction.atomic
def set_payer(unit: Unit, payer: str, *, on_day: date, ground: str, by: Any, at: datetime) -> UnitChange:
    """The service fee of the unit's keys is paid by these funds from this day on (Article 12)."""
    unit, on_day, ground = _begun(unit, on_day, ground, by=by, at=at)
    if payer not in Payer.values:
        raise ValidationError({"payer": "请选择由谁承担密钥费用。"})
    if payer == unit.key_fee_payer:
        raise ValidationError({"payer": "现在就是这样，没有改动。"})
    Unit.objects.filter(pk=unit.pk).update(key_fee_payer=payer)
    was, became = Payer(unit.key_fee_payer).label, Payer(payer).label
    return record(unit, UnitChange.Kind.PAYER, on_day=on_day, ground=ground, was=was, became=became, by=by, at=at)


@transaction.atomic
def open_division(body: Unit, name: str, *, on_day: date, ground: str, by: Any, at: datetime) -> Unit:
    """The body has a division of this name (科室); raises ``ValidationError`` for a name that another of its divisions bears."""
    _looks_after(body, by)
    ground, on_day = checked_ground(ground), checked_day(on_day, at)
    name = checked_text(name, "name", "科室名称", 60)
    one_at_a_time()
    body = Unit.objects.get(pk=body.pk)
    if not body.is_active or body.is_division:
        raise OutOfOrder(f"{body}不能设立科室。")
    divisions = Unit.objects.filter(path__startswith=body.path, depth=body.depth + 1, is_division=True)
    if divisions.standing().filter(short_name=name).exists():
        raise ValidationError({"name": f"{body}已有科室叫{name}。"})
    made = Unit(
        code=f"{body.code[:30]}-K{divisions.count() + 1:02d}",
        name=f"{body.name}{name}"[:100],
        short_name=name,
        category=body.category,
        level=body.level,
        area=body.area,
        connected=False,
        key_fee_payer=body.key_fee_payer,
        sort_order=body.sort_order,
        is_division=True,
    )
    body.add_child(instance=made)
    record(made, UnitChange.Kind.OPENED, on_day=on_day, ground=ground, became=made.name, by=by, at=at)
    return made


@transaction.atomic
def close_division(division: Unit, *, ground: str, on_day: date, by: Any, at: datetime) -> UnitChange:
    """The division is no more; raises ``OutOfOrder`` while somebody holds a post there."""
    division = Unit.objects.select_for_update().get(pk=division.pk)
    if not division.is_division:
        raise OutOfOrder("这不是科室。")
    _looks_after(division.get_parent(), by)
    ground, on_day = checked_ground(ground), checked_day(on_day, at)
    posts = Post.objects.in_force(on_day).filter(unit=division).select_related("person").order_by("pk")
    if names := [str(post.person) for post in posts]:
        raise OutOfOrder(f"还有人在这个科室任职：{'、'.join(names[:5])}。请先办理人员变动。")
    facts = {"on_day": on_day, "ground": ground}
    move(division, Unit.State.CLOSED, Deed.UNIT_CLOSED, by=by, at=at, unit=division.pk, facts=facts)
    kind, was = UnitChange.Kind.CLOSED, division.name
    return record(division, kind, on_day=on_day, ground=ground, was=was, by=by, at=at, is_entered=True)


def _begun(unit: Unit, on_day: date, ground: str, *, by: Any, at: datetime) -> tuple[Unit, date, str]:
    """The unit, held so that nobody else changes units until the act is over, and what was typed, checked."""
    refuse_stranger(by)
    ground, on_day = checked_ground(ground), checked_day(on_day, at)
    one_at_a_time()
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    if not unit.is_active:
        raise OutOfOrder(f"{unit.name}{unit.get_state_display()}，不能再调整。")
    return unit, on_day, ground


def _looks_after(body: Unit, by: Any) -> None:
    if not (may(by, Right.MANAGE_UNITS) or may(by, Right.MANAGE_STAFF, body.pk)):
        raise PermissionDenied("科室由市网信办或者本单位的负责人办理。")
