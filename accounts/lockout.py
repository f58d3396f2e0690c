"""Five wrong passwords lock a user name at the address they came from; waiting or the network office ends it.

django-axes counts. Another address still gets in, so that a stranger cannot lock a unit out of its desk.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.deeds import Deed
from accounts.people import User
from accounts.units import Category, Unit
from cms import ledger
from cms.accesslog import Look, note
from cms.clientaddress import address_now
from cms.lifecycles import OutOfOrder


@dataclass(frozen=True)
class Lock:
    """A user name that is refused at an address until a time; ``person`` is nobody when no account has that name."""

    username: str
    address: str
    tries: int
    until: datetime
    person: User | None


def standing_locks(at: datetime) -> list[Lock]:
    """Every lock in force, the latest first."""
    rows = list(
        AccessAttempt.objects.filter(attempt_time__gte=at - settings.AXES_COOLOFF_TIME)
        .values("username", "ip_address")
        .annotate(tries=models.Sum("failures_since_start"), last=models.Max("attempt_time"))
        .filter(tries__gte=settings.AXES_FAILURE_LIMIT)
        .order_by("-last")
    )
    people = {person.username: person for person in User.objects.filter(username__in=[row["username"] for row in rows])}
    return [
        Lock(
            username=row["username"] or "",
            address=row["ip_address"] or "",
            tries=row["tries"],
            until=row["last"] + settings.AXES_COOLOFF_TIME,
            person=people.get(row["username"]),
        )
        for row in rows
    ]


def lift_lock(username: str, address: str, *, by: Any, at: datetime) -> None:
    """The user name may be tried again at this address; raises ``OutOfOrder`` when it was not locked there."""
    lock = next((lock for lock in standing_locks(at) if (lock.username, lock.address) == (username, address)), None)
    if lock is None:
        raise OutOfOrder("这个锁定已经到期，或者已由别人解除。")
    with transaction.atomic():
        AccessAttempt.objects.filter(username=username, ip_address=address or None).delete()
        ledger.enter(
            Deed.LOCK_LIFTED,
            subject=ledger.subject_of(lock.person) if lock.person else User._meta.label_lower,
            by=by,
            at=at,
            facts={"address": address, "tries": lock.tries},
        )


def is_locked(request: HttpRequest, person: Any) -> bool:
    """Whether the person's name is locked at the address of this request."""
    return bool(AxesProxyHandler.is_locked(request, {"username": person.username}))


def count_wrong_password(request: HttpRequest, person: User) -> None:
    """A wrong password typed by somebody signed in counts towards the lock like one typed at the door."""
    user_login_failed.send(sender=__name__, credentials={"username": person.username}, request=request)


def name_tried(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The user name as it is counted: no longer than anybody's can be."""
    return str((credentials or {}).get("username") or "")[:150]


def client_address(request: HttpRequest) -> str | None:
    """The address as the ledger and the access log write it; None where it is no address at all."""
    try:
        return str(ipaddress.ip_address(address_now()))
    except ValueError:
        return None


def refusal(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None) -> HttpResponse:
    """The page that says how long to wait and whom to ask."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    asked = Unit.objects.filter(category=Category.IT_OFFICE).exclude(duty_phone="").in_order().first()
    context = {"minutes": minutes, "duty_phone": asked.duty_phone if asked else ""}
    return render(request, "accounts/locked_out.html", context, status=HTTPStatus.TOO_MANY_REQUESTS)


def note_lock(sender, request, username, **kwargs) -> None:
    # Sent at every further try as well; the lock itself began when failures were counted.
    if request.axes_failures_since_start is not None:
        note(Look.LOCKED_OUT, at=timezone.now(), subject=str(username)[:150])
