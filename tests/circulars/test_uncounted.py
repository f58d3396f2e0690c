"""签收用时 of who signed in a year whose calendar was not loaded is counted when it is, once, and in the ledger (Articles 20 and 22)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from circulars.deliveries import Delivery, ReturnCode
from circulars.insisting import insist
from circulars.pending import settle, sweep_pending
from circulars.returns import acknowledge
from cms.ledger import Entry, digest_of_keys
from cms.offices import office_of
from cms.workdays import CalendarYear
from reports.months import Month
from reports.receipts import Issuers, month_figures
from tests.cast import MONDAY, NEW_YEARS_EVE
from tests.circulars.test_pending import load_2027
from tests.offices import beijing
from tests.walking import everything

IN_JANUARY = beijing("2027-01-04 09:00")


@pytest.fixture
def signed(city, circular, week):
    """Sent in September, due in September, signed for in January, when nobody knew the holidays of the new year."""
    week.move_to(IN_JANUARY, tick=False)
    delivery = city.sign(city.opened(circular), at=IN_JANUARY)
    assert (delivery.taken_minutes, delivery.due_pending) == (None, False)
    return delivery


def taken(delivery):
    return Delivery.objects.get(pk=delivery.pk).taken_minutes


def test_the_time_is_counted_when_the_year_is_there_with_one_entry(city, circular, signed):
    load_2027(city.office.area)
    settle(IN_JANUARY, city.secretary)
    assert taken(signed) > 60 * 24
    figures = {one.name: one for one in month_figures(Month(2026, 9), as_of=IN_JANUARY, issuers=Issuers.ALL)}
    assert figures["市公安局"].normal_signed == 1
    entry = Entry.objects.get(deed="taken.counted")
    assert (entry.circular, entry.unit, entry.person) == (circular.uuid, city.office.pk, city.secretary)
    assert entry.facts == {"count": 1, "list_digest": digest_of_keys([signed.pk])}


def test_the_sweep_counts_what_was_signed_while_the_year_was_being_loaded_and_twice_is_once(city, signed):
    load_2027(city.office.area)
    sweep_pending(IN_JANUARY)
    before, minutes = everything(), taken(signed)
    assert minutes
    sweep_pending(IN_JANUARY + timedelta(minutes=1))
    assert everything() == before


def test_while_the_year_is_missing_it_waits(city, signed):
    before = everything()
    sweep_pending(IN_JANUARY)
    assert everything() == before


def test_where_the_year_of_the_sending_is_missing_it_waits_too(city, signed):
    load_2027(city.office.area)
    CalendarYear.objects.filter(area=city.office.area, year=2026).delete()
    sweep_pending(IN_JANUARY)
    assert taken(signed) is None


def test_who_had_a_time_keeps_it_and_who_has_not_signed_has_none(city, circular):
    delivery = city.sign(city.opened(circular), at=MONDAY + timedelta(hours=1))
    load_2027(city.office.area)
    Delivery.objects.filter(pk=delivery.pk).update(taken_minutes=7)
    settle(NEW_YEARS_EVE)
    assert taken(delivery) == 7
    assert taken(city.delivery(circular, city.late)) is None
    assert not Entry.objects.filter(deed="taken.counted").exists()


def test_a_round_that_the_sender_began_anew_has_no_time_of_the_one_before(city, signed):
    signed.send_back(code=ReturnCode.NOT_OURS, reason="", by=city.clerk, at=IN_JANUARY)
    acknowledge(signed, by=city.sender, at=IN_JANUARY)
    signed.refresh_from_db()
    insist(signed, why="应由贵局办理", off_hours_reason="急", by=city.sender, at=IN_JANUARY)
    load_2027(city.office.area)
    settle(IN_JANUARY)
    assert taken(signed) is None
    shown = city.desk(city.sender).get(reverse("circulars:returned_round", args=[signed.pk, 1]))
    slip = city.desk(city.clerk).get(reverse("circulars:round_slip", args=[signed.pk, 1]))
    assert signed.rounds.get().taken_minutes is None  # closed rounds are not written to
    hours, rest = divmod(office_of(city.office.area).minutes_between(MONDAY, IN_JANUARY), 60)
    assert hours > 400
    for page in (shown, slip):
        assert f"{hours} 小时{f' {rest} 分' if rest else ''}（办公时间）" in page.content.decode()


def test_while_the_year_is_missing_a_closed_round_says_why_it_has_no_time(city, signed):
    signed.send_back(code=ReturnCode.NOT_OURS, reason="", by=city.clerk, at=IN_JANUARY)
    for page in (
        city.desk(city.sender).get(reverse("circulars:board", args=[signed.circular.uuid])),
        city.desk(city.clerk).get(reverse("circulars:slip", args=[signed.pk])),
    ):
        assert "待定（那一年的工作日历没有载入）" in page.content.decode()
