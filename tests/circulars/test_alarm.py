"""The alarm: what a clerk's desk is told each time it asks (Articles 18 and 22)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from circulars.alarms import alarm_for, mark, moment_of
from circulars.deadlines import Urgency
from cms.accesslog import Access
from tests.cast import MONDAY
from tests.offices import beijing

ALARM = reverse("circulars:alarm")
LATER = MONDAY + timedelta(minutes=1)


def asked(client, after=""):
    return client.get(ALARM, {"after": after}).json()


@pytest.mark.parametrize(
    "at, counts",
    [
        ("2026-09-28 09:00", {"waiting": 1, "soon": 0, "late": 0}),
        ("2026-09-29 17:59", {"waiting": 1, "soon": 1, "late": 0}),
        ("2026-09-29 18:01", {"waiting": 1, "soon": 0, "late": 1}),
    ],
)
def test_the_numbers_are_those_of_the_lists_and_the_rail(city, circular, week, at, counts):
    week.move_to(beijing(at), tick=False)
    client = city.desk(city.clerk)
    assert asked(client)["counts"] == counts
    for number, show in (("waiting", "open"), ("soon", "soon"), ("late", "late")):
        shown = client.get(reverse("circulars:inbox"), {"show": show})
        assert len(shown.context["rows"]) == counts[number]
        tone = {"waiting": "due"}.get(number, number)
        assert f'data-alarm-count="{number}" data-tone="{tone}"' in shown.content.decode()


def test_what_came_since_the_desk_last_looked_is_counted_with_its_urgency(city, circular):
    client = city.desk(city.clerk)
    seen = asked(client)["newest"]
    assert seen == mark(MONDAY)
    assert (asked(client, seen)["fresh"], asked(client, seen)["freshUrgency"]) == (0, "")
    city.sent(at=LATER, urgency="extra_urgent")
    city.sent(at=LATER)
    news = asked(client, seen)
    assert (news["open"], news["fresh"], news["freshUrgency"], news["freshOfUrgency"]) == (3, 2, "特急", 1)
    assert news["newest"] == mark(LATER)


def test_what_was_signed_for_by_the_other_clerk_is_new_no_more(city, circular):
    seen = mark(MONDAY)
    delivery = city.opened(city.sent(at=LATER, urgency="urgent"), at=LATER)
    assert asked(city.desk(city.clerk), seen)["freshUrgency"] == "加急"
    city.sign(delivery, by=city.second_clerk, at=LATER)
    assert asked(city.desk(city.clerk), seen)["fresh"] == 0


def test_another_units_papers_ring_no_bell(city, circular):
    client = city.desk(city.clerk)
    before = asked(client, 1)
    city.sent(primary_units=[city.late], urgency="extra_urgent", at=LATER)
    assert asked(client, 1) == before


def test_who_only_reads_has_no_alarm(city, circular):
    client = city.desk(city.leader)
    assert client.get(ALARM).status_code == 404
    assert 'id="alarm"' not in client.get(reverse("circulars:inbox")).content.decode()
    assert alarm_for(city.leader, MONDAY, since=MONDAY - timedelta(days=1)).urgency == Urgency.NORMAL


@pytest.mark.parametrize("after", ["", "x", "-1", "9" * 16, "9" * 40, "１２"])
def test_an_odd_mark_asks_for_nothing_new(city, circular, after):
    assert asked(city.desk(city.clerk), after)["fresh"] == 0


def test_a_mark_leads_back_to_its_moment():
    assert moment_of(str(mark(LATER))) == LATER
    assert mark(None) == 0


def test_asking_is_no_look_in_and_takes_one_question_of_its_own(city, circular, django_assert_num_queries):
    client = city.desk(city.clerk)
    asked(client)
    before = list(Access.objects.values())
    with django_assert_num_queries(4):  # session, person, grants, numbers
        asked(client, "1")
    assert list(Access.objects.values()) == before
