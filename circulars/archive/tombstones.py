"""What remains of a destroyed paper, for good: its number, digests, approvals and days, in one text whose digest the ledger has (Articles 4 and 27).

Title and number stay: the register of destroyed papers must say which they were. Body, attachments and opinions do not. The text can be
emptied after a secret slipped in (Article 5); its digest stays.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models

from accounts.units import Unit
from circulars.archive.destructionlists import DestructionLine, DestructionList
from circulars.archive.holdings import Holding
from circulars.deeds import Deed
from circulars.sealing.records import Manifest
from cms.ledger import Entry, canonical

FORMAT = "gongwen-tombstone/1"


class Tombstone(models.Model):
    """The stub of one paper that one unit destroyed; takes INSERT only."""

    holding = models.OneToOneField(
        Holding, models.PROTECT, primary_key=True, related_name="tombstone", verbose_name="存档公文"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="单位")
    content = models.TextField("内容")
    digest = models.CharField("摘要", max_length=64, unique=True)
    at = models.DateTimeField("销毁时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="监销人")

    class Meta:
        verbose_name = verbose_name_plural = "销毁存根"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.holding_id} {self.digest[:12]}"

    @property
    def facts(self) -> dict[str, Any]:
        """What it says; nothing after the paper was purged, or where the text is none of ours any more."""
        try:
            said = json.loads(self.content)
        except ValueError:
            return {}
        return said if isinstance(said, dict) and said.get("format") == FORMAT else {}


@dataclass(frozen=True)
class Standing:
    """What can be shown of a tombstone: whether its text is the one whose digest it bears, and whether the ledger entered that digest."""

    is_intact: bool
    is_entered: bool
    entry: Entry | None

    @property
    def stands(self) -> bool:
        return self.is_intact and self.is_entered


def standing_of(stone: Tombstone) -> Standing:
    """The tombstone measured by itself and by the ledger's entry of the destruction."""
    is_intact = hashlib.sha256(stone.content.encode()).hexdigest() == stone.digest
    entries = Entry.objects.of(stone.holding).filter(deed=Deed.HOLDING_DESTROYED).select_related("leaf", "person")
    entry = entries.order_by("pk").first()
    is_entered = entry is not None and entry.said.get("tombstone") == stone.digest
    return Standing(is_intact, is_entered and entry is not None and entry.hash == entry.computed_hash(), entry)


def raise_over(line: DestructionLine, sheet: DestructionList, *, by: Any, at: datetime) -> Tombstone:
    """The stub is on record and the ledger has its digest; call it inside the destruction's transaction."""
    holding = line.holding
    content = canonical(_told(line, sheet, at))
    stone = Tombstone(
        holding=holding,
        unit_id=holding.unit_id,
        content=content,
        digest=hashlib.sha256(content.encode()).hexdigest(),
        at=at,
        by=by,
    )
    stone.save(force_insert=True)
    return stone


def _told(line: DestructionLine, sheet: DestructionList, at: datetime) -> dict[str, Any]:
    holding, circular = line.holding, line.holding.circular
    manifest = Manifest.objects.filter(circular=circular.pk).first()
    said = manifest.facts if manifest else {}
    return {
        "format": FORMAT,
        "unit": {"code": holding.unit.code, "name": holding.unit.name},
        "document": str(circular.uuid),
        "number": circular.number,
        "title": circular.title,
        "issuer": circular.issuer_name,
        "written_date": circular.written_date.isoformat(),
        "part": holding.part,
        "code": holding.code,
        "year": holding.year,
        "term": holding.term or None,
        "kept_until": holding.kept_until.isoformat() if holding.kept_until else None,
        "filed_at": holding.filed_at,
        "digests": {
            "text": circular.digest,
            "manifest": manifest.digest if manifest else None,
            "pdf": manifest.pdf_digest if manifest else None,
            "attachments": [file["sha256"] for file in said.get("attachments", ())],
        },
        "appraisal": _act(line.appraisal.by, line.appraisal.at),
        "list": {"number": str(sheet), **_act(sheet.drawn_by, sheet.drawn_at)},
        "approvals": [_act(sheet.first_by, sheet.first_at), _act(sheet.second_by, sheet.second_at)],
        "witnesses": [_act(sheet.witness, sheet.witnessed_at), _act(sheet.done_by, at)],
    }


def _act(by: Any, at: datetime | None) -> dict[str, Any]:
    return {"username": by.username, "name": by.name, "at": at}


def enter_destruction(holding: Holding, stone: Tombstone, sheet: DestructionList) -> dict[str, Any]:
    """How the ledger's entry names what was destroyed."""
    return holding.facts() | {"tombstone": stone.digest, "list": str(sheet)}
