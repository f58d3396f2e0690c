"""What providers, units and the network office try beyond their part: another's repairs, lines and keys, foreign keys in forms, times that
cannot be, and relief for oneself (Articles 7, 8, 13, 16 and 17)."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.acceptances import judge
from accounts.assignments import assign
from accounts.backups import BackupRun, start_backup
from accounts.faults import Fault, report_fault
from accounts.inspections import LineInspection
from accounts.lineoutages import LineOutage
from accounts.people import User, take_post
from accounts.renewals import Renewal
from accounts.renewing import start
from accounts.repairs import Repair
from accounts.roles import Role
from cms.ledger import Entry
from cms.sweep import sweep
from cms.workdays import CalendarYear
from tests import lines
from tests.accounts.providers import providers_of
from tests.accounts.vendors import office_and_county, opened, renewal_of, vendor
from tests.cast import MONDAY, NEW_YEARS_EVE
from tests.offices import beijing

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
FINDING = {"which": "chosen", "inspected_on": "2026-09-20", "result": "good", "number": "巡检〔2026〕3号"}


def typed(at):
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


def at(name, thing):
    return reverse(f"accounts:{name}", args=[thing.pk])


def rows(*tables):
    return [list(table.objects.order_by("pk").values_list()) for table in tables]


def fault_of(city, **what):
    by, unit = what.pop("by", city.clerk), what.pop("unit", city.attentive)
    return report_fault(unit, what.pop("kind", "network"), "光缆中断", detected_at=MONDAY, by=by, at=MONDAY)


@pytest.fixture
def serving(city):
    return providers_of(city)


# Another provider's work


def test_one_carrier_has_no_hand_in_the_repairs_of_another(city, serving):
    lines.carrier(city, "BZ-LT", "延安联通", who="rival")
    task = assign(fault_of(city), serving.carrier, "请抢修", contacted_at=MONDAY, by=city.engineer, at=MONDAY)
    done = {"outcome": "repaired", "done_at": typed(MONDAY), "work": "接通"}
    desk, before, entries = city.desk(city.rival), rows(Fault, Repair), Entry.objects.count()
    for name, posted in (
        ("accept_repair", {}),
        ("repair_done", done),
        ("judge_repair", {"is_good": "yes"}),
        ("call_off_repair", {"reason": "不修了"}),
    ):
        assert desk.post(at(name, task), posted).status_code == 404
    for address in (at("repair", task), at("repair_done", task), task.fault.link):
        assert desk.get(address).status_code == 404
    assert desk.post(at("confirm_fault", task.fault), {"restored_at": typed(MONDAY)}).status_code == 404
    assert (rows(Fault, Repair), Entry.objects.count()) == (before, entries)


def test_one_carrier_has_no_hand_in_the_lines_of_another(city):
    lines.carrier(city)
    line = lines.line(city)
    outage = lines.down(line, MONDAY - HOUR, by=city.lineman)
    rival = lines.carrier(city, "BZ-LT", "延安联通", who="rival")
    own = lines.line(city, of=rival, unit=city.late, circuit="LT-1")
    lines.inspected(line, by=city.lineman)
    report = LineInspection.objects.get()
    desk, before = city.desk(city.rival), rows(LineOutage, LineInspection)
    times = {"down_at": typed(MONDAY - HOUR), "up_at": typed(MONDAY), "reason": "更正"}
    for name, thing, posted in (
        ("report_line_outage", line, {"down_at": typed(MONDAY), "cause": "光缆断"}),
        ("line_outage", outage, {"up_at": typed(MONDAY)}),
        ("correct_line_outage", outage, times),
        ("strike_out_line_outage", outage, {"reason": "没有中断"}),
        ("correct_line_inspection", report, FINDING | {"reason": "更正"}),
        ("end_line", line, {"until": "2026-09-28"}),
    ):
        assert desk.post(at(name, thing), posted).status_code == 404, name
        assert desk.get(at(name, thing)).status_code == 404, name
    assert city.desk(city.lineman).post(at("correct_line_outage", outage), times).status_code == 404
    # The number of another's line in one's own form files nothing, for the own line neither.
    answer = desk.post(reverse("accounts:inspections"), FINDING | {"lines": [own.pk, line.pk]})
    assert answer.status_code == 200
    assert rows(LineOutage, LineInspection) == before


def test_one_key_vendor_has_no_hand_in_the_keys_of_another(city, week):
    firm, rival, keys = vendor(city), vendor(city, "BZ-LX"), office_and_county(city)
    opened(city, firm.provider)
    start(renewal_of(keys[1]), by=city.engineer, at=MONDAY)
    run = start_backup(firm.provider, started_at=MONDAY, by=firm.person, at=MONDAY)
    renewal, desk, before = renewal_of(keys[1]), city.desk(rival.person), rows(BackupRun, Renewal)
    paid = {"amount": "90", "paid_on": "2026-09-28", "voucher": "P-1"}
    for name, thing, posted in (
        ("backup", run, {"finished_at": typed(MONDAY), "checksum": "ab" * 32}),
        ("restore_backup", run, {"restored_on": "2026-09-28"}),
        ("void_backup", run, {"reason": "填错"}),
        ("serve_renewal", renewal, {}),
        ("pay_renewal", renewal, paid),
    ):
        assert desk.post(at(name, thing), posted).status_code == 404, name
    for name, thing in (("backup", run), ("renewal", renewal)):
        assert desk.get(at(name, thing)).status_code == 404
    # A back-up begun in another's name is none.
    begun = {"provider": firm.provider.pk, "started_at": typed(MONDAY)}
    BackupRun.objects.filter(pk=run.pk).update(state="void", reason="重填")
    before = rows(BackupRun, Renewal)
    assert "请选择" in desk.post(reverse("accounts:backups"), begun, follow=True).content.decode()
    assert rows(BackupRun, Renewal) == before


# Foreign keys in forms


def test_a_fault_is_given_to_nobody_who_is_not_there_for_it(city, serving, week):
    fault, desk = fault_of(city), city.desk(city.engineer)
    call = {"contacted_at": typed(MONDAY), "request": "请抢修"}
    for wrong in (serving.kit.pk, serving.key_vendor.pk, 10**9, "x", ""):
        page = desk.post(at("assign_repair", fault), call | {"provider": wrong})
        assert "请选择保障单位" in page.content.decode()
    assert not Repair.objects.exists()


def test_an_interruption_bears_no_fault_of_another_unit_or_kind(city, week):
    lines.carrier(city)
    line, desk = lines.line(city), city.desk(city.engineer)
    for wrong in (fault_of(city, by=city.late_clerk, unit=city.late), fault_of(city, kind="printer")):
        posted = {"down_at": typed(MONDAY), "cause": "断了", "fault": wrong.pk}
        page = desk.post(at("report_line_outage", line), posted)
        assert "请从列出的故障中选择" in page.content.decode()
    assert not LineOutage.objects.exists()


# Times that cannot be


@pytest.mark.parametrize(
    "contacted, said",
    [(MONDAY - MINUTE, "联系时间须在发现故障之后"), (MONDAY + MINUTE, "且不晚于现在")],
    ids=["before the fault", "to come"],
)
def test_nobody_is_called_before_the_fault_or_in_the_future(city, serving, week, contacted, said):
    posted = {"provider": serving.carrier.pk, "contacted_at": typed(contacted), "request": "请抢修"}
    page = city.desk(city.engineer).post(at("assign_repair", fault_of(city)), posted)
    assert said in page.content.decode()
    assert not Repair.objects.exists()


def test_work_that_failed_its_test_was_not_done_before_it(city, serving, week):
    """Else a provider would be in time by the hour of the work that was no good."""
    person, task = (
        serving.carrier_person,
        assign(fault_of(city), serving.carrier, "请抢修", contacted_at=MONDAY, by=city.engineer, at=MONDAY),
    )
    task.report_done("repaired", "接通", done_at=MONDAY + HOUR, by=person, at=MONDAY + HOUR)
    judge(task, False, "仍然不通", by=city.clerk, at=MONDAY + 2 * HOUR)
    late = task.due_at + HOUR
    week.move_to(late, tick=False)
    desk, posted = city.desk(person), {"outcome": "repaired", "work": "换光模块"}
    for wrong in (MONDAY + HOUR, MONDAY + 2 * HOUR - MINUTE, late + MINUTE):
        page = desk.post(at("repair_done", task), posted | {"done_at": typed(wrong)})
        assert "完成时间须在验收不合格（2026年9月28日11:00）之后，且不晚于现在" in page.content.decode()
    assert desk.post(at("repair_done", task), posted | {"done_at": typed(late)}).status_code == 302
    assert Repair.objects.late(late).filter(pk=task.pk).exists()


@pytest.mark.parametrize("restored", [MONDAY - MINUTE, MONDAY + HOUR + MINUTE], ids=["before the fault", "to come"])
def test_no_unit_works_again_before_its_fault_or_in_the_future(city, week, restored):
    fault = fault_of(city)
    week.move_to(MONDAY + HOUR, tick=False)
    page = city.desk(city.engineer).post(at("confirm_fault", fault), {"restored_at": typed(restored)})
    assert "恢复时间须在发现故障之后，且不晚于现在" in page.content.decode()
    assert not Fault.objects.confirmed().exists()


def test_a_line_is_not_back_before_it_was_gone_or_in_the_future_and_a_press_twice_says_it_once(city, week):
    lines.carrier(city)
    outage, desk = lines.down(lines.line(city), MONDAY - HOUR, by=city.clerk), city.desk(city.lineman)
    for wrong in (MONDAY - 2 * HOUR, MONDAY - HOUR, MONDAY + MINUTE):
        page = desk.post(at("line_outage", outage), {"up_at": typed(wrong)})
        assert "恢复时间须晚于中断时间，且不晚于现在" in page.content.decode()
    for _ in range(2):
        assert desk.post(at("line_outage", outage), {"up_at": typed(MONDAY)}).status_code == 302
    assert Entry.objects.of(outage).filter(deed="line.up").count() == 1


# Relief for oneself


def test_who_reported_a_fault_does_not_confirm_it_even_from_the_network_office(city, week):
    take_post(city.engineer, city.network_office, Role.CLERK, by=None, at=MONDAY)
    engineer = User.objects.get(pk=city.engineer.pk)
    other = User.objects.create(username="second-engineer", name="另一位")
    take_post(other, city.network_office, Role.NETWORK_OFFICE, by=None, at=MONDAY)
    desk = city.desk(engineer)
    posted = {"unit": city.network_office.pk, "kind": "network", "detected_at": typed(MONDAY), "text": "断网"}
    desk.post(reverse("accounts:report_fault"), posted | {"key": str(uuid4())})
    fault = Fault.objects.get()
    assert at("confirm_fault", fault) not in desk.get(fault.link).content.decode()
    assert "由市网信办另一位人员确认恢复" in desk.get(at("confirm_fault", fault)).content.decode()
    again = desk.post(at("confirm_fault", fault), {"restored_at": typed(MONDAY)}, follow=True)
    assert "由市网信办另一位人员确认恢复" in again.content.decode()
    assert not Fault.objects.confirmed().exists()
    assert city.desk(other).post(at("confirm_fault", fault), {"restored_at": typed(MONDAY)}).status_code == 302
    assert Fault.objects.confirmed().exists()


def test_what_was_called_before_next_years_calendar_came_is_late_once_it_is_there(city, serving):
    """Else whoever is called in the last days of December would never be late."""
    fault = report_fault(city.attentive, "network", "断", detected_at=NEW_YEARS_EVE, by=city.clerk, at=NEW_YEARS_EVE)
    task = assign(fault, serving.carrier, "请抢修", contacted_at=NEW_YEARS_EVE, by=city.engineer, at=NEW_YEARS_EVE)
    person, done = serving.carrier_person, beijing("2027-02-01 09:00")
    task.report_done("repaired", "接通", done_at=done, by=person, at=done)
    sweep(done)
    assert not Repair.objects.late(done).exists()
    CalendarYear.objects.create(area=city.office.area, year=2027, source="通知")
    sweep(done)
    fault.refresh_from_db()
    task.refresh_from_db()
    assert (fault.report_due_at, task.due_at) == (beijing("2027-01-01 18:00"), beijing("2027-01-07 18:00"))
    assert Repair.objects.late(done).get() == task
    assert task.test_due_at is not None
    assert task.test_due_at > done


# Over the year's end


def test_an_interruption_over_new_year_counts_in_both_months_and_both_years(city, week):
    """From eight in the evening of 31 December to 20:00 on 2 January: four hours in the old year, 44 in the new one."""
    lines.carrier(city)
    line, after = lines.line(city), beijing("2027-01-10 09:00")
    week.move_to(after, tick=False)
    began, ended = beijing("2026-12-31 20:00"), beijing("2027-01-02 20:00")
    lines.down(line, began, ended, by=city.lineman, at=after)
    lines.down(line, beijing("2027-01-04 08:00"), beijing("2027-01-04 12:00"), by=city.lineman, at=after)
    desk = city.desk(city.engineer)

    def sheet(month):
        return desk.get(reverse("reports:line_months"), {"month": month}).context["sheet"]

    assert [tally.month.down for tally in sheet("2026-12").down] == [4 * HOUR]
    assert [tally.month.down for tally in sheet("2027-01").down] == [48 * HOUR]
    assert (sheet("2026-12").total, sheet("2027-01").total) == (0, 0)
    lines.down(line, beijing("2027-01-05 08:00"), beijing("2027-01-05 08:01"), by=city.lineman, at=after)
    assert (sheet("2026-12").total, sheet("2027-01").total) == (0, Decimal("1200.50"))
