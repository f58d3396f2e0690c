"""A message to a person on the desk. SMS and phone come in as further channels of the same message (Articles 20 and 21)."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import models


class MessageQuerySet(models.QuerySet["Message"]):
    def unread_by(self, person) -> "MessageQuerySet":
        return self.filter(person=person, read_at=None)

    def read(self, *, at: datetime) -> int:
        """Every message of the set counts as read from ``at``; returns how many were new."""
        return self.filter(read_at=None).update(read_at=at)


class Message(models.Model):
    """One sentence for one person, told once: the key makes a repeated telling silent."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="desk_messages", verbose_name="收信人"
    )
    key = models.CharField("去重键", max_length=120)
    text = models.CharField("内容", max_length=500)
    link = models.CharField("链接", max_length=200, blank=True)
    sent_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("已读时间", null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "消息"
        verbose_name_plural = "消息"
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="message_told_once")]
        indexes = [
            models.Index(fields=["person", "-sent_at"], name="message_person"),
            models.Index(fields=["person"], name="message_unread", condition=models.Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.text


def tell(people: Iterable[int], *, key: str, text: str, link: str = "", at: datetime) -> None:
    """Each of these people finds the sentence on the desk; whoever was told under this key already is left alone."""
    Message.objects.bulk_create(
        [Message(person_id=person, key=key, text=text[:500], link=link, sent_at=at) for person in sorted(set(people))],
        ignore_conflicts=True,
    )
