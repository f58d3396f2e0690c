"""更名: a unit bears another name from a day on; what it sent, sealed and signed for before keeps the old one (Articles 2 and 15).

The seal of the old name is out of use at once and owed back; what it sealed stays good. A key for the new name is asked for in the same act.
"""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.deeds import Deed
from accounts.handbacks import owe
from accounts.holders import people_with
from accounts.roles import Right, may
from accounts.sealends import end_key
from accounts.sealissue import possible_keepers, request_key
from accounts.seals import KeyKind, SealKey
from accounts.unitchanges import UnitChange, checked_day, checked_ground, checked_text, record, refuse_stranger
from accounts.unitnames import put_down
from accounts.units import Unit
from cms.lifecycles import OutOfOrder
from cms.messages import tell
from cms.revocations import Reason


@transaction.atomic
def rename(
    unit: Unit, name: str, short_name: str, *, pinyin: str = "", on_day: date, ground: str, by: Any, at: datetime
) -> UnitChange:
    """The unit is called so from this day on; a new full name makes its old seals void and owed back.

    Raises ``PermissionDenied``, ``ValidationError`` naming the field, and ``OutOfOrder`` for a unit that was dissolved.
    """
    refuse_stranger(by, unit)
    ground, on_day = checked_ground(ground), checked_day(on_day, at)
    name, short_name = checked_text(name, "name", "全称", 100), checked_text(short_name, "short_name", "规范简称", 60)
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    if not unit.is_active:
        raise OutOfOrder(f"{unit.name}{unit.get_state_display()}，不能更名。")
    if (name, short_name) == (unit.name, unit.short_name):
        raise ValidationError({"name": "与现在的名称一样，没有改动。"})
    _refuse_taken(unit, name, short_name)
    if not put_down(unit, name, short_name, on_day):
        raise ValidationError(
            {"on_day": f"现在的名称从 {unit.names.last().from_day:%Y-%m-%d} 起启用，新名称须在这一天以后。"}
        )
    was, is_official = unit.name, name != unit.name
    fields = {"name": name, "short_name": short_name} | ({"pinyin": pinyin.strip().lower()} if pinyin.strip() else {})
    Unit.objects.filter(pk=unit.pk).update(**fields)
    change = record(
        unit,
        UnitChange.Kind.RENAMED,
        on_day=on_day,
        ground=ground,
        was=f"{unit.name}（{unit.short_name}）"[:160],
        became=f"{name}（{short_name}）"[:160],
        by=by,
        at=at,
    )
    unit.name, unit.short_name = name, short_name
    if is_official:
        owe(change, unit_name=was, all_keys=False, at=at)
        _replace_seals(unit, was, by=by, at=at)
        _rename_divisions(unit, was, change, by=by, at=at)
        _tell(unit, was, change, at=at)
    return change


def _refuse_taken(unit: Unit, name: str, short_name: str) -> None:
    others = Unit.objects.standing().filter(is_division=unit.is_division).exclude(pk=unit.pk)
    if unit.is_division:
        others = others.filter(path__startswith=unit.get_parent().path)
    if others.filter(name=name).exists():
        raise ValidationError({"name": "名册里已有单位叫这个名称。"})
    if others.filter(short_name=short_name).exists():
        raise ValidationError({"short_name": "名册里已有单位用这个简称。"})


def _replace_seals(unit: Unit, was: str, *, by: Any, at: datetime) -> None:
    """The seal of the old name seals no more, and its keeper's next is asked for where the keeper still serves and nothing waits already."""
    keepers = possible_keepers(unit, KeyKind.UNIT_SEAL)
    waiting = SealKey.objects.filter(unit=unit, kind=KeyKind.UNIT_SEAL, state__in=("requested", "issued"))
    for key in SealKey.objects.filter(unit=unit, kind=KeyKind.UNIT_SEAL, state=SealKey.State.IN_FORCE):
        key.unit = unit
        end_key(
            key,
            SealKey.State.REVOKED,
            Deed.KEY_REVOKED,
            Reason.AFFILIATION_CHANGED,
            note=f"单位更名，原名{was}"[:200],
            by=by,
            at=at,
        )
        if key.keeper_id in keepers and may(by, Right.MANAGE_KEYS) and not waiting.exists():
            request_key(
                unit,
                KeyKind.UNIT_SEAL,
                key.keeper,
                occasion=SealKey.Occasion.RENAMED,
                reason=f"更名为{unit.name}",
                replaces=None if hasattr(key, "successor") else key,
                by=by,
                at=at,
            )


def _rename_divisions(body: Unit, was: str, because: UnitChange, *, by: Any, at: datetime) -> None:
    """Divisions that are called by the full name of their body are called by the new one; their short names stay."""
    for division in Unit.objects.under(body).standing().filter(is_division=True, name__startswith=was):
        name = f"{body.name}{division.name.removeprefix(was)}"[:100]
        put_down(division, name, division.short_name, because.on_day)
        Unit.objects.filter(pk=division.pk).update(name=name)
        record(
            division,
            UnitChange.Kind.RENAMED,
            on_day=because.on_day,
            ground=because.ground,
            was=division.name,
            became=name,
            by=by,
            at=at,
        )


def _tell(unit: Unit, was: str, change: UnitChange, *, at: datetime) -> None:
    """The unit's people know of the name, and those who see to its seal and papers what is to be renewed."""
    key, said = f"unit-renamed:{change.pk}", f"{was}自 {change.on_day:%Y-%m-%d} 起更名为{unit.name}。"
    seeing = people_with(Right.SEE_KEYS, unit.pk)
    keeping = people_with(Right.SEAL, unit.pk)
    registering = people_with(Right.REGISTER, unit.pk)
    text = f"{said}旧的实物印章交有关单位，旧的电子印章密钥交市网信办；旧密钥已停用，请等候新密钥。"
    tell(seeing, key=key, text=text, link=f"/units/{unit.pk}/", at=at)
    tell(keeping - seeing, key=key, text=text, at=at)
    tell(registering, key=f"{key}:papers", text=f"{said}请核对发文样式里的发文机关标志、印发机关和机关代字。", at=at)
