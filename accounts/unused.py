"""久未使用: an account that nobody has used for ninety days is closed in the night, and the security administrators are told (GB/T 22239 level 3, Article 7).

The posts stay as they are. The network office opens it again with a reason.
"""

from datetime import datetime, time, timedelta

from django.db import models, transaction
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils import timezone

from accounts.closing import close_unused
from accounts.handovers.leaving import unfinished
from accounts.holders import holders
from accounts.people import User
from accounts.roles import Right
from cms.messages import tell

UNUSED = timedelta(days=90)
# The hour of the night in which it is looked for; a night that was missed is made up for in the next.
HOUR = 3
NAMED = 12


def last_used() -> Greatest:
    """When somebody last came in, or the account was opened, or opened again."""
    begun = models.F("date_joined")
    return Greatest(Coalesce("last_login", begun), Coalesce("unused_from", begun), begun)


def unused(day: datetime) -> models.QuerySet[User]:
    """The open accounts that on this day have not been used for ninety days; invented people have their own end."""
    midnight = datetime.combine(timezone.localdate(day), time.min, timezone.get_current_timezone())
    found = User.objects.filter(is_active=True, is_demo=False).alias(used_at=last_used())
    return found.filter(used_at__lt=midnight - UNUSED).order_by("pk")


def sweep_unused(at: datetime) -> None:
    """In its hour of the night every such account is closed, but for the last one that can open others again."""
    if timezone.localtime(at).hour != HOUR:
        return
    people = list(unused(at))
    openers = set(holders(Right.HELP_SIGN_IN).values_list("user_id", flat=True))
    if openers and openers <= {person.pk for person in people}:
        kept = User.objects.filter(pk__in=openers).alias(used_at=last_used()).latest("used_at", "pk")
        people = [person for person in people if person.pk != kept.pk]
    if not people:
        return
    with transaction.atomic():
        closed = [person for person in people if close_unused(person, left=unfinished(person), at=at)]
        if closed:
            _announce(closed, at)


def _announce(closed: list[User], at: datetime) -> None:
    named = "、".join(str(person) for person in closed[:NAMED])
    rest = f"等 {len(closed)} 人" if len(closed) > NAMED else ""
    guards = set(holders(Right.GUARD_SIGN_IN).values_list("user_id", flat=True))
    tell(
        guards or holders(Right.HELP_SIGN_IN).values_list("user_id", flat=True),
        key=f"unused:{timezone.localdate(at)}:{min(person.pk for person in closed)}",
        text=f"{named}{rest}的账户 {UNUSED.days} 天没有使用，已停用。还要用的，由市网信办写明原因恢复。",
        link=reverse("accounts:sign_in_care" if guards else "accounts:people"),
        at=at,
    )
