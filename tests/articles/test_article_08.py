"""第八条: the provider of keys backs up regularly and renews the keys; what it owes and has done is on record, and it reports it itself.

保障电子印章密钥(数字证书)的企业负责定期数据备份和电子印章密钥(数字证书)的续费升级工作。

第八条: who provides the lines inspects them and restores what is interrupted.

(一)保障数字电路的运营商负责传输线路定期巡检和中断线路的及时恢复工作。

第八条: the carrier mends broken lines, the key company sees to keys; each is called for what it is there for.

保障数字电路的运营商负责……中断线路的及时恢复工作; 保障电子印章密钥(数字证书)的企业负责……续费升级工作。
"""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.assignments import assign, fitting
from accounts.backups import start_backup
from accounts.faults import report_fault
from accounts.inspections import LineInspection
from accounts.lineoutages import LineOutage
from accounts.renewals import Renewal
from accounts.renewing import start
from accounts.repairs import Repair
from tests import lines
from tests.accounts.providers import providers_of
from tests.accounts.vendors import office_and_county, opened, renewal_of, vendor
from tests.cast import MONDAY


def test_the_key_vendor_is_charged_with_each_renewal_and_reports_it_done(city):
    firm, keys = vendor(city), office_and_county(city)
    opened(city, firm.provider)
    renewal = renewal_of(keys[0])
    start(renewal, by=city.engineer, at=MONDAY)
    assert list(Renewal.objects.for_person(firm.person).with_vendor()) == [renewal]
    renewal.serve(by=firm.person, at=MONDAY)
    assert not Renewal.objects.with_vendor().exists()


def test_the_key_vendor_backs_up_and_says_with_what_proof(city):
    firm = vendor(city)
    run = start_backup(firm.provider, started_at=MONDAY, by=firm.person, at=MONDAY)
    run.finish(finished_at=MONDAY, checksum="ab" * 32, restored_on=MONDAY.date(), by=firm.person, at=MONDAY)
    assert (run.state, run.checksum, run.restored_on) == ("finished", "ab" * 32, MONDAY.date())


def test_8_1_the_carrier_hears_of_an_interruption_and_says_when_the_line_is_back(city, week):
    lines.carrier(city)
    line = lines.line(city)
    clerk = city.desk(city.clerk)
    clerk.post(
        reverse("accounts:report_line_outage", args=[line.pk]), {"down_at": "2026-09-28 08:40", "cause": "光缆被挖断"}
    )
    week.move_to(MONDAY + timedelta(hours=2), tick=False)
    desk = city.desk(city.lineman)
    assert "市公安局 YA-0001" in desk.get(reverse("messages")).content.decode()
    outage = LineOutage.objects.get()
    address = reverse("accounts:line_outage", args=[outage.pk])
    desk.post(address, {"up_at": "2026-09-28 10:20"})
    outage.refresh_from_db()
    assert outage.up_at - outage.down_at == timedelta(minutes=100)
    assert "按时恢复" in city.desk(city.clerk).get(address).content.decode()


def test_8_1_the_carrier_reports_the_inspections_of_its_own_lines_alone(city):
    lines.carrier(city)
    own = lines.line(city)
    foreign = lines.line(city, of=lines.carrier(city, "BZ-LT", "延安联通", who="rival"), unit=city.late, circuit="L-1")
    address, desk = reverse("accounts:inspections"), city.desk(city.lineman)
    assert "市应急局" not in (shown := desk.get(address).content.decode())
    assert "市公安局" in shown
    typed = {"which": "chosen", "inspected_on": "2026-09-20", "result": "good", "number": "3"}
    desk.post(address, typed | {"lines": [own.pk, foreign.pk]})
    assert not LineInspection.objects.exists()
    desk.post(address, typed | {"lines": [own.pk]})
    assert [report.line for report in LineInspection.objects.all()] == [own]


@pytest.mark.parametrize("kind, service", [("network", "carrier"), ("seal", "key_vendor"), ("printer", "kit")])
def test_8_each_provider_mends_what_it_is_there_for_and_nothing_else(city, kind, service):
    serving = providers_of(city)
    fault = report_fault(city.attentive, kind, "不能使用", detected_at=MONDAY, by=city.clerk, at=MONDAY)
    own = getattr(serving, service)
    assert list(fitting(fault, MONDAY)) == [own]
    for other in {serving.carrier, serving.key_vendor, serving.kit} - {own}:
        with pytest.raises(ValidationError):
            assign(fault, other, "请维修", contacted_at=MONDAY, by=city.engineer, at=MONDAY)
    repair = assign(fault, own, "请维修", contacted_at=MONDAY, by=city.engineer, at=MONDAY)
    repair.accept(by=getattr(serving, f"{service}_person"), at=MONDAY)
    assert Repair.objects.get().state == "accepted"
