"""报送联系方式: the telephone numbers of a unit's leader or clerk are put right as soon as they change (Articles 18 and 24)."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.declarations import STAFF
from accounts.deeds import Deed
from accounts.overseeing import overseers
from accounts.people import Post, User
from accounts.roles import Right, may
from accounts.units import Unit
from cms import ledger
from cms.messages import tell
from cms.phonewords import mobile_of


def may_change_number(user: Any, person: User, unit: Unit) -> bool:
    """The person concerned, and who leads the unit."""
    return user.pk == person.pk or may(user, Right.MANAGE_STAFF, unit.pk)


@transaction.atomic
def change_number(person: User, unit: Unit, *, mobile: str, office_phone: str, by: Any, at: datetime) -> bool:
    """Urgent notices go to this number from now on, and both offices know that it has changed; returns whether it did.

    Raises ``PermissionDenied`` for anybody but the person and who leads the unit, ``ValidationError`` for what is no mobile number. The ledger
    and the messages do not say the number.
    """
    holding = Post.objects.in_force(timezone.localdate(at)).filter(person=person, unit=unit, role__in=STAFF)
    if not may_change_number(by, person, unit) or not holding.exists():
        raise PermissionDenied("联系方式由本人或者本单位负责人报送。")
    number = mobile_of(mobile)
    if not number:
        raise ValidationError({"mobile": "移动号码应为 11 位数字。"})
    locked = User.objects.select_for_update().get(pk=person.pk)
    if (locked.mobile, locked.office_phone) == (number, office_phone.strip()):
        return False
    User.objects.filter(pk=person.pk).update(mobile=number, office_phone=office_phone.strip())
    entry = ledger.enter(Deed.CONTACT_CHANGED, subject=ledger.subject_of(person), by=by, at=at, unit=unit.pk)
    tell(
        overseers(Right.CONFIRM_STAFF, unit.area_id) - {by.pk},
        key=f"contact:{entry.pk}",
        text=f"{unit}报送了{person}的新联系方式。",
        link=reverse("accounts:contact_card", args=[unit.code]),
        at=at,
    )
    return True
