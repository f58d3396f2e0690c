"""The deeds of this app that the ledger knows."""

from django.db import models

from cms import ledger


@ledger.register
class Deed(models.TextChoices):
    UNITS_LOADED = "units.loaded", "载入使用单位"
    POST_TAKEN = "post.taken", "任职"
    POST_LEFT = "post.left", "离职"
    LOCK_LIFTED = "lock.lifted", "解除登录锁定"
