"""Making a key: asked for, issued to its keeper, in force once the keeper has set a PIN (Articles 10, 12, 14 and 17).

The private part is made in the moment the keeper sets the PIN, asks for its certificate in the same breath and is locked up, in the database
or in the token that the network office chose: at no time is there a key without a PIN. A key that replaces another ends that one as it comes into force.
"""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.views.decorators.debug import sensitive_variables

from accounts.deeds import Deed
from accounts.holders import people_with
from accounts.keyproviders import provider_of, tokens
from accounts.people import User
from accounts.renewals import follow_activation, follow_issue
from accounts.roles import Right, may
from accounts.sealends import end_key
from accounts.sealpins import check_pin, take_over
from accounts.seals import KEEPERS, Custody, KeyKind, Provider, SealKey
from accounts.units import Unit
from cms import ledger
from cms.lifecycles import OutOfOrder, move
from cms.messages import tell
from cms.revocations import Reason, current_list, the_authority
from cms.signing import certificates

_CERTIFIED = {
    KeyKind.UNIT_SEAL: certificates.UNIT_SEAL,
    KeyKind.LEADERS_STAMP: certificates.STAMP,
    KeyKind.CLERK: certificates.CLERK,
}


def possible_keepers(unit: Unit, kind: str) -> set[int]:
    """Primary keys of the people who may keep a key of this kind for the unit now."""
    return set().union(*(people_with(right, unit.pk) for right in KEEPERS[kind]))


def request_key(
    unit: Unit,
    kind: str,
    keeper: User,
    *,
    occasion: str = SealKey.Occasion.FIRST,
    reason: str = "",
    replaces: SealKey | None = None,
    due_at: datetime | None = None,
    by: Any,
    at: datetime,
) -> SealKey:
    """A key for this keeper waits to be issued; raises ``OutOfOrder`` where one waits already or the keeper does not serve there."""
    if not (may(by, Right.MANAGE_KEYS) or may(by, Right.CONFIRM_KEY)):
        raise PermissionDenied("您没有申请密钥的权限。")
    if keeper.pk not in possible_keepers(unit, kind):
        raise OutOfOrder(f"{keeper}现在不是{unit}的在岗人员，不能保管{KeyKind(kind).label}密钥。")
    try:
        with transaction.atomic():
            key = SealKey.objects.create(
                unit=unit,
                kind=kind,
                keeper=keeper,
                occasion=occasion,
                reason=reason.strip()[:200],
                replaces=replaces,
                picture=replaces.picture if replaces else None,
                due_at=due_at,
                requested_by=by,
                requested_at=at,
            )
            facts = {"kind": kind, "keeper": keeper.pk, "occasion": occasion}
            ledger.enter(Deed.KEY_REQUESTED, subject=ledger.subject_of(key), by=by, at=at, unit=unit.pk, facts=facts)
    except IntegrityError:
        raise OutOfOrder(f"{unit}已为{keeper}申请过这种密钥，请先办完那一份。") from None
    return key


def replace_key(key: SealKey, *, occasion: str, reason: str = "", by: Any, at: datetime) -> SealKey:
    """A successor of the key, with its picture, waits to be issued to the same keeper; the old one lasts until the new one is in force."""
    if key.state in (SealKey.State.REQUESTED, SealKey.State.ISSUED, SealKey.State.REFUSED):
        raise OutOfOrder(f"{key}现在是“{key.get_state_display()}”，还不能换发。")
    if hasattr(key, "successor"):
        raise OutOfOrder(f"{key}已换发过。")
    return request_key(key.unit, key.kind, key.keeper, occasion=occasion, reason=reason, replaces=key, by=by, at=at)


def issue(key: SealKey, token: str = "", *, by: Any, at: datetime) -> None:
    """The key is the keeper's to activate, and custody begins; it will lie in the token of this label, or in the database where none is named.

    A forgotten PIN takes two people; nobody issues a key to oneself. Raises ``PermissionDenied`` and ``OutOfOrder``, and ``KeyRefused``
    where the tokens cannot be seen.
    """
    is_for_two = key.occasion == SealKey.Occasion.FORGOTTEN
    if not may(by, Right.CONFIRM_KEY if is_for_two else Right.MANAGE_KEYS):
        raise PermissionDenied("您没有制发密钥的权限。")
    if is_for_two and by.pk == key.requested_by_id:
        raise OutOfOrder("忘记 PIN 重新制发的，申请人不能自己制发，请网信办或秘书科另一位同志办理。")
    if by.pk == key.keeper_id:
        raise OutOfOrder("不能给本人制发密钥，请另一位同志办理。")
    if key.keeper_id not in possible_keepers(key.unit, key.kind):
        raise OutOfOrder(f"{key.keeper}现在不是{key.unit}的在岗人员，不能保管这把密钥。")
    if token and token not in tokens.free_tokens():
        raise OutOfOrder(f"没有找到空闲的令牌“{token}”：请插好，或者另换一个。")
    try:
        _hand_out(key, token, by=by, at=at)
    except IntegrityError:  # somebody took the token just now
        key.refresh_from_db()
        raise OutOfOrder(f"令牌“{token}”刚刚用于另一把密钥，请另换一个。") from None


@transaction.atomic
def _hand_out(key: SealKey, token: str, *, by: Any, at: datetime) -> None:
    provider = Provider.TOKEN if token else Provider.FILE
    facts = {"keeper": key.keeper_id, "requested_by": key.requested_by_id}
    move(
        key,
        SealKey.State.ISSUED,
        Deed.KEY_ISSUED,
        by=by,
        at=at,
        unit=key.unit_id,
        facts=facts | ({"token": token} if token else {}),
        issued_by=by,
        issued_at=at,
        provider=provider,
        token=token,
    )
    Custody.objects.create(key=key, holder=key.keeper, since=at, handed_by=by)
    follow_issue(key, by=by, at=at)
    text = f"{key}已制发给您，请在“我的密钥”中设定 PIN 后启用。"
    if token:
        text = f"{key}已制发给您，存放在令牌“{token}”中，请在“我的密钥”中用令牌的初始 PIN 换成您自己的 PIN 后启用。"
    tell([key.keeper_id], key=f"key-issued:{key.pk}", text=text, at=at)


def refuse(key: SealKey, *, by: Any, at: datetime) -> None:
    """No key is made; whoever asked may take it back like this as well. A successor may be asked for again."""
    if not (may(by, Right.MANAGE_KEYS) or may(by, Right.CONFIRM_KEY)):
        raise PermissionDenied("您没有制发密钥的权限。")
    move(key, SealKey.State.REFUSED, Deed.KEY_REFUSED, by=by, at=at, unit=key.unit_id, ended_at=at, replaces=None)


@sensitive_variables("pin", "delivered", "made")
def activate(key: SealKey, pin: str, delivered: str = "", *, by: Any, at: datetime, seen: str | None = None) -> None:
    """The key is in force under the keeper's PIN with the picture that it has, certified for a year; the one it replaces has ended.

    ``seen`` is the digest of the picture that the keeper had before him, empty for none; another one by now is refused.

    A token's key is made once the keeper's PIN has taken the place of the one that the token was delivered under. Call it outside any
    transaction. Raises ``PermissionDenied``, ``ValidationError`` for a poor PIN, ``OutOfOrder``, and ``KeyRefused`` where there is no authority
    or the token does not open.
    """
    if by.pk != key.keeper_id or by.pk not in possible_keepers(key.unit, key.kind):
        raise PermissionDenied("密钥只能由保管人本人启用。")
    check_pin(pin)
    authority = the_authority()
    name = subject_of(key, demo=authority.is_demo)
    key.refresh_from_db()
    if key.state != SealKey.State.ISSUED:
        raise OutOfOrder(f"{key}现在是“{key.get_state_display()}”，不能启用。")
    _refuse_other_picture(key, seen)
    if key.is_in_token:
        take_over(key, delivered, pin, by=by, at=at)
    made = provider_of(key).make(key, pin, name)
    certificate = authority.issue(made.asked, _CERTIFIED[KeyKind(key.kind)], name, at=at)
    with transaction.atomic():
        held = SealKey.objects.select_for_update().get(pk=key.pk)
        _refuse_other_picture(held, seen)
        follow_activation(key, by=by, at=at)
        _end_others(key, by=by, at=at)
        move(
            key,
            SealKey.State.IN_FORCE,
            Deed.KEY_IN_FORCE,
            by=by,
            at=at,
            unit=key.unit_id,
            facts={
                "serial": f"{certificate.serial_number:x}",
                "valid_until": certificate.not_valid_after_utc,
                "picture": held.picture.digest if held.picture else "",
            },
            in_force_at=at,
            valid_until=certificate.not_valid_after_utc,
            serial=f"{certificate.serial_number:x}",
            certificate_pem=certificates.pem(certificate),
            pins_set=1,
            wrong_pins=0,
            **made.columns,
        )
        current_list(at)  # whoever checks its seals finds a list from the first key on


def _refuse_other_picture(key: SealKey, seen: str | None) -> None:
    if seen is not None and seen != (key.picture.digest if key.picture else ""):
        raise OutOfOrder("图样刚刚换过，请重新核对后启用。")


def subject_of(key: SealKey, *, demo: bool) -> Any:
    """How the certificate names the key: the unit's full name and code, and for a person's own also the person and the user name."""
    titles = {
        KeyKind.UNIT_SEAL: key.unit.name,
        KeyKind.LEADERS_STAMP: f"{key.keeper.name}（签名章）",
        KeyKind.CLERK: f"{key.keeper.name}（收发员）",
    }
    title = titles[KeyKind(key.kind)]
    person = "" if key.kind == KeyKind.UNIT_SEAL else key.keeper.username
    return certificates.subject(
        organisation=key.unit.name, common_name=title, code=key.unit.code, person=person, demo=demo
    )


def _end_others(key: SealKey, *, by: Any, at: datetime) -> None:
    """A unit has one seal, a person one stamp and one certificate for a unit: the key before this one is revoked."""
    others = SealKey.objects.filter(unit=key.unit_id, kind=key.kind, state=SealKey.State.IN_FORCE)
    if key.kind != KeyKind.UNIT_SEAL:
        others = others.filter(keeper=key.keeper_id)
    for other in others.select_related("unit"):
        end_key(other, SealKey.State.REVOKED, Deed.KEY_REVOKED, Reason.SUPERSEDED, note="已换发新密钥", by=by, at=at)
