"""二次验证: what a person shows besides the password: a code of an authenticator, a passkey, or for once a code on paper (GB/T 22239 level 3, Article 10).

Whoever has one is asked for it at every sign-in; who holds one of ``SECOND_FACTOR_ROLES`` must have one
(docs/decisions/2026-11-28-who-shows-a-second-factor.md). Each change is a deed, is told to the person and ends the other sessions.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables

from accounts import codesecrets, passkeys
from accounts.codesecrets import CodeSecret, WrongCode
from accounts.deeds import Deed
from accounts.passkeys import Passkey
from accounts.people import User, end_sessions
from accounts.recoverycodes import RecoveryCode, codes_left, make_codes, take_code
from accounts.roles import Right, may, roles_of
from accounts.totp import DIGITS
from cms import ledger
from cms.lifecycles import OutOfOrder
from cms.messages import tell

CODE, PASSKEY, PAPER = "code", "passkey", "paper"
CALLED = {CODE: "动态口令", PASSKEY: "通行密钥", PAPER: "恢复代码"}


def has_factor(person: Any) -> bool:
    """Whether the person is asked for more than the password."""
    return CodeSecret.objects.filter(person=person).exists() or Passkey.objects.filter(person=person).exists()


def is_required(person: Any) -> bool:
    """Whether a role that the person holds today asks for a second factor."""
    asked = frozenset(settings.SECOND_FACTOR_ROLES)
    return bool(asked) and not asked.isdisjoint(roles_of(person))


def with_factor(people: Iterable[int]) -> set[int]:
    """Those of these people who have one; two queries."""
    keys = list(people)
    return {
        person
        for model in (CodeSecret, Passkey)
        for person in model._default_manager.filter(person__in=keys).values_list("person_id", flat=True)
    }


@sensitive_variables("typed")
def show_code(person: User, typed: str, at: datetime) -> str:
    """What was typed is a code of the authenticator or one on paper, and is used up; which of both. Raises ``OutOfOrder``."""
    code = typed.strip().replace(" ", "")
    mine = CodeSecret.objects.filter(person=person).select_related("person").first()
    if mine is not None and len(code) == DIGITS and code.isascii() and code.isdigit():
        mine.take(code, at)
        return CODE
    with transaction.atomic():
        if not take_code(person, typed, at):
            raise WrongCode
        left = codes_left(person)
        entry = _enter(Deed.RECOVERY_CODE_USED, person, by=person, at=at, left=left)
        _tell(person, entry, f"您用一个恢复代码登录，还剩 {left} 个。不是您本人的，请立即告诉市网信办。", at)
    return PAPER


@sensitive_variables("typed")
def add_code(session: SessionBase, person: User, typed: str, at: datetime, *, first: bool = False) -> list[str]:
    """The authenticator shown on the page is the person's; returns recovery codes where the person had none, to be shown once.

    Raises ``WrongCode``, and ``OutOfOrder`` where it was to be the first and is not: nobody comes in by adding one to another's.
    """
    with transaction.atomic():
        _alone(person, first)
        secret = codesecrets.add_secret(session, person, typed, at)
        return _added(person, CODE, secret, "", at)


def add_passkey(
    session: SessionBase, person: User, answer: str, name: str, at: datetime, *, first: bool = False
) -> list[str]:
    """The device is the person's; returns and raises as ``add_code`` does, and ``PasskeyRefused``."""
    with transaction.atomic():
        _alone(person, first)
        passkey = passkeys.register(session, person, answer, name, at)
        return _added(person, PASSKEY, passkey, passkey.name, at)


def drop_own(person: User, kind: str, at: datetime, *, passkey: int | None = None) -> None:
    """The person has this one no more; raises ``OutOfOrder`` for what is not there and for the last that the role asks for."""
    with transaction.atomic():
        _alone(person, False)
        found: Any = CodeSecret.objects if kind == CODE else Passkey.objects.filter(pk=passkey or 0)
        if not found.filter(person=person).delete()[0]:
            raise OutOfOrder("已经删去了。")
        if not has_factor(person):
            if is_required(person):
                raise OutOfOrder("您的职责要求二次验证，不能删去最后一种。请先登记另一种。")
            person.recovery_codes.all().delete()
        end_sessions([person.pk])
        entry = _enter(Deed.FACTOR_DROPPED, person, by=person, at=at, kind=kind, key=passkey)
        _tell(person, entry, f"您删去了一个{CALLED[kind]}。不是您本人的，请立即告诉市网信办。", at)


def renew_paper(person: User, at: datetime) -> list[str]:
    """Ten new recovery codes, shown once; those before count no more. Raises ``OutOfOrder`` for who has no factor that they could stand in for."""
    with transaction.atomic():
        _alone(person, False)
        if not has_factor(person):
            raise OutOfOrder("请先登记动态口令或者通行密钥。")
        codes = make_codes(person, at)
        end_sessions([person.pk])
        entry = _enter(Deed.RECOVERY_CODES_MADE, person, by=person, at=at)
        _tell(person, entry, "您重新生成了恢复代码，原来的作废。不是您本人的，请立即告诉市网信办。", at)
    return codes


def withdraw(person: User, *, reason: str, by: Any, at: datetime) -> None:
    """Nothing that the person showed counts any more; at the next sign-in a new one is asked for where the role asks. The person is told.

    Raises ``PermissionDenied`` for who is not the security administrator, ``OutOfOrder`` without a reason, for oneself and where there is none.
    """
    if not may(by, Right.GUARD_SIGN_IN):
        raise PermissionDenied("二次验证由安全管理员撤换。")
    if by is not None and by.pk == person.pk:
        raise OutOfOrder("本人的二次验证请在“安全设置”中更换；丢失的，请另一位安全管理员办理。")
    _withdraw(person, reason, by, at)


def withdraw_on_server(person: User, *, reason: str, at: datetime) -> None:
    """The same by whoever runs the machine, when no security administrator can get in."""
    _withdraw(person, reason, None, at)


def _withdraw(person: User, reason: str, by: Any, at: datetime) -> None:
    if not reason.strip():
        raise OutOfOrder("请写明撤换的原因。")
    with transaction.atomic():
        _alone(person, False)
        if not has_factor(person):
            raise OutOfOrder(f"{person}没有登记二次验证。")
        for model in (CodeSecret, Passkey, RecoveryCode):
            model._default_manager.filter(person=person).delete()
        end_sessions([person.pk])
        entry = _enter(Deed.FACTORS_WITHDRAWN, person, by=by, at=at, reason=reason.strip()[:200])
        who = f"安全管理员{by}" if by is not None else "系统管理员在服务器上"
        _tell(
            person,
            entry,
            f"{who}撤销了您的动态口令、通行密钥和恢复代码，请重新登记。不是您要求的，请立即告诉市网信办。",
            at,
        )


def _alone(person: User, first: bool) -> None:
    """Nobody else changes the factors of this person until this transaction ends."""
    User.objects.select_for_update().get(pk=person.pk)
    if first and has_factor(person):
        raise OutOfOrder("二次验证已经登记，请重新登录。")


def digest_of(factor: CodeSecret | Passkey) -> str:
    """What the ledger says of a factor, so that a changed one is found; it tells nothing of the secret."""
    kept = factor.locked if isinstance(factor, CodeSecret) else factor.credential.encode() + bytes(factor.public_key)
    return hashlib.sha256(bytes(kept)).hexdigest()


def _added(person: User, kind: str, factor: CodeSecret | Passkey, name: str, at: datetime) -> list[str]:
    codes = [] if codes_left(person) else make_codes(person, at)
    end_sessions([person.pk])
    entry = _enter(Deed.FACTOR_ADDED, person, by=person, at=at, kind=kind, key=factor.pk, digest=digest_of(factor))
    said = f"{CALLED[kind]}“{name}”" if name else CALLED[kind]
    _tell(person, entry, f"您登记了{said}。不是您本人的，请立即告诉市网信办。", at)
    return codes


def _enter(deed: Deed, person: User, *, by: Any, at: datetime, **facts: Any) -> ledger.Entry:
    return ledger.enter(deed, subject=ledger.subject_of(person), by=by, at=at, facts=facts)


def _tell(person: User, entry: ledger.Entry, text: str, at: datetime) -> None:
    tell([person.pk], key=f"factor:{entry.pk}", text=text, link=reverse("accounts:safety"), at=at)
