"""The deeds of this app that the ledger knows."""

from django.db import models

from cms import ledger


@ledger.register
class Deed(models.TextChoices):
    MONTH_PUBLISHED = "month.published", "公布月度统计"
