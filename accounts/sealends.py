"""The end of a key: damaged, revoked, taken back or run out; from that moment it opens no more (Articles 14, 15 and 17).

Its certificate is on the next list of revocations and its private part is erased. What it sealed before stays good.
"""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse

from accounts import keyclocks
from accounts.deeds import Deed
from accounts.faults import Fault, report_fault
from accounts.keyletters import enter_letter
from accounts.renewals import follow_end
from accounts.roles import Right, may
from accounts.seals import Custody, SealKey
from cms.attachments import Attachment
from cms.lifecycles import move
from cms.limits import when
from cms.messages import tell
from cms.revocations import Reason, revoke_certificate


def end_key(
    key: SealKey, state: str, deed: str, reason: Reason, *, note: str = "", by: Any, at: datetime, **changes: Any
) -> None:
    """The key is in this last state, its private part gone and its certificate revoked since ``at``."""
    with transaction.atomic():
        facts = {"serial": key.serial, "note": note}
        ended = {"locked_key": b"", "end_note": note[:200]} | ({} if key.ended_at else {"ended_at": at})
        move(key, state, deed, by=by, at=at, unit=key.unit_id, facts=facts, **ended, **changes)
        if key.serial:
            revoke_certificate(int(key.serial, 16), reason, at=at)
        follow_end(key, state, by=by, at=at)


def report_damage(key: SealKey, text: str, *, by: Any, at: datetime) -> Fault:
    """Network office and secretariat know that the key is damaged; it is out of use when the network office accepts that (Article 14)."""
    if by.pk != key.keeper_id:
        raise PermissionDenied("密钥的损坏由保管人报告。")
    with transaction.atomic():
        fault = report_fault(key.unit, Fault.Kind.SEAL, text, detected_at=at, by=by, at=at)
        SealKey.objects.filter(pk=key.pk).update(reported_at=at)
    return fault


def accept_damage(
    key: SealKey, letter: str, *, scan: Attachment | None = None, file_name: str = "", by: Any, at: datetime
) -> SealKey:
    """The key is out of use at once and its successor due within the limit of Article 14, on the unit's letter of introduction; the keeper is told.

    Returns the successor, which waits to be issued; one that was asked for already, to renew the key, is now due for the damage.
    """
    from accounts.sealissue import replace_key

    _manages(by)
    letter = letter.strip()
    if not letter:
        raise ValidationError({"letter": "请填写单位介绍信的文号或日期。"})
    with transaction.atomic():
        note = f"介绍信：{letter}"
        end_key(key, SealKey.State.DAMAGED, Deed.KEY_DAMAGED, Reason.KEY_COMPROMISE, note=note, by=by, at=at)
        enter_letter(key, letter, scan=scan, file_name=file_name, by=by, at=at)
        new = SealKey.objects.filter(replaces=key).first()
        if new is None:
            new = replace_key(key, occasion=SealKey.Occasion.DAMAGED, reason=note, by=by, at=at)
        if new.state == SealKey.State.REQUESTED:
            new.occasion, new.reason, new.due_at = SealKey.Occasion.DAMAGED, note[:200], _reissue_due(key, at)
            new.save(update_fields=["occasion", "reason", "due_at"])
        until = f"，应在{when(new.due_at)}前制发" if new.due_at else ""
        text = f"{key}的损坏已受理，原密钥即刻停用；新密钥待市网信办制发{until}。"
        tell([key.keeper_id], key=f"key-damaged:{key.pk}", text=text, link=reverse("accounts:own_keys"), at=at)
    return new


def revoke(key: SealKey, reason: str, *, by: Any, at: datetime) -> None:
    """The key is revoked, with the reason."""
    _manages(by)
    if not reason.strip():
        raise ValidationError({"reason": "请写明吊销原因。"})
    end_key(key, SealKey.State.REVOKED, Deed.KEY_REVOKED, Reason.KEY_COMPROMISE, note=reason.strip(), by=by, at=at)


def take_back(key: SealKey, note: str = "", *, by: Any, at: datetime) -> None:
    """The key is back in the network office: its unit was renamed or dissolved, or it is over (Article 15)."""
    _manages(by)
    with transaction.atomic():
        note = note.strip() or key.end_note
        end_key(
            key, SealKey.State.RETURNED, Deed.KEY_RETURNED, Reason.CESSATION, note=note, by=by, at=at, returned_at=at
        )
        Custody.objects.create(key=key, holder=None, since=at, handed_by=by)


def sweep_keys(at: datetime) -> None:
    """Keys that ran out have ended. Nothing is to be revoked: the certificate says itself until when it held."""
    for key in SealKey.objects.run_out(at).select_related("unit"):
        move(
            key, SealKey.State.EXPIRED, Deed.KEY_EXPIRED, by=None, at=at, unit=key.unit_id, ended_at=at, locked_key=b""
        )


def _manages(by: Any) -> None:
    if not may(by, Right.MANAGE_KEYS):
        raise PermissionDenied("密钥由市网信办管理。")


def _reissue_due(key: SealKey, at: datetime) -> datetime | None:
    return keyclocks.due(keyclocks.REISSUE, key.unit.area, at)
