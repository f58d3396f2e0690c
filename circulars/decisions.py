"""What was decided on a draft: one row for each opinion, bound to the digest of the text it was given on (2012 regulation art. 22)."""

from django.conf import settings
from django.db import models

from accounts.units import Unit
from circulars.pages import CircularPage
from circulars.turns import Step, Turn
from circulars.versions import Version


class Outcome(models.TextChoices):
    AGREED = "agreed", "同意"
    OBJECTED = "objected", "不同意"
    RETURNED = "returned", "退回"
    VOIDED = "voided", "改动后失效"


class DecisionQuerySet(models.QuerySet["Decision"]):
    def signers(self, version: Version) -> dict[int, int]:
        """Who signed this text off for each issuing body: primary keys of unit and person. A corrected text was signed off as it was before."""
        agreed = self.filter(step=Step.APPROVE, outcome=Outcome.AGREED, version__in=[version.pk, version.corrects_id])
        return {unit: person for unit, person in agreed.order_by("pk").values_list("unit_id", "by_id") if unit}


class Decision(models.Model):
    """What one person decided on one handed-over text, for a unit, with opinion, name and full date (art. 22).

    A stand-in's decision names the person in whose place it was taken; a return names the earlier step, or none for the drafter.
    """

    page = models.ForeignKey(CircularPage, models.PROTECT, related_name="decisions", verbose_name="文稿")
    # Null for what was decided before versions were kept.
    version = models.ForeignKey(Version, models.PROTECT, null=True, related_name="decisions", verbose_name="送审稿")
    turn = models.OneToOneField(Turn, models.PROTECT, null=True, related_name="decision", verbose_name="席位")
    step = models.CharField("环节", max_length=12, choices=Step.choices)
    outcome = models.CharField("结论", max_length=10, choices=Outcome.choices)
    to_step = models.CharField("退回至", max_length=12, choices=Step.choices, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="单位")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="办理人")
    in_place_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="被代行人"
    )
    at = models.DateTimeField("时间")
    opinion = models.TextField("意见", blank=True)
    digest = models.CharField("文稿摘要", max_length=64)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = "审签记录"
        verbose_name_plural = "审签记录"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_step_display()}{self.said}"

    @property
    def said(self) -> str:
        """The outcome in words, with where a returned text went."""
        if self.outcome == Outcome.RETURNED:
            return f"退回{Step(self.to_step).label}" if self.to_step else "退回修改"
        return Outcome(self.outcome).label


class Answer(models.Model):
    """A warning of the checks that the reviewer answered for with a tick (arts. 20 and 21); it stays with the decision."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="answers", verbose_name="审签记录")
    code = models.CharField("代码", max_length=20)
    sentence = models.CharField("提示", max_length=300)

    class Meta:
        verbose_name = "提示答复"
        verbose_name_plural = "提示答复"
        constraints = [models.UniqueConstraint(fields=["decision", "code", "sentence"], name="warning_answered_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.sentence}"
