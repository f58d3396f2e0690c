"""The deeds that count in law, entered once and never changed (Articles 3, 20 and 28).

An entry is written inside the act it records. A leaf gives an entry its place in the Merkle tree; leaves are numbered in
batches, so no lock sits on the path of a sign-for. Both tables take INSERT only: triggers refuse UPDATE, DELETE and TRUNCATE
on both engines. Looks and refusals are not deeds; they go to ``cms.accesslog``.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils import timezone

from cms.canonical import canonical as _canonical
from cms.clientaddress import address_now

_DEEDS: dict[str, str] = {}


def register(deeds: type[models.TextChoices]) -> type[models.TextChoices]:
    """Make the deeds of an app known, each with its Chinese name; a class decorator."""
    for value, label in deeds.choices:
        if value in _DEEDS:
            raise ValueError(f"deed {value} is registered twice")
        _DEEDS[value] = str(label)
    return deeds


def deed_label(deed: str) -> str:
    """The Chinese name of a deed."""
    return _DEEDS.get(deed, deed)


def canonical(facts: Any) -> str:
    """``cms.canonical.canonical`` for facts in which moments and keys may stand."""
    return _canonical(facts, plain=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return instant(value)
    return str(value)


def instant(at: datetime) -> str:
    """A moment as it is hashed: local time to the microsecond with its offset."""
    return timezone.localtime(at).isoformat(timespec="microseconds")


def subject_of(thing: models.Model) -> str:
    """How an entry names its subject: ``circulars.delivery:17``."""
    return f"{thing._meta.label_lower}:{thing.pk}"


def digest_of_keys(keys: Iterable[int]) -> str:
    """SHA-256 of the sorted primary keys: how an entry names the many rows that one act changed."""
    return hashlib.sha256(",".join(map(str, sorted(keys))).encode()).hexdigest()


class EntryQuerySet(models.QuerySet["Entry"]):
    def of(self, thing: models.Model) -> "EntryQuerySet":
        return self.filter(subject=subject_of(thing))


class Entry(models.Model):
    """One deed: what was done to what, by whom, from where, when it happened and when it was written down."""

    happened_at = models.DateTimeField("发生时间")
    recorded_at = models.DateTimeField("记录时间")
    deed = models.CharField("事项", max_length=60)
    subject = models.CharField("对象", max_length=80)
    circular = models.UUIDField("公文标识", null=True)
    unit = models.BigIntegerField("单位", null=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="经办人"
    )
    address = models.CharField("来源地址", max_length=45, blank=True)
    payload = models.TextField("内容")
    hash = models.CharField("摘要", max_length=64)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = "台账记录"
        verbose_name_plural = "台账"
        indexes = [
            models.Index(fields=["circular", "id"], name="entry_circular"),
            models.Index(fields=["subject", "id"], name="entry_subject"),
            models.Index(fields=["person", "id"], name="entry_person"),
        ]

    def __str__(self) -> str:
        return f"{deed_label(self.deed)} {self.happened_at:%Y-%m-%d %H:%M}"

    @property
    def label(self) -> str:
        return deed_label(self.deed)

    @property
    def facts(self) -> dict[str, Any]:
        return json.loads(self.payload)

    @property
    def said(self) -> dict[str, Any]:
        """The facts, or nothing where the payload is none any more, which the check of the ledger tells."""
        try:
            facts = self.facts
        except ValueError:
            return {}
        return facts if isinstance(facts, dict) else {}

    @property
    def text(self) -> str:
        """The canonical text of everything the entry says."""
        return canonical(
            {
                "happened_at": self.happened_at,
                "recorded_at": self.recorded_at,
                "deed": self.deed,
                "subject": self.subject,
                "circular": str(self.circular) if self.circular else None,
                "unit": self.unit,
                "person": self.person_id,
                "address": self.address,
                "payload": self.payload,
            }
        )

    def computed_hash(self) -> str:
        """SHA-256 over the entry's text."""
        return hashlib.sha256(self.text.encode()).hexdigest()


class Leaf(models.Model):
    """The place of an entry in the tree; numbered without gaps by one sealer."""

    index = models.BigIntegerField("序号", primary_key=True)
    entry = models.OneToOneField(Entry, models.PROTECT, verbose_name="记录")
    hash = models.CharField("叶摘要", max_length=64)

    class Meta:
        verbose_name = "台账叶"
        verbose_name_plural = "台账叶"

    def __str__(self) -> str:
        return str(self.index)


def enter(
    deed: str,
    *,
    subject: str,
    at: datetime,
    by: Any = None,
    circular: UUID | None = None,
    unit: int | None = None,
    facts: dict[str, Any] | None = None,
) -> Entry:
    """The deed is in the ledger, with the address of the request it came by; call it inside the act's transaction."""
    if deed not in _DEEDS:
        raise ValueError(f"deed {deed} is not registered")
    entry = Entry(
        happened_at=at,
        recorded_at=timezone.now(),
        deed=deed,
        subject=subject,
        circular=circular,
        unit=unit,
        person=by,
        address=address_now(),
        payload=canonical(facts or {}),
    )
    entry.hash = entry.computed_hash()
    entry.save(force_insert=True)
    return entry
