"""Every receipt of the worked table at the screens: what the sender reads before and after sending, and what the receiving clerk reads (Article 22)."""

import csv
from copy import deepcopy
from datetime import date, datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from time_machine import travel

from accounts.people import Post
from circulars.registration import Circular
from cms.limits import moment
from tests.cast import DATA
from tests.offices import beijing

with (DATA / "deadlines.csv").open(encoding="utf-8", newline="") as table:
    RECEIPTS = [row for row in csv.DictReader(table) if row["kind"] == "receipt"]

NOT_LOADED = "CALENDAR_NOT_LOADED"
BEFORE_THEM_ALL = beijing("2025-01-20 09:00")


@pytest.fixture(scope="module")
def sealed(standing_city, django_db_blocker):
    """A paper of each urgency, sealed before the earliest row by people who were at their posts by then."""
    with django_db_blocker.unblock(), travel(BEFORE_THEM_ALL, tick=False):
        Post.objects.update(held_from=date(2025, 1, 1))
        city = deepcopy(standing_city)
        return {each: city.sealed(urgency=each, at=BEFORE_THEM_ALL).pk for each in ("normal", "urgent")}


def test_the_table_has_receipts_of_both_kinds():
    assert {row["urgency"] for row in RECEIPTS} == {"normal", "urgent"}
    assert len(RECEIPTS) == 34


@pytest.mark.parametrize("row", RECEIPTS, ids=lambda row: row["id"])
def test_what_is_sent_at_this_moment_is_due_as_the_table_says_on_every_screen(sealed, city, week, row):
    week.move_to(datetime.fromisoformat(row["start_at"]), tick=False)
    circular = Circular.objects.get(pk=sealed[row["urgency"]])
    sender, sending = city.desk(city.sender), reverse("circulars:send", args=[circular.uuid])
    before = sender.get(sending).content.decode()
    sent = sender.post(sending, {"when": "now", "off_hours_reason": "汛情紧急"}, follow=True)
    delivery = city.delivery(circular)
    inbox = city.desk(city.clerk).get(reverse("circulars:inbox")).content.decode()
    reading = city.desk(city.clerk).get(reverse("circulars:reading", args=[delivery.pk])).content.decode()
    if row["due_at"] == NOT_LOADED:
        assert delivery.due_at is None
        for page in (before, sent.content.decode(), inbox, reading):
            assert "待定" in page
        return
    due_at = datetime.fromisoformat(row["due_at"])
    assert delivery.due_at == due_at
    said = moment(due_at, timezone.now())
    for page in (before, sent.content.decode(), reading):
        assert said in page
    assert f'datetime="{due_at.isoformat()}"' in inbox
