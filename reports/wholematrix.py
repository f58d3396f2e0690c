"""What the secretariat asks of the whole area: its units beside the circulars of a span of days, or beside all that are still open (Articles 6, 20 and 28)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import QuerySet

from accounts.units import Category, Unit
from circulars.deadlines import Urgency
from circulars.deliveries import Delivery
from circulars.registration import Circular
from cms.areas import Area
from reports.oversight import of_area

MOST = 100  # circulars beside each other; the latest, and a sentence says that there are more


class Reach(models.TextChoices):
    """Which circulars stand beside each other."""

    WEEK = "7", "最近 7 天发送的"
    MONTH = "30", "最近 30 天发送的"
    QUARTER = "90", "最近 90 天发送的"
    OPEN = "open", "还有未签收的"


@dataclass(frozen=True)
class Asked:
    """What is asked for; whatever is worded wrongly is as if it had not been said."""

    reach: Reach = Reach.MONTH
    issuer: int | None = None
    urgency: str = ""
    category: str = ""
    only_open: bool = False

    @classmethod
    def of(cls, given: Any) -> "Asked":
        """What the query of an address asks for."""
        reach, issuer, urgency, category = (given.get(key, "") for key in ("reach", "issuer", "urgency", "category"))
        return cls(
            Reach(reach) if reach in Reach.values else Reach.MONTH,
            int(issuer) if issuer.isascii() and issuer.isdigit() and len(issuer) < 10 else None,
            urgency if urgency in Urgency.values else "",
            category if category in Category.values else "",
            given.get("show") == "open",
        )

    @property
    def said(self) -> str:
        """The same in words, as a sheet says it."""
        parts = [f"公文：{self.reach.label}"]
        if self.issuer:
            issuer = Unit.objects.filter(pk=self.issuer).first()
            parts.append(f"发文单位：{issuer.short_name if issuer else '无'}")
        if self.urgency:
            parts.append(f"缓急：{Urgency(self.urgency).label}")
        if self.category:
            parts.append(f"收文单位：{Category(self.category).label}")
        if self.only_open:
            parts.append("只列未签收的")
        return "；".join(parts)


def circulars_asked(asked: Asked, circulars: QuerySet[Circular], *, area: Area, now: datetime) -> QuerySet[Circular]:
    """Of these the sent ones of the area's units that are asked for, the latest first."""
    found = circulars.filter(of_area(area), state=Circular.State.SENT)
    if asked.reach is Reach.OPEN or asked.only_open:
        found = found.filter(pk__in=Delivery.objects.electronic().required().open().order_by().values("circular"))
    if asked.reach is not Reach.OPEN:
        found = found.filter(sent_at__gte=now - timedelta(days=int(asked.reach)))
    if asked.issuer:
        found = found.filter(issuer=asked.issuer)
    if asked.urgency:
        found = found.filter(urgency=asked.urgency)
    shown = ("uuid", "number", "title", "urgency", "sent_at", "issuer_name")
    return found.only(*shown).order_by("-sent_at", "-pk")
