"""Copies on paper owed to a unit that is not connected (Articles 2 and 13)."""

from django.db import models

from circulars.deliveries import Delivery


class PaperCopy(models.Model):
    """A task: one circular to be taken to one unit on paper."""

    delivery = models.OneToOneField(
        Delivery, models.PROTECT, primary_key=True, related_name="paper_copy", verbose_name="收文"
    )
    owed_from = models.DateTimeField("产生时间")
    delivered_at = models.DateTimeField("送达时间", null=True)
    taken_by = models.CharField("接收人", max_length=40, blank=True, db_default="")

    class Meta:
        verbose_name = "纸质文件"
        verbose_name_plural = "纸质文件"
        indexes = [
            models.Index(fields=["owed_from"], name="papercopy_owed", condition=models.Q(delivered_at__isnull=True))
        ]

    def __str__(self) -> str:
        return str(self.delivery)
