"""Every text that was handed over, as it was: the drafter's versions, the approved one among them (Articles 3 and 19; regulation art. 25).

A version is our own snapshot, complete and never changed. The approval stands on it, and only there: what is registered is the
content of the approved version, word for word.
"""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models

from circulars.pages import SHUT, CircularPage
from circulars.snapshots import Snapshot, digest_of, snapshot_of, typed_in
from cms.ledger import canonical


class VersionQuerySet(models.QuerySet["Version"]):
    def approved(self) -> "VersionQuerySet":
        """Versions whose approval stands."""
        return self.filter(approved_at__isnull=False)

    def to_register(self) -> "VersionQuerySet":
        """The latest version of each approved draft that waits for registration."""
        later = Version.objects.filter(page=models.OuterRef("page"), number__gt=models.OuterRef("number"))
        waiting = self.approved().filter(~models.Exists(later), registered_at=None)
        return waiting.exclude(page__secrecy_cases__state__in=SHUT)

    def of_units(self, units: Collection[int]) -> "VersionQuerySet":
        """Versions of drafts in the sections of these units."""
        return self.filter(page__in=CircularPage.objects.in_sections_of(units))


class Version(models.Model):
    """One handed-over text with its number, author and time; a correction names the approved version that it corrects."""

    page = models.ForeignKey(CircularPage, models.PROTECT, related_name="versions", verbose_name="文稿")
    number = models.PositiveSmallIntegerField("稿次")
    content = models.TextField("内容")
    digest = models.CharField("文稿摘要", max_length=64)
    typed = models.CharField("所填内容摘要", max_length=64, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="提交人")
    at = models.DateTimeField("提交时间")
    is_declared = models.BooleanField("声明不涉及国家秘密", default=False)
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="corrections", verbose_name="所校正的签发稿"
    )
    correction_reason = models.CharField("校正说明", max_length=200, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="签发人"
    )
    approved_at = models.DateTimeField("签发时间", null=True)
    registered_at = models.DateTimeField("登记时间", null=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = "送审稿"
        verbose_name_plural = "送审稿"
        ordering = ["page", "number"]
        constraints = [
            models.UniqueConstraint(fields=["page", "number"], name="version_number_once"),
            models.CheckConstraint(
                condition=models.Q(approved_at=None, approved_by=None)
                | models.Q(approved_at__isnull=False, approved_by__isnull=False),
                name="version_approved_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["approved_at"],
                name="version_to_register",
                condition=models.Q(approved_at__isnull=False, registered_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 稿"

    @property
    def snapshot(self) -> Snapshot:
        """The text as ``circulars.snapshots.snapshot_of`` made it."""
        return json.loads(self.content)

    def is_what_stands_in(self, draft: CircularPage) -> bool:
        """Whether the draft's drafter has changed nothing since; a version from before this was kept is compared with the whole text."""
        if self.typed:
            return self.typed == digest_of(typed_in(draft))
        return self.digest == digest_of(snapshot_of(draft))


def keep_version(
    page: CircularPage, snapshot: Snapshot, *, typed: Snapshot, by: Any, at: datetime, **facts: Any
) -> Version:
    """The text, and what the drafter typed for it, is on record under the next number of its draft; call it with the page's row locked."""
    number = page.versions.aggregate(last=models.Max("number"))["last"] or 0
    return Version.objects.create(
        page_id=page.pk,
        number=number + 1,
        content=canonical(snapshot),
        digest=digest_of(snapshot),
        typed=digest_of(typed),
        by=by,
        at=at,
        **facts,
    )


def latest_version(page: CircularPage) -> Version | None:
    """What was handed over last."""
    return page.versions.select_related("by", "approved_by", "corrects").order_by("number").last()


def approved_version(page: CircularPage) -> Version | None:
    """The approved version, whether or not the draft's latest text still is that text."""
    version = latest_version(page)
    return None if version is None or version.approved_at is None or page.is_blocked else version


def approval_of(page: CircularPage) -> Version | None:
    """The approved version, if the draft's latest text still is that text; names of units stand as they were approved."""
    version = approved_version(page)
    return version if version and version.is_what_stands_in(page.get_latest_revision_as_object()) else None
