"""A provider is dissolved when nothing hangs on it: what it has in hand is named, line by line and repair by repair (Articles 8, 13, 16 and 17)."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.assignments import assign
from accounts.backups import BackupRun, start_backup
from accounts.dissolving import close, dissolve
from accounts.faults import report_fault
from accounts.people import Post
from accounts.providers import Provider
from accounts.renewals import Renewal
from accounts.units import Unit
from cms.lifecycles import OutOfOrder
from cms.quarters import Quarter
from tests.accounts import vendors
from tests.accounts.providers import providers_of
from tests.cast import MONDAY
from tests.lines import inspected, line

AN_HOUR = timedelta(hours=1)
PAPER = "延编发〔2026〕8号"


def on_paper(city, at=MONDAY + AN_HOUR):
    return {"on_day": at.date(), "ground": PAPER, "by": city.engineer, "at": at}


def test_a_carrier_with_lines_reports_and_repairs_in_hand_is_not_dissolved_and_all_is_named(city):
    serving = providers_of(city)
    unit = serving.carrier.unit
    circuits = [line(city, of=serving.carrier, circuit=f"YA-{n:04}") for n in range(4)]
    fault = report_fault(city.attentive, "network", "断网", detected_at=MONDAY, by=city.clerk, at=MONDAY)
    repair = assign(fault, serving.carrier, "请抢修", contacted_at=MONDAY, by=city.engineer, at=MONDAY)
    said = (
        "还在提供线路：YA-0000、YA-0001、YA-0002等 4 条。请先停用，换运营商的登记新线路。"
        "2026年第二季度还有 4 条线路没有报送巡检报告。请先报送。"
        "维修没有办结：市公安局的网络线路故障。请先验收，或者撤回后另行派单。"
    )
    with pytest.raises(OutOfOrder) as refused:
        dissolve(unit, **on_paper(city))
    assert str(refused.value) == said
    page = city.desk(city.engineer).get(reverse("accounts:end_unit", args=[unit.pk])).content.decode()
    assert "还在提供线路：YA-0000" in page
    with pytest.raises(ValidationError, match="保障单位没有收文可以承接"):
        dissolve(serving.kit.unit, city.late, **on_paper(city))
    inspected(*circuits, quarter=Quarter(2026, 2), by=city.engineer, inspected_on=MONDAY.date())
    repair.call_off("换一家", by=city.engineer, at=MONDAY + AN_HOUR)
    for each in circuits:
        each.end(until=MONDAY.date(), by=city.engineer, at=MONDAY + AN_HOUR)
    at = MONDAY + timedelta(days=1)
    dissolve(unit, **on_paper(city, at))
    assert Provider.objects.get(pk=serving.carrier.pk).until == MONDAY.date()
    again = report_fault(city.late, "network", "断网", detected_at=at, by=city.late_clerk, at=at)
    with pytest.raises(ValidationError, match="不在合同期内"):
        assign(again, serving.carrier, "请抢修", contacted_at=at, by=city.engineer, at=at)
    with pytest.raises(ValidationError, match="不在延安电信"):
        line(city, of=serving.carrier, circuit="YA-0009", since=at.date(), at=at)
    Post.objects.get(person=serving.carrier_person).leave(by=None, at=at)
    close(Unit.objects.get(pk=unit.pk), ground=PAPER, by=city.engineer, at=at)


def test_a_key_vendor_with_a_backup_or_renewals_under_way_is_not_dissolved(city):
    vendor = vendors.vendor(city)
    vendors.office_and_county(city)
    vendors.opened(city, vendor.provider)
    start_backup(vendor.provider, started_at=MONDAY, by=vendor.person, at=MONDAY)
    with pytest.raises(OutOfOrder, match=r"还有 1 次数据备份没有完成。.*还有 2 把密钥没有续费完。"):
        dissolve(vendor.unit, **on_paper(city))
    BackupRun.objects.update(state=BackupRun.State.VOID, reason="换一家")
    Renewal.objects.update(state=Renewal.State.DROPPED, left_at=MONDAY, reason="换一家")
    dissolve(vendor.unit, **on_paper(city))
