"""涉密处置: a paper with a state secret slipped in, is blocked for everybody at once, and is purged by two persons (Article 5).

The row outlives the text: it is the tombstone that says which paper it was, by whose hands it went, and who had seen it.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.overseeing import overseen
from accounts.roles import Right
from accounts.units import Unit
from circulars.pages import SHUT, CircularPage
from circulars.registration import Circular
from cms.areas import Area
from cms.lifecycles import OutOfOrder

# What stands in place of a title that may not be read.
WITHHELD = "（已封存）"
PURGED = "（已清除）"


class SecrecyCaseQuerySet(models.QuerySet["SecrecyCase"]):
    def shut(self) -> "SecrecyCaseQuerySet":
        """Cases whose paper nobody may read: all but those that were released."""
        return self.filter(state__in=SHUT)

    def for_person(self, user: Any) -> "SecrecyCaseQuerySet":
        """Those of papers of the areas for which the person blocks or purges."""
        overseeing = overseen(user, Right.BLOCK) | overseen(user, Right.PURGE)
        if overseeing.every:
            return self.all()
        return self.filter(overseeing.of("circular__series__area", "page__series__area", "issuer__area"))

    def unpurged(self) -> "SecrecyCaseQuerySet":
        """Cases that wait for a confirmation."""
        return self.filter(state__in=(SecrecyCase.State.BLOCKED, SecrecyCase.State.CONFIRMED))


class SecrecyCase(models.Model):
    """One paper that was blocked: as a draft, or as a circular with its number."""

    class State(models.TextChoices):
        BLOCKED = "blocked", "已封存"
        CONFIRMED = "confirmed", "待第二人确认"
        PURGED = "purged", "已清除"
        RELEASED = "released", "已解封"

    # What was purged cannot come back.
    MOVES = {
        State.BLOCKED: {State.CONFIRMED, State.RELEASED},
        State.CONFIRMED: {State.PURGED, State.RELEASED},
    }

    page = models.ForeignKey(CircularPage, models.PROTECT, related_name="secrecy_cases", verbose_name="文稿")
    circular = models.ForeignKey(Circular, models.PROTECT, null=True, related_name="secrecy_cases", verbose_name="公文")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.BLOCKED)
    withheld_title = models.CharField("封存的标题", max_length=255, blank=True)

    number = models.CharField("发文字号", max_length=40, blank=True)
    digest = models.CharField("文稿摘要", max_length=64, blank=True)
    issuer = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="发文单位")
    issuer_name = models.CharField("发文单位名称", max_length=100)
    drafter_name = models.CharField("拟稿人", max_length=40, blank=True)
    approver_name = models.CharField("签发人", max_length=40, blank=True)
    approved_at = models.DateTimeField("签发时间", null=True)
    sender_name = models.CharField("发送人", max_length=40, blank=True)
    sent_at = models.DateTimeField("发送时间", null=True)
    recipients = models.PositiveIntegerField("收文单位数", default=0)

    reason = models.CharField("封存理由", max_length=200)
    blocked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="封存人")
    blocked_at = models.DateTimeField("封存时间")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="第一确认人"
    )
    confirmed_role = models.CharField("第一确认人职责", max_length=20, blank=True)
    confirmed_at = models.DateTimeField("第一人确认时间", null=True)
    purged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="第二确认人"
    )
    purged_role = models.CharField("第二确认人职责", max_length=20, blank=True)
    purged_at = models.DateTimeField("清除时间", null=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="解封人"
    )
    released_at = models.DateTimeField("解封时间", null=True)
    release_reason = models.CharField("解封理由", max_length=200, blank=True)

    objects = SecrecyCaseQuerySet.as_manager()

    class Meta:
        verbose_name = "涉密处置"
        verbose_name_plural = "涉密处置"
        constraints = [
            models.UniqueConstraint(fields=["page"], name="one_secrecy_case", condition=Q(state__in=SHUT)),
            models.CheckConstraint(
                condition=~Q(state="purged") | (Q(withheld_title="") & ~Q(confirmed_by=models.F("purged_by"))),
                name="purged_by_two_persons",
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"文稿 {self.page_id}"

    @property
    def area(self) -> Area:
        """The area whose secretariat deals with it."""
        return self.circular.area if self.circular else self.page.area


class CaseReader(models.Model):
    """That this person had read, taken away or handled the paper before it was blocked; frozen with the case."""

    class Deed(models.TextChoices):
        HANDLED = "handled", "经办"
        OPENED = "opened", "查看"
        SIGNED = "signed", "签收"
        DOWNLOADED = "downloaded", "下载"
        PRINTED = "printed", "打印"

    case = models.ForeignKey(SecrecyCase, models.CASCADE, related_name="readers", verbose_name="涉密处置")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="人员")
    person_name = models.CharField("姓名", max_length=40)
    unit_name = models.CharField("单位", max_length=60, blank=True)
    deed = models.CharField("行为", max_length=12, choices=Deed.choices)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "知悉人员"
        verbose_name_plural = "知悉人员"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.person_name} {self.get_deed_display()}"


class CaseFile(models.Model):
    """One file of the paper, by digest, and whether its bytes had to stay because another paper holds them too."""

    case = models.ForeignKey(SecrecyCase, models.CASCADE, related_name="files", verbose_name="涉密处置")
    digest = models.CharField("SHA-256", max_length=64)
    is_kept = models.BooleanField("别的公文也用，保留", default=False)

    class Meta:
        verbose_name = "涉密文件"
        verbose_name_plural = "涉密文件"

    def __str__(self) -> str:
        return self.digest[:12]


def refuse_blocked(page: CircularPage) -> None:
    """Raises ``OutOfOrder`` when the draft, or the circular that came of it, is blocked."""
    if page.is_blocked:
        raise OutOfOrder("本件因涉密处置已封存，不能再办理。")


def shut_circulars() -> Any:
    """Primary keys of the circulars that nobody may read, for a query."""
    return SecrecyCase.objects.shut().filter(circular__isnull=False).values("circular")


def undecided_circulars() -> Any:
    """Those of them of which it is not decided yet whether they stay shut for good."""
    return shut_circulars().exclude(state=SecrecyCase.State.PURGED)


def shut_pages() -> Any:
    """Primary keys of the drafts that nobody may read, for a query."""
    return SecrecyCase.objects.shut().values("page")
