"""An account is closed when its owner leaves or something is wrong with it, and reopened by the same office (Articles 7 and 26)."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.deeds import Deed
from accounts.handovers.leaving import unfinished
from accounts.people import User, end_sessions
from accounts.roles import Right, may
from accounts.slips import void_slips
from cms import ledger
from cms.lifecycles import OutOfOrder

UNUSED_REASON = "90 天没有使用"


def close_account(person: User, *, reason: str, by: Any, at: datetime) -> None:
    """The person is out of every browser for good, signs in no more, and no slip opens the account; posts stay as they are.

    Raises ``PermissionDenied`` for who is not of the network office, ``OutOfOrder`` without a reason, for the own account and a closed one, and
    while a handover is open or work hangs on the person (Article 26).
    """
    _refuse(person, reason, by)
    if left := unfinished(person):
        raise OutOfOrder(f"{'；'.join(left)}。请先办完交接；账户被冒用等须马上停用的，勾选“立即停用”。")
    _close(person, {"reason": reason.strip()[:200]}, by=by, at=at)


def close_at_once(person: User, *, reason: str, by: Any, at: datetime) -> None:
    """The account is closed although something is left to hand over: security does not wait, and the handover goes on without the giver.

    Raises what ``close_account`` raises but for what is left, which stands in the ledger.
    """
    _refuse(person, reason, by)
    _close(person, {"reason": reason.strip()[:200], "left": unfinished(person)}, by=by, at=at)


def _refuse(person: User, reason: str, by: Any) -> None:
    _refuse_strangers(by)
    if not reason.strip():
        raise OutOfOrder("请写明停用的原因。")
    if by.pk == person.pk:
        raise OutOfOrder("不能停用本人的账户，请另一位同志办理。")


@transaction.atomic
def _close(person: User, facts: dict[str, Any], *, by: Any, at: datetime) -> None:
    _change(person, is_active=False, refusal=f"{person}的账户已经停用。")
    void_slips(person, by=by, at=at)
    ledger.enter(Deed.ACCOUNT_CLOSED, subject=ledger.subject_of(person), by=by, at=at, facts=facts)


@transaction.atomic
def close_unused(person: User, *, left: list[str], at: datetime) -> bool:
    """The account that nobody has used is closed by the system itself; what is left in its hands stands in the ledger. Whether it was open."""
    if not User.objects.filter(pk=person.pk, is_active=True).update(is_active=False, closed_unused_at=at):
        return False
    end_sessions([person.pk])
    void_slips(person, by=None, at=at)
    facts = {"reason": UNUSED_REASON, "left": left}
    ledger.enter(Deed.ACCOUNT_CLOSED, subject=ledger.subject_of(person), at=at, facts=facts)
    return True


def reopen_account(person: User, *, reason: str = "", by: Any, at: datetime) -> None:
    """The person signs in again with the password of before; no session of before goes on, and the time without use runs from now.

    Raises ``OutOfOrder`` for an account that is open, and without a reason for one that was closed because nobody used it.
    """
    _refuse_strangers(by)
    with transaction.atomic():
        closed_unused = User.objects.filter(pk=person.pk, closed_unused_at__isnull=False).exists()
        if closed_unused and not reason.strip():
            raise OutOfOrder("这个账户因久未使用停用，请写明恢复的原因。")
        _change(person, is_active=True, refusal=f"{person}的账户没有停用。")
        User.objects.filter(pk=person.pk).update(closed_unused_at=None, unused_from=at)
        facts = {"reason": reason.strip()[:200]} if reason.strip() else {}
        ledger.enter(Deed.ACCOUNT_REOPENED, subject=ledger.subject_of(person), by=by, at=at, facts=facts)


def _refuse_strangers(by: Any) -> None:
    if not may(by, Right.HELP_SIGN_IN):
        raise PermissionDenied("您没有停用、恢复账户的权限。")


def _change(person: User, *, is_active: bool, refusal: str) -> None:
    if not User.objects.filter(pk=person.pk, is_active=not is_active).update(is_active=is_active):
        raise OutOfOrder(refusal)
    person.is_active = is_active
    end_sessions([person.pk])
