"""Opening a key with its PIN: who may, how often one may be wrong (Article 10).

A try is counted before it is made and the count is committed at once, so that neither an act that fails nor many tries at once get one for
nothing. A key is therefore opened before the transaction of the act that uses it, never inside.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.views.decorators.debug import sensitive_variables

from accounts.deeds import Deed
from accounts.holders import holders
from accounts.keyproviders import issuers, provider_of, tokens
from accounts.roles import Right, may
from accounts.seals import KEEPERS, SealKey
from cms import ledger
from cms.messages import tell
from cms.revocations import refuse_demo
from cms.signing.keys import KeyRefused, SigningKey, WrongPin
from cms.signing.pkcs11keys import TokenRefused

TRIES = 5
SHORTEST, LONGEST = 6, 32
# An issued key's PIN is that of the delivery of its token.
_OPENING = (SealKey.State.ISSUED, SealKey.State.IN_FORCE)


class PinLocked(KeyRefused):
    """Too many wrong PINs: this key opens no more."""

    def __init__(self) -> None:
        super().__init__(f"PIN 已连续输错 {TRIES} 次，密钥已锁定。请联系市网信办重新制发。")


@sensitive_variables("pin")
def open_key(key: SealKey, pin: str, *, by: Any, at: datetime) -> SigningKey:
    """The key, ready to sign, in its keeper's hands alone, wherever its private part lies.

    Raises ``PermissionDenied`` for anybody else, ``WrongPin`` and ``PinLocked``, and ``KeyRefused`` for a key that is not in force. Call it
    before the act's transaction begins.
    """
    refuse_use(key, by=by, at=at)
    chain = issuers()
    with _a_try(key, by, at):
        return provider_of(key).open_with(key, pin, chain)


@sensitive_variables("delivered", "pin")
def take_over(key: SealKey, delivered: str, pin: str, *, by: Any, at: datetime) -> None:
    """The token of an issued key opens with its keeper's PIN and no more with that of its delivery; tries are counted as those of a key in force.

    Raises ``WrongPin`` and ``PinLocked``, ``KeyRefused`` for a token that does not answer, and ``ValidationError`` for the same PIN again.
    """
    if delivered == pin:
        raise ValidationError("新 PIN 不能与令牌现在的 PIN 相同。")
    with _a_try(key, by, at):
        tokens.take_over(key, delivered, pin)


def refuse_use(key: SealKey, *, by: Any, at: datetime) -> None:
    """Raises unless this person may use this key at this moment, PIN aside; asks the database anew."""
    key.refresh_from_db()
    if key.keeper_id != by.pk:
        raise PermissionDenied("密钥只能由保管人使用。")
    if not any(may(by, right, key.unit_id) for right in KEEPERS[key.kind]):
        raise PermissionDenied(f"您已不是{key.unit}的{key.get_kind_display()}保管人，不能使用这把密钥。")
    if key.state != SealKey.State.IN_FORCE:
        raise KeyRefused(f"{key}现在是“{key.get_state_display()}”，不能使用。")
    if key.is_run_out(at):
        raise KeyRefused(f"{key}已到期，不能使用。请联系市网信办换发。")
    refuse_demo(key.certificate)


@sensitive_variables("opened")
def hold_for_use(key: SealKey, opened: SigningKey, *, by: Any, at: datetime) -> None:
    """The key is still the keeper's to use, and nobody ends it before this transaction is over; call it in that of the act.

    Raises as ``refuse_use`` does, and ``KeyRefused`` where what is open is another key.
    """
    SealKey.objects.select_for_update(no_key=True).only("pk").get(pk=key.pk)
    refuse_use(key, by=by, at=at)
    if opened.certificate != key.certificate:
        raise KeyRefused("打开的不是这把密钥，不能使用。请重新输入 PIN。")


@sensitive_variables("old_pin", "new_pin", "opened", "columns")
def change_pin(key: SealKey, old_pin: str, new_pin: str, *, by: Any, at: datetime) -> None:
    """The key opens with the new PIN and no more with the old one; where a log-in had it unlocked, it is locked again."""
    check_pin(new_pin)
    opened = open_key(key, old_pin, by=by, at=at)
    if old_pin == new_pin:
        raise ValidationError("新 PIN 不能与现在的相同。")
    columns = provider_of(key).set_pin(key, opened, new_pin)
    with transaction.atomic():
        # Only while it is still in force: a key that ended meanwhile has no private part to be locked anew.
        if not SealKey.objects.filter(pk=key.pk, state=SealKey.State.IN_FORCE).update(
            pins_set=F("pins_set") + 1, **columns
        ):
            raise KeyRefused(f"{key}已停用，PIN 没有更改。")
        ledger.enter(Deed.KEY_PIN_CHANGED, subject=ledger.subject_of(key), by=by, at=at, unit=key.unit_id)


def check_shape(pin: str) -> None:
    """Raises ``ValidationError`` for what no key can have as its PIN; says nothing of any key, so it costs no try."""
    if not (SHORTEST <= len(pin) <= LONGEST and pin.isascii() and pin.isprintable()) or " " in pin:
        raise ValidationError(f"PIN 须为 {SHORTEST} 至 {LONGEST} 位数字或字母。")


def check_pin(pin: str) -> None:
    """Raises ``ValidationError`` for a PIN too short, of one sign only, or counting up or down."""
    check_shape(pin)
    steps = {ord(after) - ord(before) for before, after in pairwise(pin)}
    if len(set(pin)) == 1 or steps in ({1}, {-1}) or re.fullmatch(r"(.{1,3})\1+", pin):
        raise ValidationError("PIN 太容易猜到，请换一个。")


@contextmanager
def _a_try(key: SealKey, by: Any, at: datetime) -> Iterator[None]:
    """One PIN is tried inside; a wrong one stays counted, a right one clears the count, and a token that did not serve costs none."""
    number = _count_try(key)
    try:
        yield
    except WrongPin:
        raise _wrong(key, number, by, at) from None
    except TokenRefused:
        _give_back(key)
        raise
    _forgive(key)


def _count_try(key: SealKey) -> int:
    """One try is taken from those left, for good; returns the how-manieth it is. Raises ``PinLocked`` when there is none."""
    mine = SealKey.objects.filter(pk=key.pk)
    with transaction.atomic(durable=True):
        if not mine.filter(state__in=_OPENING, wrong_pins__lt=TRIES).update(wrong_pins=F("wrong_pins") + 1):
            raise PinLocked
        return mine.values_list("wrong_pins", flat=True).get()


def _forgive(key: SealKey) -> None:
    with transaction.atomic(durable=True):
        SealKey.objects.filter(pk=key.pk).update(wrong_pins=0)


def _give_back(key: SealKey) -> None:
    with transaction.atomic(durable=True):
        SealKey.objects.filter(pk=key.pk, wrong_pins__gt=0).update(wrong_pins=F("wrong_pins") - 1)


def _wrong(key: SealKey, number: int, by: Any, at: datetime) -> KeyRefused:
    """What the person is told of this wrong try; the last of them is a deed, and the network office hears of it."""
    key.refresh_from_db(fields=["wrong_pins"])
    left = TRIES - key.wrong_pins
    if left > 0:
        wrong = WrongPin()
        wrong.args = (f"PIN 不正确，还可以再试 {left} 次。",)
        return wrong
    if number < TRIES:  # the last was made at the same moment by another hand, which says so
        return PinLocked()
    with transaction.atomic(durable=True):
        ledger.enter(Deed.KEY_PIN_LOCKED, subject=ledger.subject_of(key), by=by, at=at, unit=key.unit_id)
        told = set(holders(Right.MANAGE_KEYS).values_list("user_id", flat=True))
        tell(told, key=f"key-locked:{key.pk}", text=f"{key}（保管人{key.keeper}）PIN 输错次数过多，已锁定。", at=at)
    return PinLocked()
