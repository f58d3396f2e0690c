"""The words that an entry of the register is described by."""

from django.db import models


class Source(models.TextChoices):
    """By which way it came."""

    ELECTRONIC = "electronic", "电子"
    PAPER = "paper", "纸质件"  # the copy on paper of a circular of this system (Article 13)
    OUTSIDE = "outside", "系统外来文"


class Kind(models.TextChoices):
    """What is to be done with it (2012 regulation art. 24(4))."""

    ACTION = "action", "办件"
    INFORMATION = "information", "阅件"


class Review(models.TextChoices):
    """What the first review (初审) came to; what fails goes back (2012 regulation art. 24(3))."""

    PASSED = "passed", "合格"
    FAILED = "failed", "不合格，退回"
