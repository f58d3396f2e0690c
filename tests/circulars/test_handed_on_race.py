"""A post goes over while its holder still works: the papers are held one after the other, and never in a ring (Article 26)."""

from threading import Event
from time import sleep

import pytest
from django.db import transaction

from accounts.handovers import Handover, open_handover
from accounts.roles import Role
from circulars.circulation.acts import circulate, mark_read
from circulars.circulation.record import Reader
from circulars.handling.holding import held
from tests.cast import City
from tests.handovers import again, post_of
from tests.inhand import AT_ELEVEN, AT_TEN, registered, staff
from tests.rush import PATIENCE, at_once


@pytest.fixture
def city(real_city, week) -> City:
    """The city with divisions, in a database that keeps what is committed."""
    return staff(real_city)


def test_a_reader_who_reads_while_the_place_goes_over_has_read_it_and_nobody_is_refused(city):
    paper = registered(city, city.sent())
    circulate(paper, [city.handler, city.head], in_order=False, purpose="请阅。", by=city.clerk, at=AT_TEN)
    reader, holds = Reader.objects.get(person=city.handler), Event()

    def act(n):
        if n:
            holds.wait(PATIENCE)
            return open_handover(post_of(city.handler, Role.HANDLER), again(city.head), by=None, at=AT_ELEVEN)
        with transaction.atomic():
            held(paper.pk)
            holds.set()
            sleep(1)  # the other has begun by now, and waits
            return mark_read(Reader.objects.get(pk=reader.pk), "", by=again(city.handler), at=AT_ELEVEN)

    assert at_once(2, act) == [None, Handover.objects.get()]
    assert reader.end.kind == "read"
