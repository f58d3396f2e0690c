"""Who lets a restored installation be used: two people who hold two of the three administrators' posts, and the ledger says so (Articles 10 and 17).

One alone, whichever machine or database password he holds, cannot put yesterday's data in the place of today's unnoticed. Both are known by
the accounts in the back-up itself, as they were on its day; until both have said yes nothing serves the restored database.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import check_password, is_password_usable
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from accounts.deeds import Deed
from accounts.grants import held_by
from accounts.people import User
from accounts.roles import ADMINISTRATORS, Role
from accounts.signin import NamedPersonBackend
from cms import ledger
from cms.backup.failures import BackupFailed
from cms.backup.manifest import Manifest
from cms.backup.marker import lift_mark
from cms.signing.errorreports import sensitive_variables


@dataclass(frozen=True, repr=False)
class Claim:
    """A name and the password typed with it."""

    username: str
    password: str


@dataclass(frozen=True)
class Restorer:
    """One of the two, in the post that counts."""

    person: User
    role: Role


@sensitive_variables("claims")
def two_administrators(claims: Sequence[Claim], at: datetime) -> tuple[Restorer, Restorer]:
    """The two people, each in another of the three posts on the day of ``at``.

    Raises ``BackupFailed``: in the same words for a wrong name, a wrong password and an account that is closed.
    """
    if len(claims) != 2:
        raise BackupFailed("恢复须由两名管理员共同确认。")
    people = [_known(claim) for claim in claims]
    if people[0].pk == people[1].pk:
        raise BackupFailed("两次输入的是同一个人，恢复须由两名管理员共同确认。")
    roles = [_posts_of(person, at) for person in people]
    for person, held in zip(people, roles, strict=True):
        if not held:
            raise BackupFailed(f"{person}在备份当天不是系统管理员、安全管理员或审计管理员，不能确认恢复。")
    # One holds one of them at most (三员分设), which the accounts have a constraint for.
    for first in sorted(roles[0]):
        for second in sorted(roles[1] - {first}):
            return Restorer(people[0], Role(first)), Restorer(people[1], Role(second))
    raise BackupFailed("两人是同一种管理员。系统、安全、审计三员中须有两员确认。")


@transaction.atomic
def release(told: Manifest, restorers: tuple[Restorer, Restorer], *, at: datetime) -> None:
    """The restored installation may be used, and its ledger says from what it was restored, when and by whom; every browser signs in anew."""
    first, second = restorers
    ledger.enter(
        Deed.DATABASE_RESTORED,
        subject=f"backup:{told.digest[:16]}",
        by=first.person,
        at=at,
        facts={
            "manifest": told.digest,
            "made_at": told.started_at,
            "ledger_size": told.head.size,
            "ledger_root": told.head.root,
            "confirmed": [{"person": each.person.pk, "role": each.role.value} for each in (first, second)],
        },
    )
    Session.objects.all().delete()
    lift_mark()


def _known(claim: Claim) -> User:
    person: Any = User.objects.filter(username=claim.username).first()
    # As much work for a name that is none as for one that is.
    encoded = person.password if person is not None else User.objects.values_list("password", flat=True).first()
    is_right = is_password_usable(encoded or None) and check_password(claim.password, encoded or "")
    if person is None or not is_right or not NamedPersonBackend().user_can_authenticate(person):
        raise BackupFailed("用户名或密码不对，或者账户在备份时已停用。")
    if person.password_due:
        raise BackupFailed(f"{person}在备份时还没有设定自己的密码，不能确认恢复。")
    return person


def _posts_of(person: User, at: datetime) -> set[str]:
    held = held_by(person.pk, timezone.localdate(at))
    return {each.role for each in held if each.role in ADMINISTRATORS and each.is_at_home}
