"""网段外来访: who comes from outside the allowed networks is turned away, written down and reported to the network office (Article 11).

A way out that the look at isolation found is reported here as well.
"""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.holders import holders
from accounts.roles import Right
from cms.accesslog import Access, Look, note
from cms.isolation import IsolationCheck
from cms.messages import tell

# An address is written down once in this time, and no more addresses than this: who knocks without end fills no table.
ONCE_IN = timedelta(minutes=1)
MOST = 60


def write_down(address: str, path: str, at: datetime) -> None:
    """The try is in the access log, and the network office knows of the address, once an hour."""
    lately = Access.objects.filter(at__gt=at - ONCE_IN, look=Look.OUTSIDE).values_list("address", flat=True)
    seen = list(lately[:MOST])
    if address in seen or len(seen) >= MOST:
        return
    note(Look.OUTSIDE, at=at, subject=path)
    hour = timezone.localtime(at)
    tell(
        _network_office(),
        key=f"outside:{address}:{hour:%Y%m%d%H}",
        text=f"网段外的地址 {address or '（看不到地址）'} 试图访问本系统，已拒绝。请查明来源；应当允许的，请加入允许的网段。",
        link="/isolation/",
        at=at,
    )


def hear_of_way_out(sender: Any, check: IsolationCheck, **kwargs: Any) -> None:
    """The network office is told once a day, and again when something else is found."""
    day = timezone.localdate(check.at)
    for finding in check.found:
        tell(_network_office(), key=f"isolation:{day}:{finding}"[:120], text=finding, link="/isolation/", at=check.at)


def _network_office() -> set[int]:
    return set(holders(Right.SET_NETWORKS).values_list("user_id", flat=True))
