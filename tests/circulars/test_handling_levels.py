"""办文环节: a unit goes by the steps that it set, from a day on, and what has begun goes on as it began (regulation art. 24(4))."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from circulars.handling.closing import finish
from circulars.handling.hands import Work
from circulars.handling.instructing import instruct
from circulars.handling.levels import Levels, set_levels
from circulars.handling.opening import propose
from circulars.handling.record import Handling
from circulars.incoming import Incoming, enter
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from tests.cast import MONDAY
from tests.circulars.inhandchecks import LATER, OPENED, SAID, refused
from tests.inhand import AT_ELEVEN, AT_TEN, registered, staff, work


@pytest.fixture
def city(city):
    return staff(city)


@pytest.fixture
def paper(city, circular):
    return registered(city, circular)


@pytest.fixture
def proposed(city, paper):
    propose(paper, OPENED, work(city.order, city.law), by=city.clerk, at=AT_TEN)
    return paper


@pytest.mark.parametrize(
    ("levels", "state"),
    [
        (Levels(True, True, False), "to_instruct"),
        (Levels(False, True, True), "to_instruct"),
        (Levels(True, False, True), "in_work"),
        (Levels(True, False, False), "to_close"),
        (Levels(False, False, True), "in_work"),
    ],
)
def test_a_unit_uses_the_steps_that_it_set_and_goes_through_to_the_end(city, circular, levels, state):
    set_levels(city.attentive, levels, start_on=MONDAY.date(), by=city.leader, at=MONDAY)
    paper = registered(city, circular)
    propose(paper, OPENED if levels.proposal else "", work(city.order), by=city.clerk, at=AT_TEN)
    assert Handling.objects.get().state == state
    if levels.instruction:
        instruct(paper, SAID, work(city.order), seen=None, by=city.leader, at=AT_ELEVEN)
    finish(paper, "已办。", by=city.head if levels.work else city.clerk, at=LATER)
    assert Incoming.objects.get().state == "handled"


def test_a_unit_without_divisions_closes_a_paper_with_one_press(city, circular):
    delivery = circular.deliveries.get(unit=city.late)
    delivery.open(by=city.late_clerk, at=MONDAY)
    city.sign(delivery, by=city.late_clerk)
    paper = enter(delivery, by=city.late_clerk, at=AT_TEN)
    refused(OutOfOrder, "直接办结", lambda: propose(paper, OPENED, Work(), by=city.late_clerk, at=AT_TEN))
    refused(PermissionDenied, "职责", lambda: finish(paper, "已办。", by=city.clerk, at=AT_TEN))
    finish(paper, "已转各股室知悉。", by=city.late_clerk, at=AT_TEN)
    assert Incoming.objects.get().state == "handled"


def test_steps_change_from_a_day_on_and_what_has_begun_goes_on_as_it_began(city, proposed):
    none = Levels(False, False, False)
    set_levels(city.attentive, none, start_on=MONDAY.date(), by=city.clerk, at=AT_TEN)
    instruct(proposed, SAID, work(city.order), seen=None, by=city.leader, at=AT_ELEVEN)
    entry = Entry.objects.get(deed="handling.levels_set")
    assert (entry.person, entry.facts["levels"]) == (city.clerk, "传阅、办结")
    for by, start_on, what, why in (
        (city.clerk, MONDAY.date(), OutOfOrder, "没有改动"),
        (city.clerk, MONDAY.date() - timedelta(days=1), ValidationError, "今天或者一年以内"),
        (city.head, MONDAY.date(), PermissionDenied, "分管领导或者收发员"),
        (city.late_clerk, MONDAY.date(), PermissionDenied, "分管领导或者收发员"),
    ):
        with pytest.raises(what, match=why):
            set_levels(city.attentive, none, start_on=start_on, by=by, at=LATER)
