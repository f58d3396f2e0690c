"""Eight in the morning: everybody signs in within a minute while clerks sign for papers, and nobody is turned away (F18; Articles 7(2) and 18).

Argon2 and all else as in production. ``make scoreboard`` sends five hundred people in sixty seconds and says the figures; an ordinary run
sends fewer. How long it took is written down, never asserted: another machine is another machine.
"""

import os
import random
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.people import Post, User
from accounts.roles import Role
from accounts.signin import OfficeArgon2Hasher
from accounts.units import Unit
from circulars.deliveries import Delivery
from cms.accesslog import Access, Look
from tests.arrivals import arrive
from tests.webserver import Visitor, Web

PEOPLE, SECONDS, CLERKS, PAPERS = (500, 60, 4, 160) if os.environ.get("RUSH") == "1" else (24, 3, 2, 8)
PASSWORD = "Morning-rush-2026"


@pytest.fixture
def web(tmp_path):
    web = Web(tmp_path / "log")
    web.start()
    web.wait_until_it_answers()
    yield web
    web.close()


@pytest.fixture
def people(real_city):
    """Clerks of all units, each with a password that costs the site what it costs in production."""
    now, units = timezone.now(), list(Unit.objects.filter(connected=True))
    hashed = make_password(PASSWORD, hasher=OfficeArgon2Hasher())
    people = User.objects.bulk_create(
        User(username=f"rush-{n}", name="来人", password=hashed, password_set_at=now) for n in range(PEOPLE)
    )
    for n, person in enumerate(User.objects.filter(username__startswith="rush-")):
        Post.objects.create(
            person=person, unit=units[n % len(units)], role=Role.CLERK, held_from=timezone.localdate(now)
        )
    return [person.username for person in people]


@pytest.mark.slow
def test_everybody_signs_in_while_clerks_sign_for_papers(real_city, people, web, record_property):
    now = timezone.now()
    waiting = [real_city.opened(real_city.sent(at=now, reason="演练"), at=now).pk for _ in range(PAPERS)]
    checked = [str(check) for check in Delivery.objects.get(pk=waiting[0]).checks()]
    address = f"http://127.0.0.1:{web.port}"
    clerks = [Visitor(real_city.clerk, address) for _ in range(CLERKS)]
    connection.close()
    began = time.monotonic()

    def come(n: int) -> float:
        time.sleep(max(0.0, began + n * SECONDS / PEOPLE - time.monotonic()))
        return arrive(address, people[n], PASSWORD)

    def sign(n: int) -> list[float]:
        took = []
        for pk in waiting[n::CLERKS]:
            time.sleep(SECONDS * CLERKS / PAPERS * random.uniform(0.5, 0.9))
            pressed = time.monotonic()
            status, *_ = clerks[n].post(reverse("circulars:sign", args=[pk]), {"key": uuid4(), "checked": checked})
            took.append(time.monotonic() - pressed)
            assert status == 302
        return took

    with ThreadPoolExecutor(PEOPLE + CLERKS) as crowd:
        signing = [crowd.submit(sign, n) for n in range(CLERKS)]
        coming = [crowd.submit(come, n) for n in range(PEOPLE)]
        signed = [seconds for each in signing for seconds in each.result()]
        came = [each.result() for each in coming]
    lasted = time.monotonic() - began

    assert (
        Access.objects.filter(look=Look.SIGNED_IN, person__in=User.objects.filter(username__in=people)).count()
        == PEOPLE
    )
    assert Delivery.objects.filter(pk__in=waiting, signed_at__isnull=False).count() == PAPERS
    record_property("signed_in", len(came))
    record_property("in_seconds", round(lasted, 1))
    record_property("signed_for", len(signed))
    for share in (50, 95, 100):
        record_property(f"sign_in_p{share}_ms", _percentile(came, share))
        record_property(f"sign_for_p{share}_ms", _percentile(signed, share))


def _percentile(seconds: list[float], share: int) -> int:
    ordered = sorted(seconds)
    return round(ordered[min(len(ordered) - 1, len(ordered) * share // 100)] * 1000)
