"""监督大屏: a named screen on a wall that shows numbers to whoever has its address, until a day and no longer (Articles 6 and 28).

The address ends in a token of which only the digest is kept. A wall is made and ended by the secretariat, and stands in the ledger; who
looks is in the access log. A screen shows units and counts, never a person, a telephone number or the title of a paper.
"""

import hashlib
import secrets
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F, Q

from accounts.overseeing import overseen
from accounts.roles import Right
from circulars.bodytext import clean_line
from cms import ledger
from cms.areas import Area
from cms.lifecycles import OutOfOrder
from cms.workdays import ZONE, local
from reports.deeds import Deed

LONGEST_NAME = 40
LONGEST_TERM = timedelta(days=366)  # our reading: who still wants it after a year says so again
TOKEN_BYTES = 32


class WallScreenQuerySet(models.QuerySet["WallScreen"]):
    def standing(self, at: datetime) -> "WallScreenQuerySet":
        """Those that show something at this moment."""
        return self.filter(revoked_at=None, valid_until__gt=at)

    def of_token(self, token: str, at: datetime) -> "WallScreen | None":
        """The standing wall of this token; none for a forged, ended or expired one."""
        return self.standing(at).select_related("area").filter(digest=digest_of(token)).first()


class WallScreen(models.Model):
    """One wall and how long it may show; takes INSERT only, but for its end."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="辖区")
    name = models.CharField("名称", max_length=LONGEST_NAME)
    digest = models.CharField("口令摘要", max_length=64, unique=True)
    valid_until = models.DateTimeField("有效期至")
    made_at = models.DateTimeField("开通时间")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="开通人")
    revoked_at = models.DateTimeField("停用时间", null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="停用人"
    )

    objects = WallScreenQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "监督大屏"
        default_permissions = ()
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(name__gt=""), name="wall_has_a_name"),
            models.CheckConstraint(condition=Q(valid_until__gt=F("made_at")), name="wall_ends_later"),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="wall_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def last_day(self) -> date:
        """The last day on which it shows."""
        return local(self.valid_until).date() - timedelta(days=1)

    def standing_at(self, at: datetime) -> str:
        """Where it stands, in a word."""
        if self.revoked_at:
            return "已停用"
        return "使用中" if self.valid_until > at else "已到期"

    @transaction.atomic
    def revoke(self, *, by: Any, at: datetime) -> None:
        """Its address shows nothing any more; raises ``OutOfOrder`` when it did so already."""
        _refuse_stranger(by, self.area)
        if not WallScreen.objects.standing(at).filter(pk=self.pk).update(revoked_at=at, revoked_by=by):
            raise OutOfOrder(f"大屏“{self}”已经停用或者到期。")
        self.revoked_at, self.revoked_by = at, by
        ledger.enter(Deed.WALL_ENDED, subject=ledger.subject_of(self), by=by, at=at, facts={"name": self.name})


@transaction.atomic
def open_wall(name: str, last_day: date, *, area: Area, by: Any, at: datetime) -> tuple[WallScreen, str]:
    """The wall shows to the end of that day to whoever has the token, which is told here and nowhere else.

    Raises ``PermissionDenied`` without the right, and ``ValidationError`` without a name, for one that stands already, or for a day that
    is over or more than a year away.
    """
    _refuse_stranger(by, area)
    name = " ".join(clean_line(name).split())
    if not name or len(name) > LONGEST_NAME:
        raise ValidationError({"name": f"请写明大屏在哪里，不超过 {LONGEST_NAME} 个字。"})
    if not local(at).date() <= last_day <= (local(at) + LONGEST_TERM).date():
        raise ValidationError({"last_day": "截止日应在今天到一年以内。"})
    Area.objects.select_for_update().get(pk=area.pk)  # one after the other: a name stands once
    if WallScreen.objects.standing(at).filter(area=area, name=name).exists():
        raise ValidationError({"name": f"大屏“{name}”正在使用；要换地址，请先停用它。"})
    token = secrets.token_urlsafe(TOKEN_BYTES)
    wall = WallScreen.objects.create(
        area=area,
        name=name,
        digest=digest_of(token),
        valid_until=datetime.combine(last_day + timedelta(days=1), time(), ZONE),
        made_at=at,
        made_by=by,
    )
    ledger.enter(Deed.WALL_OPENED, subject=ledger.subject_of(wall), by=by, at=at, facts=facts_of(wall))
    return wall, token


def digest_of(token: str) -> str:
    """SHA-256 of a token; it has so many random bits that nothing slower is needed."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def facts_of(wall: WallScreen) -> dict[str, Any]:
    """What the ledger says of a wall."""
    return {
        "name": wall.name,
        "area": wall.area.code,
        "until": wall.valid_until.astimezone(ZONE).isoformat(),
        "digest": wall.digest,
    }


def _refuse_stranger(by: Any, area: Area) -> None:
    if not overseen(by, Right.REPORT).covers(area.pk):
        raise PermissionDenied(f"只有{area.secretariat}可以开通和停用大屏。")
