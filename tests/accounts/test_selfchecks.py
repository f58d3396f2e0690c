"""设备自查: weeks, problems and who has not checked (Article 18)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from accounts.faults import Fault
from accounts.selfcheckreminders import remind_of_checks
from accounts.selfchecks import EquipmentCheck, KitProblem, is_asked, missing, record_check
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from cms.offices import office_of
from tests.accounts.keys import in_force
from tests.accounts.kit import device
from tests.cast import MONDAY
from tests.offices import beijing

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WEEK = date(2026, 9, 28)


def checked(city, problems=None, *, at=MONDAY, by=None):
    return record_check(city.attentive, problems or {}, by=by or city.clerk, at=at)


def told(person):
    return list(Message.objects.filter(person=person, key__startswith="kit:").values_list("text", flat=True))


def test_a_unit_without_devices_registers_first(city):
    with pytest.raises(ValidationError, match="还没有登记设备"):
        checked(city)


@pytest.mark.parametrize("who", ["leader", "late_clerk", "secretary", "engineer", "superuser"])
def test_only_the_clerks_of_the_unit_check(city, who):
    device(city)
    with pytest.raises(PermissionDenied):
        checked(city, by=getattr(city, who))


def test_a_check_is_once_a_day_and_a_later_problem_of_the_day_is_added(city):
    computer, printer = device(city), device(city, "printer", "P-1")
    check = checked(city)
    with pytest.raises(OutOfOrder, match="今天已经自查过"):
        checked(city, at=MONDAY + HOUR, by=city.second_clerk)
    for _ in range(2):
        try:
            checked(city, {printer: "卡纸"}, at=MONDAY + 2 * HOUR)
        except OutOfOrder:
            continue
    assert EquipmentCheck.objects.get() == check
    assert (check.week, check.looked_at) == (WEEK, 2)
    assert KitProblem.objects.get().thing == printer
    assert Entry.objects.filter(deed="kit.checked").count() == 2
    checked(city, {printer: "还是卡纸", computer: "蓝屏"}, at=MONDAY + 7 * DAY)
    assert KitProblem.objects.unsolved().count() == 2, "what is not solved is not entered twice"


def test_a_problem_without_a_word_or_with_anothers_device_is_refused(city):
    mine = device(city)
    theirs = device(city, unit=city.late, keeper=city.late_clerk, by=city.late_clerk)
    for problems in ({mine: " "}, {theirs: "坏了"}):
        with pytest.raises(ValidationError, match="什么问题"):
            checked(city, problems)
    assert not EquipmentCheck.objects.exists()


def test_a_key_is_checked_beside_the_devices_and_reported_as_a_fault_of_the_seal(city):
    device(city, unit=city.office, keeper=city.office_clerk, by=city.office_clerk)
    key = in_force(city)
    record_check(city.office, {key: "插上没有反应"}, by=city.office_clerk, at=MONDAY)
    problem = KitProblem.objects.get()
    assert (problem.thing, problem.check_made.looked_at) == (key, 2)
    assert problem.report(by=city.office_clerk, at=MONDAY).kind == Fault.Kind.SEAL
    assert problem.leader_informed_at is None, "nobody leads there"


def test_no_check_is_changed_or_taken_away(city):
    device(city)
    check = checked(city)
    for act in (check.delete, lambda: EquipmentCheck.objects.update(done_on=WEEK + DAY)):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_a_week_with_one_working_day_asks_for_a_check_and_a_week_off_for_none(city):
    office = office_of(city.office.area)
    assert is_asked(WEEK, office)
    assert is_asked(date(2026, 10, 5), office)
    off = {WEEK + number * DAY: False for number in range(7)}
    assert not is_asked(WEEK, type(office)(office.seasons, off, office.years))


def test_who_has_not_checked_is_listed_in_order_in_one_question(city, django_assert_num_queries):
    device(city)
    device(city, unit=city.late, keeper=city.late_clerk, by=city.late_clerk)
    checked(city)
    with django_assert_num_queries(1):
        found = {unit.pk: unit for unit in missing(WEEK, every=1)}
    assert city.attentive.pk not in found
    assert city.paper.pk not in found, "not connected"
    assert city.government.pk not in found, "its office's kit is its kit"
    assert found[city.late.pk].has_devices
    assert not found[city.county.pk].has_devices
    later = {unit.pk: unit for unit in missing(WEEK + 7 * DAY, every=1)}
    assert later[city.attentive.pk].last_check == MONDAY.date()
    assert city.attentive.pk not in {unit.pk for unit in missing(WEEK + 7 * DAY, every=2)}


def test_a_solved_problem_says_how_and_is_solved_once(city):
    printer = device(city, "printer", "P-1")
    checked(city, {printer: "卡纸"})
    problem = KitProblem.objects.get()
    with pytest.raises(ValidationError, match="怎样解决"):
        problem.fix("", by=city.clerk, at=MONDAY + HOUR)
    with pytest.raises(PermissionDenied):
        problem.fix("换了", by=city.late_clerk, at=MONDAY + HOUR)
    problem.fix("更换搓纸轮", by=city.second_clerk, at=MONDAY + HOUR)
    for act in (
        lambda: problem.fix("又换", by=city.clerk, at=MONDAY + HOUR),
        lambda: problem.report(by=city.clerk, at=MONDAY + HOUR),
        lambda: problem.acknowledge(by=city.leader, at=MONDAY + HOUR),
    ):
        with pytest.raises(OutOfOrder):
            act()
    assert told(city.leader) == [f"{city.attentive}设备自查发现问题：打印机 长城 世恒：卡纸。"]


@pytest.mark.parametrize(
    "moment, told_now",
    [
        ("2026-09-29 17:00", False),
        ("2026-09-30 08:59", False),
        ("2026-09-30 09:00", True),  # the holiday begins on Thursday
        ("2026-10-09 10:00", False),  # Saturday is worked
        ("2026-10-10 10:00", True),
        ("2026-10-11 10:00", False),
    ],
)
def test_who_has_not_checked_is_reminded_once_on_the_last_working_day(city, moment, told_now):
    for unit, clerk in ((city.attentive, city.clerk), (city.late, city.late_clerk)):
        device(city, unit=unit, keeper=clerk, by=clerk)
    at = beijing(moment)
    checked(city, at=at)
    for _ in range(2):
        remind_of_checks(at)
    reminded = Message.objects.filter(key__startswith="selfcheck:").values_list("person", flat=True)
    assert list(reminded) == [city.late_clerk.pk] * told_now
