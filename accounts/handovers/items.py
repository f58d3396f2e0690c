"""交接清单: what is handed over, each line checked by who takes it (Article 26).

Keys and devices of the register in the giver's keeping and the work that waits are put down by the system and counted anew when the giver
signs; other things and papers the giver puts down. With the leader's signature the devices that were received are the receiver's to keep. What stands in the list when the giver signs is what is signed: its digest is in the ledger.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.equipment import Device
from accounts.pendingwork import Pending, waiting_at
from accounts.sealissue import possible_keepers
from accounts.seals import SealKey
from cms import ledger
from cms.lifecycles import OutOfOrder
from cms.writtenwords import refuse_unfit

LONGEST, MOST = 200, 100


class Kind(models.TextChoices):
    DEVICE = "device", "设备"
    KEY = "key", "密钥"
    PAPERS = "papers", "文件、资料"
    PENDING = "pending", "待办事项"
    OTHER = "other", "其他"


# What the giver puts down; the rest is put down by the system.
BY_HAND = (Kind.DEVICE, Kind.PAPERS, Kind.PENDING, Kind.OTHER)


class Finding(models.TextChoices):
    TAKEN = "taken", "已接收"
    WRONG = "wrong", "不符"


class HandoverItem(models.Model):
    """One line of a handover's list: what, how many, and what the receiver found."""

    handover = models.ForeignKey("accounts.Handover", models.PROTECT, related_name="items", verbose_name="交接")
    kind = models.CharField("类别", max_length=10, choices=Kind.choices)
    text = models.CharField("名称、编号", max_length=LONGEST)
    count = models.PositiveIntegerField("数量", default=1)
    is_proposed = models.BooleanField("系统列出", default=False)
    has_moved = models.BooleanField("已转到接收人名下", default=False)
    key = models.ForeignKey(SealKey, models.PROTECT, null=True, related_name="+", verbose_name="密钥")
    finding = models.CharField("核对结果", max_length=10, choices=Finding.choices, blank=True)
    remark = models.CharField("备注", max_length=LONGEST, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "交接清单"
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(count__gte=1), name="handover_item_counts"),
            models.CheckConstraint(
                condition=~Q(finding="wrong") | Q(remark__gt=""), name="handover_item_wrong_has_why"
            ),
            models.CheckConstraint(
                condition=Q(key=None) | Q(kind="key", is_proposed=True), name="handover_item_key_is_a_key"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.text}"


@dataclass(frozen=True)
class Found:
    """What the receiver found of one line."""

    finding: str
    remark: str = ""


def keys_left(handover: Any) -> list[SealKey]:
    """Keys on their way to use or in use that the giver keeps for the unit, or one it serves, and may keep no more."""
    units = [handover.unit_id, *handover.unit.serves.values_list("pk", flat=True)]
    kept = SealKey.objects.kept_by(handover.giver).alive().filter(unit__in=units).select_related("unit").order_by("pk")
    return [key for key in kept if handover.giver_id not in possible_keepers(key.unit, key.kind)]


def devices_left(handover: Any) -> list[Device]:
    """Devices of the unit's register, or of one it serves, that the giver keeps and may keep no more, since they serve there no more."""
    units = [handover.unit_id, *handover.unit.serves.values_list("pk", flat=True)]
    kept = Device.objects.kept_by(handover.giver).without_keeper(timezone.localdate()).filter(unit__in=units)
    return list(kept.select_related("unit").order_by("pk"))


def pass_devices(handover: Any, *, by: Any, at: datetime) -> None:
    """What the receiver has found there is in their keeping; what was not there stays with the giver, for the unit to look for."""
    lines = handover.items.filter(kind=Kind.DEVICE, is_proposed=True, finding=Finding.TAKEN)
    taken = set(lines.values_list("text", flat=True))
    for device in devices_left(handover):
        if _line_of(device) in taken:
            device.pass_to(handover.receiver, by=by, at=at)


def _line_of(device: Device) -> str:
    """How the list names a device: its number, which no other in use there has, tells it from all others."""
    return f"{device}（编号 {device.serial}）"


def propose(handover: Any) -> None:
    """The lines of the system say what is so now; those put down by hand stay."""
    HandoverItem.objects.filter(handover=handover, is_proposed=True, has_moved=False).delete()
    lines = [
        HandoverItem(handover=handover, kind=Kind.KEY, text=f"{key}{_serial(key)}", key=key, is_proposed=True)
        for key in keys_left(handover)
    ]
    lines += [
        HandoverItem(handover=handover, kind=Kind.DEVICE, text=_line_of(device), is_proposed=True)
        for device in devices_left(handover)
    ]
    lines += [
        HandoverItem(handover=handover, kind=Kind.PENDING, text=left.name, count=left.count, is_proposed=True)
        for left in waiting_at(handover.giver, handover.unit, handover.role)
    ]
    HandoverItem.objects.bulk_create(lines)


def note_moved(handover: Any, moved: Iterable[Pending]) -> None:
    """What went over to the receiver before the giver signed stands in the list as well."""
    HandoverItem.objects.bulk_create(
        [
            HandoverItem(
                handover=handover, kind=Kind.PENDING, text=work.name, count=work.count, is_proposed=True, has_moved=True
            )
            for work in moved
        ]
    )


def _serial(key: SealKey) -> str:
    return f"（证书序列号 {key.serial}）" if key.serial else ""


def put_down(handover: Any, kind: str, text: str, count: int) -> HandoverItem:
    """Another line stands in the list; raises ``ValidationError`` for one that says nothing, stands there already or bears a
    mark of secrecy."""
    text = " ".join(text.split())
    if kind not in BY_HAND:
        raise ValidationError({"kind": "请选择类别。"})
    if not text or len(text) > LONGEST:
        raise ValidationError({"text": f"请填写名称、编号，不超过 {LONGEST} 个字。"})
    refuse_unfit(text)
    if not 1 <= count <= 9999:
        raise ValidationError({"count": "数量须在 1 至 9999 之间。"})
    if handover.items.filter(kind=kind, text=text).exists():
        raise ValidationError({"text": "清单里已有这一项；数量不对的，请删去后重新列入。"})
    if handover.items.count() >= MOST:
        raise ValidationError({"text": f"清单已有 {MOST} 项，请把同类的合并填写。"})
    return HandoverItem.objects.create(handover=handover, kind=kind, text=text, count=count)


def check_list(handover: Any, found: Mapping[int, Found]) -> None:
    """Every line bears what was found of it; raises ``ValidationError`` for a line not looked at, or wrong without a word why."""
    items = list(handover.items.all())
    for item in items:
        said = found.get(item.pk)
        if said is None or said.finding not in Finding.values:
            raise ValidationError(f"“{item.text}”还没有核对，请逐项选择“已接收”或者“不符”。")
        item.finding, item.remark = said.finding, " ".join(said.remark.split())
        if len(item.remark) > LONGEST:
            raise ValidationError(f"“{item.text}”的备注不能超过 {LONGEST} 个字。")
        refuse_unfit(item.remark)
        if item.finding == Finding.WRONG and not item.remark:
            raise ValidationError(f"“{item.text}”不符，请在备注中写明缺什么、差多少。")
    HandoverItem.objects.bulk_update(items, ["finding", "remark"])


def digest_of(handover: Any) -> dict[str, Any]:
    """How the ledger names the list: how many lines, and the SHA-256 of all they say."""
    fields = ("kind", "text", "count", "finding", "remark")
    lines = [list(line) for line in handover.items.order_by("pk").values_list(*fields)]
    return {"items": len(lines), "list_digest": hashlib.sha256(ledger.canonical(lines).encode()).hexdigest()}


def refuse_keys_left(handover: Any) -> None:
    """Raises ``OutOfOrder`` while a key of the unit could come into a leaver's use."""
    if keys := keys_left(handover):
        named = "、".join(map(str, keys))
        raise OutOfOrder(f"{named}仍由{handover.giver}保管。请先由市网信办收回或者吊销，再签字确认。")
