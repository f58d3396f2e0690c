"""账户通知: the letter by which a new account opens, written once, printed and handed over on paper (Article 7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone

from accounts.people import User, posts_of
from accounts.roles import Right, may
from accounts.slips import Slip, open_by_letter
from cms.lifecycles import OutOfOrder


@dataclass(frozen=True)
class Letter:
    """What one person is told on paper; the code stands nowhere else."""

    name: str
    username: str
    unit: str
    roles: str
    code: str
    valid_until: datetime


def without_letter() -> "models.QuerySet[User]":
    """The people for whom an account was opened and no letter or slip has been made."""
    made = Slip.objects.filter(person=models.OuterRef("pk")).exclude(state=Slip.State.REFUSED)
    shut = User.objects.filter(is_active=True, password_due=True, password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return shut.exclude(models.Exists(made))


@transaction.atomic
def write_letters(people: Iterable[int], *, by: Any, at: datetime) -> list[Letter]:
    """A letter for each of these people, by name; the codes are made once, shown once and written nowhere.

    Raises ``PermissionDenied`` for who does not look after accounts and ``OutOfOrder`` when nobody of them waits for a letter.
    """
    if not may(by, Right.HELP_SIGN_IN):
        raise PermissionDenied("账户通知由市网信办打印。")
    asked = User.objects.filter(pk__in=list(people)).select_for_update().order_by("pk")
    waiting = set(without_letter().filter(pk__in=[person.pk for person in asked]).values_list("pk", flat=True))
    if not waiting:
        raise OutOfOrder("账户通知已经打印过，或者账户已经启用。没有收到的，请另办密码单。")
    owners = sorted((person for person in asked if person.pk in waiting), key=lambda person: (person.name, person.pk))
    posts = posts_of(owners, timezone.localdate(at))
    letters = []
    for person in owners:
        slip, code = open_by_letter(person, by=by, at=at)
        assert slip.valid_until
        held = posts[person.pk]
        units, roles = (
            dict.fromkeys(said) for said in ([p.unit.name for p in held], [p.get_role_display() for p in held])
        )
        letters.append(Letter(person.name, person.username, "、".join(units), "、".join(roles), code, slip.valid_until))
    return letters
