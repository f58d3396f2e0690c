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
    BULLETIN_LENGTHENED = "bulletin.lengthened", "延长说明时间"
    BULLETIN_DROPPED = "bulletin.dropped", "取消通报"
    EXPLANATION_GIVEN = "explanation.given", "说明逾期"
    EXPLANATION_RULED = "explanation.ruled", "认定说明"
    BULLETIN_APPROVED = "bulletin.approved", "审定通报"
    BULLETIN_DRAFTED = "bulletin.drafted", "起草通报"
    SPOT_CHECK_PLANNED = "spot_check.planned", "安排抽查"
    SPOT_CHECK_DRAWN = "spot_check.drawn", "抽取被抽查单位"
    SPOT_CHECK_CALLED_OFF = "spot_check.called_off", "取消抽查"
    SPOT_FINDING_ENTERED = "spot_finding.entered", "登记抽查结果"
    SPOT_FINDING_CORRECTED = "spot_finding.corrected", "更正抽查结果"
    RECTIFICATION_DEMANDED = "rectification.demanded", "要求整改"
    RECTIFICATION_ANSWERED = "rectification.answered", "答复整改情况"
    RECTIFICATION_SENT_BACK = "rectification.sent_back", "退回整改答复"
    RECTIFICATION_CLOSED = "rectification.closed", "整改办结"
    CASE_OPENED = "case.opened", "问责立案"
    CASE_STATED = "case.stated", "单位陈述"
    CASE_DECIDED = "case.decided", "作出问责决定"
    CASE_APPEALED = "case.appealed", "提出申诉"
    CASE_SETTLED = "case.settled", "申诉复核"
    GUIDANCE_LOGGED = "guidance.logged", "登记指导检查"
