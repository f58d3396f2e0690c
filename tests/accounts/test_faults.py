"""第十三条第（一）项 and 第七条第（三）项: faults as they are reported, stops of the platform as they are announced."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.faults import Fault, report_fault
from accounts.outages import Outage, announce_outage
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from tests.cast import MONDAY, NEW_YEARS_EVE
from tests.offices import beijing


def reported(city, **facts):
    told = {"kind": "computer", "text": "主机不能启动", "detected_at": MONDAY, "by": city.clerk, "at": MONDAY}
    return report_fault(city.attentive, **(told | facts))


def test_secretariat_and_network_office_are_both_told(city):
    reported(city)
    assert set(Message.objects.values_list("person__name", flat=True)) == {"周慧", "吴宏伟"}
    assert Entry.objects.get(deed="fault.reported").unit == city.attentive.pk


@pytest.mark.parametrize(
    "at, in_time", [("2026-09-29 18:00:00", True), ("2026-09-29 18:00:01", False)], ids=["at the limit", "after it"]
)
def test_a_fault_is_reported_within_one_working_day(city, at, in_time):
    fault = reported(city, at=beijing(at))
    assert fault.is_reported_in_time is in_time
    assert Fault.objects.reported_in_time().exists() is in_time


def test_a_report_is_never_refused_for_want_of_a_calendar(city):
    fault = reported(city, detected_at=NEW_YEARS_EVE, at=NEW_YEARS_EVE)
    assert (fault.report_due_at, fault.is_reported_in_time) == (None, True)


@pytest.mark.parametrize(
    "wrong, error",
    [
        ({"text": " "}, ValidationError),
        ({"detected_at": MONDAY + timedelta(minutes=1)}, ValidationError),
    ],
)
def test_a_report_without_sense_is_refused(city, wrong, error):
    with pytest.raises(error):
        reported(city, **wrong)
    assert not Fault.objects.exists()


def test_nobody_reports_for_another_unit_or_confirms_the_own(city):
    with pytest.raises(PermissionDenied):
        reported(city, by=city.stranger)
    fault = reported(city)
    with pytest.raises(PermissionDenied):
        fault.confirm(restored_at=MONDAY, by=city.clerk, at=MONDAY)


def test_the_network_office_confirms_once_from_when_to_when(city):
    fault, back = reported(city), MONDAY + timedelta(hours=5)
    with pytest.raises(ValidationError):
        fault.confirm(restored_at=back, by=city.engineer, at=MONDAY)
    fault.confirm(restored_at=back, by=city.engineer, at=back)
    assert Fault.objects.confirmed().get().restored_at == back
    with pytest.raises(OutOfOrder):
        fault.confirm(restored_at=back, by=city.engineer, at=back)


def test_the_network_office_alone_announces_a_stop_and_its_end(city):
    area, hour = city.office.area, timedelta(hours=1)
    with pytest.raises(PermissionDenied):
        announce_outage(area, "outage", "数据库故障", starts_at=MONDAY, by=city.secretary, at=MONDAY)
    outage = announce_outage(area, "outage", "数据库故障", starts_at=MONDAY, by=city.engineer, at=MONDAY)
    with pytest.raises(ValidationError):
        outage.end(ends_at=MONDAY, by=city.engineer, at=MONDAY + hour)
    outage.end(ends_at=MONDAY + hour, by=city.engineer, at=MONDAY + hour)
    with pytest.raises(OutOfOrder):
        outage.end(ends_at=MONDAY + hour, by=city.engineer, at=MONDAY + hour)
    assert Outage.objects.get().ends_at == MONDAY + hour
