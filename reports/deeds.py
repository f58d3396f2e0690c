"""The deeds of this app that the ledger knows."""

from django.db import models

from cms import ledger


@ledger.register
class Deed(models.TextChoices):
    MONTH_PUBLISHED = "month.published", "公布月度统计"
    EARLIER_TAKEN = "earlier.taken", "导入往年数据"
    WALL_OPENED = "wall.opened", "开通监督大屏"
    WALL_ENDED = "wall.ended", "停用监督大屏"
