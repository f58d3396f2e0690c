"""A vendor's monthly back-up: filed, finished, tested, declared void; which months are owed and missed (Articles 8(2) and 17)."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.backups import BackupRun, months_missed, months_owed, start_backup
from accounts.providers import Provider, Service
from accounts.upkeepwarnings import warn_of_upkeep
from accounts.waitingdues import settle
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from cms.workdays import CalendarYear
from tests.accounts.vendors import days, vendor
from tests.cast import BACK_AT_WORK, MONDAY, NEW_YEARS_EVE
from tests.offices import beijing

PROOF = "a1" * 32


@pytest.fixture
def firm(city):
    return vendor(city)


def begun(firm, at=MONDAY, *, by=None, started_at=None):
    return start_backup(firm.provider, started_at=started_at or at, by=by or firm.person, at=at)


def told(person):
    return list(Message.objects.filter(person=person.pk).order_by("pk").values_list("text", flat=True))


def test_a_back_up_is_filed_finished_and_tested_each_once(city, firm):
    run = begun(firm)
    with pytest.raises(ValidationError, match="已经填报"):
        begun(firm)
    run.finish(finished_at=MONDAY, checksum=PROOF.upper(), by=firm.person, at=MONDAY)
    assert (run.state, run.checksum, run.restored_on) == ("finished", PROOF, None)
    with pytest.raises(OutOfOrder):
        BackupRun.objects.get().finish(finished_at=MONDAY, checksum=PROOF, by=firm.person, at=MONDAY)
    run.restore(MONDAY.date(), by=firm.person, at=MONDAY)
    with pytest.raises(OutOfOrder, match="已登记过"):
        run.restore(MONDAY.date(), by=firm.person, at=MONDAY)
    deeds = Entry.objects.filter(subject=f"accounts.backuprun:{run.pk}").order_by("pk").values_list("deed", flat=True)
    assert list(deeds) == ["backup.started", "backup.finished", "backup.restored"]


@pytest.mark.parametrize(
    ("what", "field"),
    [
        ({"finished_at": MONDAY - days(1)}, "finished_at"),
        ({"finished_at": MONDAY + days(1)}, "finished_at"),
        ({"checksum": "短"}, "checksum"),
        ({"restored_on": date(2026, 9, 27)}, "restored_on"),
        ({"restored_on": date(2026, 9, 29)}, "restored_on"),
    ],
)
def test_what_cannot_be_is_refused_and_the_back_up_goes_on(city, firm, what, field):
    run = begun(firm)
    with pytest.raises(ValidationError) as wrong:
        run.finish(**({"finished_at": MONDAY, "checksum": PROOF} | what), by=firm.person, at=MONDAY)
    assert list(wrong.value.message_dict) == [field]
    assert BackupRun.objects.get().state == "running"


def test_a_vendor_files_in_the_month_itself_and_the_network_office_what_came_out_later(city, firm):
    late = beijing("2026-08-20 09:00")
    with pytest.raises(ValidationError, match="补登"):
        begun(firm, started_at=late)
    run = begun(firm, by=city.engineer, started_at=late)
    assert (run.month, run.is_filed_afterwards) == (date(2026, 8, 1), True)
    with pytest.raises(ValidationError, match="不能晚于现在"):
        begun(firm, started_at=MONDAY + days(1))
    with pytest.raises(ValidationError, match="合同期"):
        begun(firm, by=city.engineer, started_at=beijing("2025-12-20 09:00"))


def test_an_end_put_down_after_it_was_due_is_marked(city, firm):
    run = begun(firm)
    run.finish(finished_at=MONDAY, checksum=PROOF, by=firm.person, at=MONDAY + days(30))
    assert run.is_filed_afterwards
    assert not run.is_late(MONDAY + days(30))


def test_strangers_and_other_vendors_file_nothing(city, firm):
    other, run = vendor(city, "BZ-QT"), begun(firm)
    for person in (other.person, city.secretary, city.keeper, city.stranger):
        with pytest.raises(PermissionDenied):
            begun(firm, by=person)
        with pytest.raises(PermissionDenied):
            run.finish(finished_at=MONDAY, checksum=PROOF, by=person, at=MONDAY)
    for person in (firm.person, other.person, city.secretary):
        with pytest.raises(PermissionDenied):
            run.void("不实", by=person, at=MONDAY)
    assert list(BackupRun.objects.for_person(other.person)) == []
    assert list(BackupRun.objects.for_person(firm.person)) == [run]


def test_what_was_filed_wrongly_is_void_with_a_reason_and_the_month_is_filed_anew(city, firm):
    run = begun(firm)
    with pytest.raises(ValidationError):
        run.void(" ", by=city.engineer, at=MONDAY)
    run.void("校验不符", by=city.engineer, at=MONDAY)
    assert begun(firm).pk != run.pk
    with pytest.raises(OutOfOrder):
        run.restore(MONDAY.date(), by=city.engineer, at=MONDAY)


def test_a_carrier_is_owed_no_back_up(city, firm):
    Provider.objects.filter(pk=firm.provider.pk).update(service=Service.CARRIER)
    firm.provider.refresh_from_db()
    with pytest.raises(ValidationError, match="密钥服务"):
        begun(firm)


def test_a_month_is_owed_when_the_contract_covers_it_whole(city, firm):
    firm.provider.since, firm.provider.until = date(2026, 3, 10), date(2026, 6, 29)
    assert months_owed(firm.provider, date(2026, 1, 1), date(2026, 12, 31)) == [date(2026, 4, 1), date(2026, 5, 1)]


def test_a_month_is_missed_once_it_is_over_and_none_was_begun_in_it(city, firm):
    begun(firm, by=city.engineer, started_at=beijing("2026-08-31 23:00"))
    year = date(2026, 1, 1), date(2026, 12, 31)
    missed = months_missed(firm.provider, *year, today=date(2026, 9, 30))
    assert [month.month for month in missed] == [1, 2, 3, 4, 5, 6, 7]
    assert [m.month for m in months_missed(firm.provider, *year, today=date(2026, 10, 1))][-1] == 9


def test_the_vendor_hears_before_and_the_network_office_after_each_once(city, firm):
    begun(firm)  # due at six on the 10th of October
    warn_of_upkeep(beijing("2026-10-09 17:00"))
    assert not any("抓紧" in text for text in told(firm.person))
    for at in ("2026-10-09 18:00", "2026-10-10 17:59", "2026-10-10 18:00"):
        warn_of_upkeep(beijing(at))
    assert sum("抓紧办理" in text for text in told(firm.person)) == 1
    assert not any("现已逾期" in text for text in told(city.engineer))
    for at in ("2026-10-10 18:01", "2026-10-11 09:00"):
        warn_of_upkeep(beijing(at))
    for person in (firm.person, city.engineer):
        assert sum("现已逾期，按合同扣费" in text for text in told(person)) == 1


def test_a_month_without_a_back_up_is_said_in_its_last_week_and_once_it_is_over(city, firm):
    for at in ("2026-10-24 09:00", "2026-10-25 09:00", "2026-10-31 09:00", "2026-11-01 09:00", "2026-11-02 09:00"):
        warn_of_upkeep(beijing(at))
    assert sum("10月的数据备份还没有开始" in text for text in told(firm.person)) == 1
    assert not any("还没有开始" in text for text in told(city.engineer))
    assert [text for text in told(city.engineer) if "2026年10月没有备份" in text] == [
        f"{firm.unit}2026年10月没有备份，按合同扣费。"
    ]


def test_the_sweep_asks_the_same_few_questions_whatever_it_finds(city, firm, django_assert_max_num_queries):
    begun(firm)
    warn_of_upkeep(beijing("2026-10-12 09:00"))
    with django_assert_max_num_queries(7):
        warn_of_upkeep(beijing("2026-10-12 09:01"))


def test_a_clock_that_runs_into_a_year_without_a_calendar_is_set_when_it_is_loaded(city, firm):
    run = begun(firm, NEW_YEARS_EVE)
    assert run.due_at is None
    assert run.days_late(NEW_YEARS_EVE + days(60)) == 0
    settle(NEW_YEARS_EVE)
    assert BackupRun.objects.get().due_at is None
    CalendarYear.objects.create(area=city.office.area, year=2027, source="通知")
    settle(NEW_YEARS_EVE)
    assert BackupRun.objects.get().due_at == beijing("2027-01-07 18:00")


def test_back_ups_at_work_again_after_the_holiday(city, firm):
    assert begun(firm, BACK_AT_WORK).due_at == beijing("2026-10-14 18:00")
