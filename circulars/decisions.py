"""What was decided on a draft: one row for each opinion, bound to the digest of the text it was given on (2012 regulation art. 22)."""

from collections.abc import Collection

from django.conf import settings
from django.db import models

from circulars.pages import CircularPage
from circulars.snapshots import digest_of, snapshot_of


class Step(models.TextChoices):
    REVIEW = "review", "核稿"
    APPROVE = "approve", "签发"


class Outcome(models.TextChoices):
    AGREED = "agreed", "同意"
    RETURNED = "returned", "退回修改"
    VOIDED = "voided", "改动后失效"


class DecisionQuerySet(models.QuerySet["Decision"]):
    def standing(self) -> "DecisionQuerySet":
        """Only the last decision on each draft."""
        later = Decision.objects.filter(page=models.OuterRef("page"), pk__gt=models.OuterRef("pk"))
        return self.filter(~models.Exists(later))

    def to_register(self) -> "DecisionQuerySet":
        """Approvals that wait for registration."""
        return self.standing().filter(step=Step.APPROVE, outcome=Outcome.AGREED, page__circular__isnull=True)

    def of_units(self, units: Collection[int]) -> "DecisionQuerySet":
        """Decisions on drafts in the sections of these units."""
        return self.filter(page__in=CircularPage.objects.in_sections_of(units))


class Decision(models.Model):
    """What one person decided on one handed-over text, with opinion, name and full date (art. 22)."""

    page = models.ForeignKey(CircularPage, models.PROTECT, related_name="decisions", verbose_name="文稿")
    step = models.CharField("环节", max_length=10, choices=Step.choices)
    outcome = models.CharField("结论", max_length=10, choices=Outcome.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="办理人")
    at = models.DateTimeField("时间")
    opinion = models.TextField("意见", blank=True)
    digest = models.CharField("文稿摘要", max_length=64)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = "审签记录"
        verbose_name_plural = "审签记录"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_step_display()} {self.get_outcome_display()}"


def approval_of(page: CircularPage) -> Decision | None:
    """The approval that covers the draft's latest text, if there is one."""
    decision = page.decisions.select_related("by").order_by("pk").last()
    if decision is None or decision.step != Step.APPROVE or decision.outcome != Outcome.AGREED:
        return None
    return decision if decision.digest == digest_of(snapshot_of(page.get_latest_revision_as_object())) else None
