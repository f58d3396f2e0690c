"""How a draft began: empty, from a Word file, as a copy or to pass a received circular on, and by which form.

The key of the form makes beginning harmless to repeat: the same key has one draft.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import models

from circulars.pages import CircularPage


def hand_down(collector: Any, field: Any, begun: Any, using: str) -> None:
    """When a draft is thrown away, those that began with it count as begun with what it began with itself."""
    for origin in begun.select_related("source__origin"):
        earlier = getattr(origin.source, "origin", None)
        collector.add_field_update(field, earlier.source_id if earlier else None, [origin])


class Origin(models.Model):
    """The beginning of one draft, and with which paper; ``account`` says in lines where its text came from and what did not come along."""

    class Kind(models.TextChoices):
        EMPTY = "empty", "新起草"
        IMPORTED = "imported", "导入 Word 文稿"
        COPIED = "copied", "复制为新稿"
        PASSED_ON = "passed_on", "转发来文"
        AMENDING = "amending", "更正、作废通知"
        REISSUED = "reissued", "退文更正重发"
        REPLYING = "replying", "答复来文"
        BULLETIN = "bulletin", "签收情况通报"

    page = models.OneToOneField(CircularPage, models.CASCADE, related_name="origin", verbose_name="文稿")
    kind = models.CharField("起稿方式", max_length=10, choices=Kind.choices)
    source = models.ForeignKey(CircularPage, hand_down, null=True, related_name="beginnings", verbose_name="来源文稿")
    key = models.UUIDField("表单标识", unique=True)
    account = models.TextField("起稿说明", blank=True)
    begun_at = models.DateTimeField("起稿时间")

    class Meta:
        verbose_name = "起稿记录"
        verbose_name_plural = "起稿记录"

    def __str__(self) -> str:
        return f"{self.page_id} {self.get_kind_display()}"

    @property
    def lines(self) -> list[str]:
        return self.account.split("\n") if self.account else []


def begun_from(page: int) -> set[int]:
    """The keys of all drafts that began with this one, and of those that began with these."""
    found: set[int] = set()
    newest = {page}
    while newest:
        newest = set(Origin.objects.filter(source__in=newest).values_list("page", flat=True)) - found
        found |= newest
    return found


def key_in(posted: Mapping[str, Any]) -> UUID:
    """The key that a form was handed out with, a fresh one where it has none."""
    try:
        return UUID(str(posted.get("form_key", "")))
    except ValueError:
        return uuid4()


def begun_with(key: UUID, by: Any) -> CircularPage | None:
    """The draft that this person has begun with this form, if there is one."""
    return CircularPage.objects.filter(origin__key=key, owner_id=by.pk).first()


def note_beginning(page: CircularPage, kind: Origin.Kind, key: UUID, *, at: datetime) -> Origin:
    """How the draft began is on record; a form that another draft began with is not this one's, which then has a key of its own."""
    facts = {"page": page, "kind": kind, "begun_at": at}
    origin, made = Origin.objects.get_or_create(key=key, defaults=facts)
    return origin if made else Origin.objects.create(key=uuid4(), **facts)
