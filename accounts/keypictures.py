"""图样: the picture that a seal or a leader's stamp bears in the place of one drawn from its name (Article 10; GB/T 9704-2012, 7.3.5).

The network office gives it to a key before the key is in force; the keeper sees it and sets the key in force with it, and from then on it
stays: another picture is another key. The ledger's entry of that moment names its digest.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction

from accounts.deeds import Deed
from accounts.inkpictures import ink_of
from accounts.roles import Right, may
from accounts.seals import KeyKind, SealKey
from cms import ledger
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.signing.keys import KeyRefused
from cms.verifying import CHUNK, Fault, in_chunks, register

# A key whose picture may still change.
OPEN = (SealKey.State.REQUESTED, SealKey.State.ISSUED)
ON_PAPER = (KeyKind.UNIT_SEAL, KeyKind.LEADERS_STAMP)


class KeyPicture(models.Model):
    """One picture as it is kept, named by its digest: a PNG with nothing but its pixels. Takes INSERT only."""

    digest = models.CharField("图样摘要", max_length=64, unique=True)
    content = models.BinaryField("图样")
    kept_at = models.DateTimeField("存入时间")

    class Meta:
        verbose_name = "印章图样"
        verbose_name_plural = "印章图样"
        default_permissions = ()

    def __str__(self) -> str:
        return self.digest[:12]


def give_picture(key: SealKey, content: bytes, *, by: Any, at: datetime) -> None:
    """The key will bear this picture; raises ``PermissionDenied``, ``ValidationError`` for a poor one, and ``OutOfOrder`` once it is in force."""
    if not may(by, Right.MANAGE_KEYS):
        raise PermissionDenied("图样由市网信办上传。")
    if key.kind not in ON_PAPER:
        raise OutOfOrder("个人证书不盖在公文上，没有图样。")
    ink = ink_of(content, is_round=key.kind == KeyKind.UNIT_SEAL)
    digest = hashlib.sha256(ink).hexdigest()
    with transaction.atomic():
        held = SealKey.objects.select_for_update().get(pk=key.pk)
        if held.state not in OPEN:
            raise OutOfOrder(f"{key}已启用或者已停用，图样不能更换；要换图样的，请换发新密钥。")
        key.picture, _ = KeyPicture.objects.get_or_create(digest=digest, defaults={"content": ink, "kept_at": at})
        if held.picture_id == key.picture_id:
            return
        key.save(update_fields=["picture"])
        facts = {"picture": digest}
        ledger.enter(Deed.KEY_PICTURED, subject=ledger.subject_of(key), by=by, at=at, unit=key.unit_id, facts=facts)


def picture_on(key: SealKey) -> bytes | None:
    """The picture that the key in force bears, as a PNG; None where it is drawn from the name.

    Raises ``KeyRefused`` for any other picture than the one with which the key came into force.
    """
    [said] = _said([key]).values()
    if flaw := _flaw_of(key, said):
        raise KeyRefused(f"{key}的{flaw}现在不能用印，请联系市网信办。")
    return bytes(key.picture.content) if key.picture else None


@register
def check_pictures(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Every key bears the picture with which it came into force; keys are few, so all are asked whatever ``since`` is."""
    keys = SealKey.objects.filter(in_force_at__isnull=False).select_related("unit", "picture").order_by("pk")
    for chunk in in_chunks(keys.iterator(CHUNK)):
        said = _said(chunk)
        for key in chunk:
            if flaw := _flaw_of(key, said[key.pk]):
                yield Fault(f"密钥 {key.pk}（{key}）", flaw)


def _said(keys: list[SealKey]) -> dict[int, str]:
    """The digest of the picture with which each came into force, as the ledger said first; empty for none."""
    subjects = {ledger.subject_of(key): key.pk for key in keys}
    found = dict.fromkeys(subjects.values(), "")
    # A key comes into force once: whatever was entered for it later was put there to make another picture good.
    for entry in Entry.objects.filter(deed=Deed.KEY_IN_FORCE, subject__in=subjects).order_by("-pk"):
        found[subjects[entry.subject]] = str(entry.said.get("picture", ""))
    return found


def _flaw_of(key: SealKey, said: str) -> str:
    if (key.picture.digest if key.picture else "") != said:
        return "图样不是启用时的那一幅，图样被换过。"
    if key.picture and hashlib.sha256(bytes(key.picture.content)).hexdigest() != said:
        return "图样的内容与摘要不一致，图样被改动过。"
    return ""
