"""The deeds of this app that the ledger knows."""

from django.db import models

from cms import ledger


@ledger.register
class Deed(models.TextChoices):
    MONTH_PUBLISHED = "month.published", "公布月度统计"
    EARLIER_TAKEN = "earlier.taken", "导入往年数据"
    WALL_OPENED = "wall.opened", "开通监督大屏"
    WALL_ENDED = "wall.ended", "停用监督大屏"
    BULLETIN_OPENED = "bulletin.opened", "开始办理通报"
    BULLETIN_ASKED = "bulletin.asked", "请各单位说明"
    EXPLANATION_GIVEN = "explanation.given", "说明逾期"
    EXPLANATION_RULED = "explanation.ruled", "认定说明"
    BULLETIN_APPROVED = "bulletin.approved", "审定通报"
    BULLETIN_DRAFTED = "bulletin.drafted", "起草通报"
