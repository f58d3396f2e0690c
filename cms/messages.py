"""A message to a person on the desk. SMS and phone come in as further channels of the same message (Articles 20 and 21).

A message may say which thing it speaks of, as the ledger names its subjects; by that alone it is found when the thing must not be read.
"""

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

    def hide(self, instead: str, *, about: str) -> int:
        """Each of the set is read as ``instead``, until it is shown again, and is known to be about this; returns how many."""
        return self.update(instead=instead, about=about)

    def show(self) -> int:
        """What was hidden is read as it was; returns how many were."""
        return self.exclude(instead="").update(instead="")

    def wipe(self, instead: str) -> int:
        """No word of the set is kept, for good; returns how many there were."""
        return self.update(text=instead, link="", instead="")


class Message(models.Model):
    """One sentence for one person, told once: the key makes a repeated telling silent."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="desk_messages", verbose_name="收信人"
    )
    key = models.CharField("去重键", max_length=120)
    text = models.CharField("内容", max_length=500)
    link = models.CharField("链接", max_length=200, blank=True)
    about = models.CharField("所说事项", max_length=80, blank=True)
    instead = models.CharField("隐去后的内容", max_length=40, blank=True)
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
            models.Index(fields=["about"], name="message_about"),
        ]

    def __str__(self) -> str:
        return self.shown

    @property
    def shown(self) -> str:
        """What the person reads."""
        return self.instead or self.text

    @property
    def shown_link(self) -> str:
        return "" if self.instead else self.link


def unread_of(person: int) -> models.QuerySet:
    """How many messages the person has not read, as a question that goes into another; no row where there is none."""
    rows = Message.objects.unread_by(person).order_by().values("person")
    return rows.annotate(unread=models.Count("pk")).values("unread")


def tell(people: Iterable[int], *, key: str, text: str, link: str = "", about: str = "", at: datetime) -> None:
    """Each of these people finds the sentence on the desk; whoever was told under this key already is left alone.

    ``about`` names the thing that the sentence speaks of, as ``ledger.subject_of`` does.
    """
    Message.objects.bulk_create(
        [
            Message(person_id=person, key=key, text=text[:500], link=link, about=about, sent_at=at)
            for person in sorted(set(people))
        ],
        ignore_conflicts=True,
    )
