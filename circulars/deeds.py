"""The deeds of this app that the ledger knows, in the order of a circular's life."""

from django.db import models

from cms import ledger


@ledger.register
class Deed(models.TextChoices):
    DRAFT_SUBMITTED = "draft.submitted", "送审"
    DRAFT_REVIEWED = "draft.reviewed", "核稿通过"
    DRAFT_COUNTERSIGNED = "draft.countersigned", "会签同意"
    DRAFT_OBJECTED = "draft.objected", "会签不同意"
    DRAFT_APPROVED = "draft.approved", "签发"
    DRAFT_RETURNED = "draft.returned", "退回修改"
    DRAFT_WITHDRAWN = "draft.withdrawn", "撤回送审"
    TEXT_CORRECTED = "text.corrected", "文字校正"
    APPROVAL_VOIDED = "approval.voided", "签发失效"
    SECRECY_REFUSED = "secrecy.refused", "涉密拦截"
    SECRECY_LIFTED = "secrecy.lifted", "解除涉密误报"
    SECRECY_BLOCKED = "secrecy.blocked", "涉密封存"
    SECRECY_CONFIRMED = "secrecy.confirmed", "确认涉密清除"
    SECRECY_PURGED = "secrecy.purged", "涉密清除"
    SECRECY_RELEASED = "secrecy.released", "解除涉密封存"
    SERIES_LOADED = "series.loaded", "载入文号系列"
    CIRCULAR_REGISTERED = "circular.registered", "复核登记"
    CIRCULAR_VOIDED = "circular.voided", "文号作废"
    NUMBER_VOIDED = "number.voided", "缺号作废"
    CIRCULAR_SCHEDULED = "circular.scheduled", "定时发送"
    CIRCULAR_UNSCHEDULED = "circular.unscheduled", "取消定时"
    SCHEDULE_LAPSED = "circular.schedule_lapsed", "定时发送未成"
    CIRCULAR_SENT = "circular.sent", "发送"
    DUE_SETTLED = "due.settled", "补定签收时限"
    STEPS_SETTLED = "steps.settled", "补定办理期限"
    DELIVERY_OPENED = "delivery.opened", "打开"
    DELIVERY_SIGNED_FOR = "delivery.signed_for", "签收"
    UNIT_CALLED = "unit.called", "电话通知"
    UNITS_TEXTED = "units.texted", "短信通知到"
    PAPER_DELIVERED = "paper.delivered", "纸质件送达"
    PAPER_CORRECTED = "paper.corrected", "更正纸质件送达"
    DELIVERY_RETURNED = "delivery.returned", "退回"
    RELIEF_GIVEN = "relief.given", "免责"
    RELIEF_FORFEITED = "relief.forfeited", "故障逾期报告"
