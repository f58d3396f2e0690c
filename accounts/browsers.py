"""旧浏览器: with which browsers each unit signs in, so that it is helped to a newer one in time (Articles 7, 9 and 11).

Kept is the unit, the make, the number of its version and the last day; not who sat there.
"""

import re
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.people import Post
from accounts.units import Unit

# A browser that no sign-in came from for so long is gone.
REMEMBERED = timedelta(days=30)


class Make(models.TextChoices):
    """Whose engine it is; the browsers made here have that of Chrome."""

    CHROMIUM = "chromium", "谷歌内核"
    FIREFOX = "firefox", "火狐"
    IE = "ie", "IE"


# The pages are made for these and what came after them; no version of IE shows them.
OLDEST: dict[str, int] = {Make.CHROMIUM: 90, Make.FIREFOX: 88}

# In this order: what has the engine of Chrome may call itself by other names as well.
_SIGNS = (
    (Make.IE, re.compile(r"MSIE (\d{1,3})")),
    (Make.IE, re.compile(r"Trident/.*rv:(\d{1,3})")),
    (Make.CHROMIUM, re.compile(r"Chrom(?:e|ium)/(\d{1,3})\b")),
    (Make.FIREFOX, re.compile(r"Firefox/(\d{1,3})\b")),
)


def said_of_old() -> str:
    """Which browsers are too old, in the words of the list."""
    named = "、".join(f"{Make(make).label} {version}" for make, version in OLDEST.items())
    return f"低于 {named} 的浏览器和各版 IE"


class UnitBrowserQuerySet(models.QuerySet["UnitBrowser"]):
    def too_old(self) -> "UnitBrowserQuerySet":
        """Those in which a page may not show or work as it should."""
        new_enough = Q()
        for make, version in OLDEST.items():
            new_enough |= Q(make=make, version__gte=version)
        return self.exclude(new_enough)


class UnitBrowser(models.Model):
    """That somebody of the unit signed in with this version of a browser, on this day for the last time."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="browsers", verbose_name="单位")
    make = models.CharField("内核", max_length=10, choices=Make.choices)
    version = models.PositiveSmallIntegerField("主版本号")
    seen_on = models.DateField("最近登录日期")

    objects = UnitBrowserQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "单位的浏览器"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["unit", "make", "version"], name="unit_browser_once")]

    def __str__(self) -> str:
        return f"{self.get_make_display()} {self.version}"


def browser_of(agent: str) -> tuple[Make, int] | None:
    """Make and number of the version that a browser says of itself; None for what is not known here."""
    for make, sign in _SIGNS:
        if found := sign.search(agent):
            return make, int(found[1])
    return None


def note_browser(person: Any, agent: str, day: date) -> None:
    """Each unit that the person serves has signed in with this browser on this day; written once a day."""
    found = browser_of(agent)
    if found is None:
        return
    make, version = found
    noted = UnitBrowser.objects.filter(unit=OuterRef("unit"), make=make, version=version, seen_on__gte=day)
    units = set(Post.objects.in_force(day).filter(~Exists(noted), person=person.pk).values_list("unit_id", flat=True))
    UnitBrowser.objects.bulk_create(
        [UnitBrowser(unit_id=unit, make=make, version=version, seen_on=day) for unit in sorted(units)],
        update_conflicts=True,
        unique_fields=["unit", "make", "version"],
        update_fields=["seen_on"],
    )


def old_browsers(now: datetime, overseen: Q = Q()) -> list[UnitBrowser]:  # noqa: B008  a condition is never changed
    """Every browser of these units that was used of late and is too old, each with its unit, in the order of units; one query."""
    since = timezone.localdate(now - REMEMBERED)
    found = UnitBrowser.objects.too_old().filter(overseen, seen_on__gte=since).select_related("unit")
    return list(found.order_by("unit__sort_order", "unit__code", "make", "version"))


def note_at_sign_in(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    note_browser(user, request.META.get("HTTP_USER_AGENT", ""), timezone.localdate())
