"""The deeds of this app that the ledger knows."""

from django.db import models

from cms import ledger


@ledger.register
class Deed(models.TextChoices):
    RULES_SET = "rules.set", "设定规则"
    CALENDAR_LOADED = "calendar.loaded", "载入工作日历"
    CALENDAR_CORRECTED = "calendar.corrected", "更正工作日历"
    OFFICE_HOURS_SET = "office_hours.set", "设定办公时间"
