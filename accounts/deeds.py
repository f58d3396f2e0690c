"""The deeds of this app that the ledger knows."""

from django.db import models

from cms import ledger


@ledger.register
class Deed(models.TextChoices):
    UNITS_LOADED = "units.loaded", "载入使用单位"
    POST_TAKEN = "post.taken", "任职"
    POST_LEFT = "post.left", "离职"
    ACCOUNT_OPENED = "account.opened", "建立账户"
    ACCOUNT_CLOSED = "account.closed", "停用账户"
    ACCOUNT_REOPENED = "account.reopened", "恢复账户"
    PASSWORD_SET = "password.set", "设定密码"
    SLIP_REQUESTED = "slip.requested", "申请密码单"
    SLIP_ISSUED = "slip.issued", "制发密码单"
    SLIP_REFUSED = "slip.refused", "不同意制发密码单"
    SLIP_USED = "slip.used", "使用密码单"
    SLIP_VOIDED = "slip.voided", "作废密码单"
    LOCK_LIFTED = "lock.lifted", "解除登录锁定"
    STAND_IN_ARRANGED = "stand_in.arranged", "安排代行"
    STAND_IN_ENDED = "stand_in.ended", "收回代行"
    DUTY_ARRANGED = "duty.arranged", "安排值班"
    FAULT_REPORTED = "fault.reported", "报告故障"
    FAULT_CONFIRMED = "fault.confirmed", "确认故障恢复"
    KEY_REQUESTED = "key.requested", "申请密钥"
    KEY_REFUSED = "key.refused", "不同意制发密钥"
    KEY_PICTURED = "key.pictured", "上传密钥图样"
    KEY_ISSUED = "key.issued", "制发密钥"
    KEY_IN_FORCE = "key.in_force", "启用密钥"
    KEY_PIN_CHANGED = "key.pin_changed", "更改密钥 PIN"
    KEY_PIN_LOCKED = "key.pin_locked", "密钥 PIN 锁定"
    KEY_DAMAGED = "key.damaged", "受理密钥损坏"
    KEY_REVOKED = "key.revoked", "吊销密钥"
    KEY_RETURNED = "key.returned", "收回密钥"
    KEY_EXPIRED = "key.expired", "密钥到期"
    OUTAGE_ANNOUNCED = "outage.announced", "公告平台停用"
    OUTAGE_ENDED = "outage.ended", "平台恢复"
    OUTAGE_PROLONGED = "outage.prolonged", "调整平台停用的结束时间"
    OUTAGE_CALLED_OFF = "outage.called_off", "取消平台停用"
