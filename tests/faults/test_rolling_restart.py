"""The site is restarted while clerks sign for papers: nobody is refused, nothing is signed twice (F20; Article 7(2))."""

import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from circulars.deliveries import Delivery
from cms.ledger import Entry
from tests.webserver import Visitor, Web

PAPERS, CLERKS, RESTARTS = 16, 4, 2
PAUSE = 0.05  # seconds; somebody reads


@pytest.fixture
def deliveries(real_city):
    """Papers that the clerk has opened."""
    now = timezone.now()
    return [real_city.opened(real_city.sent(at=now, reason="演练"), at=now).pk for _ in range(PAPERS)]


@pytest.fixture
def begun(tmp_path):
    webs = []

    def begin(**how):
        webs.append(Web(tmp_path / "log", **how))
        webs[-1].start()
        webs[-1].wait_until_it_answers()
        return webs[-1]

    yield begin
    for web in webs:
        web.close()


def signed_through_restarts(web, person, deliveries):
    """How each attempt to look at a paper and to sign for it was answered, while the site was stopped and started again."""
    checked = [str(check) for check in Delivery.objects.get(pk=deliveries[0]).checks()]
    visitors = [Visitor(person, f"http://127.0.0.1:{web.port}") for _ in range(CLERKS)]
    answered = []

    def work(n):
        for pk in deliveries[n::CLERKS]:
            for ask in (
                lambda pk=pk: visitors[n].get(reverse("circulars:reading", args=[pk])),
                lambda pk=pk: visitors[n].post(
                    reverse("circulars:sign", args=[pk]), {"key": uuid4(), "checked": checked}
                ),
            ):
                try:
                    answered.append(ask()[0])
                except OSError as refused:
                    answered.append(str(refused))
                time.sleep(PAUSE)

    with ThreadPoolExecutor(CLERKS) as clerks:
        working = [clerks.submit(work, n) for n in range(CLERKS)]
        for _ in range(RESTARTS):
            time.sleep(PAUSE * 3)
            web.stop()
            web.start()
        for each in working:
            each.result()
    return answered


@pytest.mark.slow
def test_while_the_port_is_held_every_clerk_gets_every_receipt_through_two_restarts(real_city, deliveries, begun):
    web = begun()
    connection.close()
    answered = signed_through_restarts(web, real_city.clerk, deliveries)
    assert sorted(answered) == [200] * PAPERS + [302] * PAPERS
    assert Delivery.objects.filter(pk__in=deliveries, signed_at__isnull=False).count() == PAPERS
    assert Entry.objects.filter(deed="delivery.signed_for").count() == PAPERS


@pytest.mark.slow
def test_a_port_that_nobody_holds_turns_clerks_away(real_city, deliveries, begun):
    """The twin: without the socket of systemd the same restarts are noticed, so the scene above sees something."""
    web = begun(holds_port=False)
    connection.close()
    answered = signed_through_restarts(web, real_city.clerk, deliveries)
    assert [each for each in answered if isinstance(each, str)]
