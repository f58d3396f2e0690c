"""备案确认: that secretariat and network office each know of a change of staff, by two people (Article 24)."""

from typing import Any

from django.conf import settings
from django.db import models

from accounts.roles import Right, may, roles_of
from cms.areas import Area


class Office(models.TextChoices):
    """The two offices that a change is reported to."""

    SECRETARIAT = "secretariat", "秘书科"
    NETWORK_OFFICE = "network_office", "市网信办"

    def said_in(self, area: Area) -> str:
        """What it is called where the unit belongs: the network office is the platform's."""
        return area.secretariat if self is Office.SECRETARIAT else str(self.label)


class Acknowledgement(models.Model):
    """That one office knows of a change, by whom and since when; takes INSERT only."""

    filing = models.ForeignKey("accounts.Filing", models.PROTECT, related_name="acknowledgements", verbose_name="报备")
    office = models.CharField("确认单位", max_length=16, choices=Office.choices)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="确认人")
    given_at = models.DateTimeField("确认时间")

    class Meta:
        verbose_name = verbose_name_plural = "报备确认"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["filing", "office"], name="filing_acknowledged_once_each"),
            models.UniqueConstraint(fields=["filing", "given_by"], name="filing_acknowledged_by_two"),
        ]

    def __str__(self) -> str:
        return f"{self.get_office_display()}确认 {self.filing_id}"


def offices_of(user: Any) -> list[Office]:
    """For which of the two offices the person may acknowledge."""
    held = roles_of(user) if may(user, Right.CONFIRM_STAFF) else frozenset()
    return [office for office in Office if office.value in held]
