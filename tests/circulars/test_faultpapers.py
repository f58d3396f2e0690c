"""While a unit has a fault, what it cannot sign for is brought there on paper and signed off (Article 13(3))."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.faults import report_fault
from circulars.papercopies import PaperCopy
from cms.ledger import Entry
from cms.messages import Message
from cms.sweep import sweep
from tests.cast import MONDAY

HOUR = timedelta(hours=1)


def faulty(city, unit=None, by=None, at=MONDAY + HOUR):
    return report_fault(unit or city.attentive, "network", "光缆中断", detected_at=at, by=by or city.clerk, at=at)


def owed(city):
    return set(PaperCopy.objects.owed().filter(fault__isnull=False).values_list("delivery__unit__code", flat=True))


def test_what_lies_unsigned_is_owed_from_the_report_on_and_both_who_sends_and_the_secretariat_know(city, circular):
    fault = faulty(city)
    assert owed(city) == {"BM05"}
    told = Message.objects.filter(key__startswith="fault-paper:").values_list("person__name", flat=True)
    assert set(told) == {"周慧", "陈立新"}
    assert Entry.objects.of(fault).get(deed="paper.owed").facts["count"] == 1
    for _ in range(2):
        sweep(MONDAY + 2 * HOUR)
    assert Entry.objects.filter(deed="paper.owed").count() == 1


def test_the_secretariat_signs_off_what_it_brought_and_a_stranger_does_not(city, circular, week):
    fault = faulty(city)
    copy = PaperCopy.objects.get(fault=fault)
    week.move_to(MONDAY + 4 * HOUR, tick=False)
    url, listed = reverse("circulars:hand_over", args=[copy.pk]), reverse("circulars:fault_paper", args=[fault.pk])
    entry = {"delivered_at": "2026-09-28 12:00", "taken_by": "孙早"}
    for person in (city.stranger, city.late_clerk):
        assert city.desk(person).post(url, entry).status_code == 404
        assert city.desk(person).get(listed).status_code == 404
    with pytest.raises(PermissionDenied):
        copy.deliver(MONDAY + 2 * HOUR, "孙早", by=city.engineer, at=MONDAY + 4 * HOUR)
    for person in (city.secretary, city.sender):
        assert city.desk(person).get(listed).content.decode().count("登记送达") == 1
    desk = city.desk(city.secretary)
    for _ in range(2):
        desk.post(url, entry)
    copy.refresh_from_db()
    assert (copy.taken_by, copy.delivered_at, copy.recorded_by) == ("孙早", MONDAY + 3 * HOUR, city.secretary)
    assert Entry.objects.filter(deed="paper.delivered").count() == 1
    page = desk.get(listed).content.decode()
    assert "已送达" in page
    assert "孙早" in page
    assert owed(city) == set()


def test_the_secretariat_does_not_sign_for_what_is_brought_to_a_unit_that_is_not_connected(city, circular):
    copy = PaperCopy.objects.get(delivery=city.delivery(circular, city.paper))
    url = reverse("circulars:hand_over", args=[copy.pk])
    assert city.desk(city.secretary).get(url).status_code == 404


def test_what_was_not_brought_when_the_fault_was_over_need_not_be_and_may_still_be_put_down(city, circular):
    fault, later = faulty(city), MONDAY + 4 * HOUR
    fault.confirm(restored_at=later, by=city.engineer, at=later)
    copy = PaperCopy.objects.get(fault=fault)
    assert (copy.lapsed_at, owed(city)) == (later, set())
    copy.deliver(MONDAY + 3 * HOUR, "孙早", by=city.secretary, at=later + HOUR)
    copy.refresh_from_db()
    assert (copy.taken_by, copy.lapsed_at) == ("孙早", None)


def test_what_the_unit_signs_for_after_all_is_owed_no_longer_and_another_fault_does_not_bring_it_back(city, circular):
    faulty(city)
    city.sign(city.opened(circular), at=MONDAY + 2 * HOUR)
    assert owed(city) == set()
    sweep(MONDAY + 3 * HOUR)
    assert PaperCopy.objects.get(fault__isnull=False).lapsed_at == MONDAY + 3 * HOUR
    faulty(city, at=MONDAY + 4 * HOUR)
    assert owed(city) == set()


def test_a_second_fault_makes_it_owed_again(city, circular):
    faulty(city).confirm(restored_at=MONDAY + HOUR, by=city.engineer, at=MONDAY + HOUR)
    again = faulty(city, at=MONDAY + 2 * HOUR)
    copy = PaperCopy.objects.get(fault=again)
    assert (copy.owed_from, copy.lapsed_at) == (MONDAY + 2 * HOUR, None)


def test_what_is_sent_while_the_fault_lasts_is_owed_within_the_minute(city):
    fault = faulty(city, at=MONDAY)
    delivery = city.delivery(city.sent(at=MONDAY + 2 * HOUR))
    assert not PaperCopy.objects.filter(delivery=delivery).exists()
    sweep(MONDAY + 2 * HOUR + timedelta(minutes=1))
    copy = PaperCopy.objects.get(delivery=delivery, fault=fault)
    assert copy in PaperCopy.objects.late(copy.delivery.due_at + timedelta(seconds=1))
