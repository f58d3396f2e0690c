"""A worker of the site is killed between COMMIT and answer: the same press again gets the same number, and no second receipt (F1)."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse
from time_machine import escape_hatch

from accounts.people import take_post
from accounts.roles import Role
from accounts.unitlist import load_units
from circulars.deliveries import Delivery
from tests.cast import DATA, MONDAY
from tests.faults.pressing import CLERKS, PATIENCE, opened
from tests.faults.tally import note, note_twin, tally, times
from tests.webserver import Visitor, Web

PAPERS = times(12, 40)


@pytest.fixture
def deliveries(real_city, week):
    """Papers of many units whose clerk one person is."""
    load_units(DATA / "units.csv", at=MONDAY)
    keys = opened(real_city, PAPERS)
    for row in Delivery.objects.select_related("unit").filter(pk__in=keys):
        if row.unit != real_city.attentive:
            take_post(real_city.clerk, row.unit, Role.CLERK, by=None, at=MONDAY)
    week.move_to(escape_hatch.datetime.datetime.now(UTC))  # the site has a clock of its own
    return keys


@pytest.fixture
def dying(tmp_path):
    """A site that dies at every first press."""
    sites = []

    def begin(**environment):
        (tmp_path / "marks").mkdir()
        site = Web(
            tmp_path / "log",
            serves="tests.faults.dyingsite:application",
            DYING_MARKS=str(tmp_path / "marks"),
            **environment,
        )
        sites.append(site)
        site.start()
        site.wait_until_it_answers()
        return site

    yield begin
    for site in sites:
        site.close()


def pressed_until_answered(site, person, deliveries):
    """By delivery the key of the press that was answered in the end, and how many presses were cut off."""
    visitors = [Visitor(person, f"http://127.0.0.1:{site.port}") for _ in range(CLERKS)]
    told, cut_off = {}, []

    def work(n):
        for pk in deliveries[n::CLERKS]:
            key, ends = uuid4(), time.monotonic() + PATIENCE
            while time.monotonic() < ends:
                try:
                    status, _, head = visitors[n].post(
                        reverse("circulars:sign", args=[pk]), {"key": key, "checked": ["all"]}
                    )
                except OSError:
                    cut_off.append(pk)
                else:
                    assert (status, head["Location"]) == (302, reverse("circulars:slip", args=[pk]))
                    told[pk] = key
                    break

    connection.close()
    with ThreadPoolExecutor(CLERKS) as clerks:
        list(clerks.map(work, range(CLERKS)))
    return told, cut_off


@pytest.mark.slow
def test_who_presses_again_after_the_worker_was_killed_gets_the_same_receipt(real_city, deliveries, dying):
    site = dying()
    numbers = {row.pk: row.slip_number for row in Delivery.objects.select_related("circular").filter(pk__in=deliveries)}
    told, cut_off = pressed_until_answered(site, real_city.clerk, deliveries)
    assert set(cut_off) == set(told) == set(deliveries)
    found = tally(told, repeated=len(cut_off))
    assert found.is_clean, found
    someone = Visitor(real_city.clerk, f"http://127.0.0.1:{site.port}")
    for pk in deliveries[:5]:
        status, page, _ = someone.get(reverse("circulars:slip", args=[pk]))
        assert status == 200
        assert numbers[pk] in page.decode()
    note("worker killed between COMMIT and answer", found)


@pytest.mark.slow
def test_a_site_that_writes_down_every_press_is_caught(real_city, deliveries, dying):
    """The twin: a press that was cut off and made again stands twice."""
    told, cut_off = pressed_until_answered(dying(DYING_CARELESS="1"), real_city.clerk, deliveries[:12])
    assert cut_off
    found = tally(told, repeated=len(cut_off))
    assert found.doubled, found
    note_twin("worker killed between COMMIT and answer", found)
