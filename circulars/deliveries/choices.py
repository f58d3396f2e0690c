"""The words that a delivery is described by."""

from django.db import models


class Channel(models.TextChoices):
    ELECTRONIC = "electronic", "电子"
    PAPER = "paper", "纸质"


class Relief(models.TextChoices):
    NONE = "", "无"
    FAULT = "fault", "故障免责"
    MAINTENANCE = "maintenance", "停机免责"
    BLOCKED = "blocked", "封存免责"
    DECIDED = "decided", "说明免责"  # an explanation that was accepted (``circulars.decidedrelief``)


class ReturnCode(models.TextChoices):
    """Why a unit sends a circular back (2012 regulation art. 24(3))."""

    NOT_OURS = "not_ours", "不属于本单位办理"
    WRONG_RECIPIENT = "wrong_recipient", "错投"
    CANNOT_OPEN = "cannot_open", "正文或附件打不开"
    INCOMPLETE = "incomplete", "缺页、缺附件或内容不完整"
    FORMAT_ERROR = "format_error", "文种或格式不符合规定"
    RULE_VIOLATION = "rule_violation", "不符合行文规则"
    NOT_CONSULTED = "not_consulted", "涉及其他部门职权，未协商、会签"
    SEAL_INVALID = "seal_invalid", "印章校验不通过"
    DUPLICATE = "duplicate", "重复发送"
    OTHER = "other", "其他"


class Check(models.TextChoices):
    """What a clerk checks before signing (Article 20); never ticked beforehand."""

    SENDER = "sender", "来文单位"
    NUMBER = "number", "发文字号"
    ADDRESSED = "addressed", "收文单位"
    TEXT = "text", "正文"
    ATTACHMENTS = "attachments", "附件"
