"""A fault in the hands of a provider: called, accepted, done, tested, confirmed (Articles 7, 8 and 13(2))."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from accounts.acceptances import Acceptance, judge
from accounts.assignments import assign, fitting
from accounts.faults import Fault, report_fault
from accounts.repairs import Repair
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from cms.sweep import sweep
from tests.accounts.providers import providers_of
from tests.cast import EVE_OF_THE_HOLIDAY, MONDAY, NEW_YEARS_EVE
from tests.offices import beijing

HOUR = timedelta(hours=1)
DUE = beijing("2026-10-10 18:00")  # the fifth working day after Monday, a make-up Saturday
A_SECOND = timedelta(seconds=1)


@pytest.fixture
def serving(city):
    return providers_of(city)


@pytest.fixture
def fault(city):
    return report_fault(city.attentive, "network", "光缆中断", detected_at=MONDAY, by=city.clerk, at=MONDAY)


@pytest.fixture
def repair(city, serving, fault):
    return assign(fault, serving.carrier, "请抢修光缆", contacted_at=MONDAY, by=city.engineer, at=MONDAY)


def done(repair, by, at=MONDAY + HOUR, done_at=None):
    repair.report_done("repaired", "接通光缆", done_at=done_at or at, by=by, at=at)


def told(key):
    return set(Message.objects.filter(key__startswith=key).values_list("person__name", flat=True))


def deeds(thing):
    return [entry.deed for entry in Entry.objects.of(thing).order_by("pk")]


def test_a_fault_goes_from_the_report_through_the_provider_to_the_confirmation(city, serving, fault, repair):
    assert (fault.state, repair.due_at, repair.provider_people) == ("with_provider", DUE, {serving.carrier_person.pk})
    repair.accept(by=serving.carrier_person, at=MONDAY + HOUR)
    done(repair, serving.carrier_person, at=MONDAY + 2 * HOUR)
    fault.refresh_from_db()
    assert (fault.state, repair.state) == ("repaired", "done")
    with pytest.raises(OutOfOrder, match="还没有验收"):
        fault.confirm(restored_at=MONDAY + 2 * HOUR, by=city.engineer, at=MONDAY + 3 * HOUR)
    judge(repair, True, by=city.clerk, at=MONDAY + 3 * HOUR)
    fault.confirm(restored_at=MONDAY + 2 * HOUR, by=city.engineer, at=MONDAY + 4 * HOUR)
    assert deeds(fault) == [
        "fault.reported",
        "fault.acknowledged",  # by whom the provider was called
        "fault.with_provider",
        "fault.repaired",
        "fault.confirmed",
    ]
    assert deeds(repair) == ["repair.assigned", "repair.accepted", "repair.done", "repair.passed"]
    assert told("repair:") == {serving.carrier_person.name, "孙早", "孙晚", "高建国"}
    assert told("repair-done:") == told("repair-accepted:") == {"孙早", "孙晚", "高建国", "吴宏伟"}
    assert told("fault-over:") == {"孙早", "孙晚", "高建国", "周慧"}


def test_what_needs_no_provider_is_confirmed_at_once(city, fault):
    fault.confirm(restored_at=MONDAY, by=city.engineer, at=MONDAY)
    assert fault.state == Fault.State.CONFIRMED


def test_the_provider_must_be_there_for_this_kind_and_under_contract(city, serving, fault):
    assert list(fitting(fault, MONDAY)) == [serving.carrier]
    serving.carrier.until = MONDAY.date() - timedelta(days=1)
    serving.carrier.save()
    for provider in (serving.kit, serving.key_vendor, serving.carrier):
        with pytest.raises(ValidationError, match="不在合同期内"):
            assign(fault, provider, "请抢修", contacted_at=MONDAY, by=city.engineer, at=MONDAY)
    assert not Repair.objects.exists()


def test_who_has_no_part_in_it_does_nothing(city, serving, fault, repair):
    other = serving.kit_person
    with pytest.raises(PermissionDenied):
        assign(fault, serving.carrier, "请抢修", contacted_at=MONDAY, by=city.secretary, at=MONDAY)
    for act in (
        lambda: repair.accept(by=other, at=MONDAY),
        lambda: done(repair, other),
        lambda: done(repair, city.engineer),
        lambda: repair.call_off("线路自行恢复", by=other, at=MONDAY),
        lambda: judge(repair, True, by=city.late_clerk, at=MONDAY),
        lambda: judge(repair, True, by=serving.carrier_person, at=MONDAY),
    ):
        with pytest.raises(PermissionDenied):
            act()
    repair.refresh_from_db()
    assert repair.state == Repair.State.ASSIGNED
    mine = Repair.objects.for_person
    assert [mine(who).exists() for who in (other, serving.carrier_person, city.clerk, city.late_clerk)] == [
        False,
        True,
        True,
        False,
    ]


def test_each_step_is_taken_once(city, serving, fault, repair):
    with pytest.raises(OutOfOrder):
        assign(fault, serving.carrier, "再派", contacted_at=MONDAY, by=city.engineer, at=MONDAY)
    repair.accept(by=serving.carrier_person, at=MONDAY)
    stale = Repair.objects.get(pk=repair.pk)
    for act in (
        lambda: repair.accept(by=serving.carrier_person, at=MONDAY),
        lambda: judge(repair, True, by=city.clerk, at=MONDAY),
    ):
        with pytest.raises(OutOfOrder):
            act()
    done(repair, serving.carrier_person)
    with pytest.raises(OutOfOrder):
        done(stale, serving.carrier_person)
    with pytest.raises(OutOfOrder):
        stale.call_off("不用修了", by=city.engineer, at=MONDAY)
    assert Entry.objects.filter(deed="repair.done").count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"done_at": MONDAY - HOUR},
        {"done_at": MONDAY + 2 * HOUR},
        {"work": " "},
        {"work": "修" * 301},
        {"outcome": "lost"},
    ],
    ids=["before the call", "to come", "nothing said", "too much said", "no outcome"],
)
def test_a_report_without_sense_is_refused(serving, repair, changes):
    report = {"outcome": "repaired", "work": "接通光缆", "done_at": MONDAY} | changes
    with pytest.raises(ValidationError):
        repair.report_done(**report, by=serving.carrier_person, at=MONDAY + HOUR)
    repair.refresh_from_db()
    assert repair.state == Repair.State.ASSIGNED


def test_work_that_fails_the_test_goes_back_and_its_time_goes_on(city, serving, fault, repair):
    done(repair, serving.carrier_person)
    with pytest.raises(ValidationError):
        judge(repair, False, " ", by=city.clerk, at=MONDAY + HOUR)
    judge(repair, False, "仍然不通", by=city.clerk, at=MONDAY + 2 * HOUR)
    fault.refresh_from_db()
    assert (fault.state, repair.state, repair.due_at, repair.done_at) == ("with_provider", "accepted", DUE, None)
    with pytest.raises(OutOfOrder, match="正在维修"):
        fault.confirm(restored_at=MONDAY, by=city.engineer, at=MONDAY + 2 * HOUR)
    assert told("repair-failed:") == {"孙早", "孙晚", "高建国", "吴宏伟", serving.carrier_person.name}
    done(repair, serving.carrier_person, at=DUE + A_SECOND)
    judge(repair, True, by=city.leader, at=DUE + HOUR)
    assert [(each.is_good, each.reason) for each in repair.acceptances.all()] == [(False, "仍然不通"), (True, "")]
    assert repair.is_late(DUE + HOUR)
    assert list(Repair.objects.late(DUE + HOUR)) == [repair]


def test_a_judgement_stays(city, serving, repair):
    done(repair, serving.carrier_person)
    judge(repair, True, by=city.clerk, at=MONDAY + HOUR)
    for change in (lambda: Acceptance.objects.update(is_good=False), lambda: Acceptance.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert Acceptance.objects.get().is_good


def test_the_network_office_tests_what_the_unit_has_not(city, serving, repair):
    done(repair, serving.carrier_person)
    assert repair.test_due_at == beijing("2026-10-08 18:00")
    with pytest.raises(OutOfOrder, match="验收期限"):
        judge(repair, True, by=city.engineer, at=repair.test_due_at)
    for minutes in (1, 2):
        sweep(repair.test_due_at + timedelta(minutes=minutes))
    assert told("repair-untested:") == {"吴宏伟"}
    assert judge(repair, True, by=city.engineer, at=repair.test_due_at + A_SECOND).by_network_office


@pytest.mark.parametrize("late", [False, True])
def test_on_the_second_it_is_in_time(serving, repair, late):
    done(repair, serving.carrier_person, at=DUE + HOUR, done_at=DUE + late * A_SECOND)
    assert Repair.objects.late(DUE + HOUR).exists() is late
    assert Repair.objects.due_between(beijing("2026-10-01 00:00"), beijing("2026-11-01 00:00")).exists()


def test_a_task_that_is_taken_away_leaves_the_fault_for_another_provider_and_its_lateness_stays(city, serving, repair):
    fault = Fault.objects.get()
    with pytest.raises(ValidationError):
        repair.call_off(" ", by=city.engineer, at=MONDAY)
    repair.call_off("无备件", by=city.engineer, at=DUE + HOUR)
    fault.refresh_from_db()
    assert (fault.state, Repair.objects.late(DUE + 9 * HOUR).count()) == ("open", 1)
    assert told("repair-called-off:") == {"孙早", "孙晚", "高建国", serving.carrier_person.name}
    again = assign(fault, serving.carrier, "再次抢修", contacted_at=DUE, by=city.engineer, at=DUE + HOUR)
    assert again.due_at > DUE


def test_everybody_is_warned_before_the_time_and_told_after_it_once_each(city, serving, repair):
    both = {"吴宏伟", serving.carrier_person.name}
    sweep(DUE - timedelta(hours=25))
    assert not told("repair-soon:")
    for at in (DUE - 2 * HOUR, DUE - HOUR, DUE):
        sweep(at)
    assert (told("repair-soon:"), told("repair-late:")) == (both, set())
    for at in (DUE + A_SECOND, DUE + HOUR):
        sweep(at)
    assert told("repair-late:") == both
    assert Message.objects.filter(key__startswith="repair-").count() == 4


def test_a_fault_for_which_nobody_was_called_comes_back_to_the_network_office(city, fault):
    assert fault.contact_due_at == beijing("2026-09-29 18:00")
    for at in (fault.contact_due_at, fault.contact_due_at + A_SECOND, EVE_OF_THE_HOLIDAY):
        sweep(at)
    assert told("fault-uncalled:") == {"吴宏伟"}
    assert Message.objects.filter(key__startswith="fault-uncalled:").count() == 1


def test_a_repair_is_not_refused_for_want_of_a_calendar(city, serving):
    at = NEW_YEARS_EVE
    fault = report_fault(city.attentive, "network", "光缆中断", detected_at=at, by=city.clerk, at=at)
    repair = assign(fault, serving.carrier, "请抢修", contacted_at=at, by=city.engineer, at=at)
    sweep(at)
    assert (repair.due_at, repair.is_late(at + timedelta(days=99))) == (None, False)


def test_the_two_offices_acknowledge_a_report_once_each(city, fault):
    with pytest.raises(PermissionDenied):
        fault.acknowledge(by=city.clerk, at=MONDAY)
    for person in (city.secretary, city.engineer):
        fault.acknowledge(by=person, at=MONDAY + HOUR)
        with pytest.raises(OutOfOrder):
            fault.acknowledge(by=person, at=MONDAY + HOUR)
    fault.refresh_from_db()
    assert fault.secretariat_acked_by == city.secretary
    assert fault.network_office_acked_by == city.engineer
    assert Entry.objects.filter(deed="fault.acknowledged").count() == 2
    assert told("fault-seen:") == {"孙早", "孙晚", "高建国"}


def test_a_unit_sees_its_own_faults_and_a_provider_none(city, serving, fault, repair):
    seen = Fault.objects.for_person
    people = (city.clerk, city.leader, city.secretary, city.engineer, city.late_clerk, serving.carrier_person)
    assert [seen(person).exists() for person in people] == [True, True, True, True, False, False]
