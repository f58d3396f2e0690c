"""第十三条: a fault that was reported in time relieves the unit of what came late because of it; otherwise the unit bears it. A provider mends
it in five working days, and what the unit could not sign for meanwhile is brought on paper.

故障单位应在1个工作日内报告市政府办公室秘书科和市网信办,并积极做好对接工作,否则由此造成的一切后果由故障单位承担; 市网信办要及时联系电子公文传输系统
保障单位,进行维修或更换,限其在5个工作日内完成; 市政府办公室秘书科应及时向故障单位发送故障期间纸质版文件。
"""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.acceptances import judge
from accounts.assignments import assign
from accounts.faults import Fault, report_fault
from accounts.outages import announce_outage
from accounts.repairs import Repair
from circulars.answering import answer
from circulars.deliveries import Delivery
from circulars.liability import Liability
from circulars.papercopies import PaperCopy
from circulars.recalling import recall
from cms.ledger import Entry
from cms.sweep import sweep
from reports.months import Month
from reports.receipts import month_figures
from tests.accounts.providers import providers_of
from tests.cast import EVE_OF_THE_HOLIDAY, MONDAY
from tests.offices import beijing

MONDAY_NIGHT = beijing("2026-09-28 23:00")
TUESDAY = beijing("2026-09-29 10:00")
WEDNESDAY = beijing("2026-09-30 10:00")
A_MINUTE = timedelta(minutes=1)


def faulty(city, *, found=TUESDAY, reported=None, restored=WEDNESDAY, confirmed=None):
    """A fault of the attentive unit, confirmed by the network office."""
    fault = report_fault(city.attentive, "network", "光缆中断", detected_at=found, by=city.clerk, at=reported or found)
    fault.confirm(restored_at=restored, by=city.engineer, at=confirmed or restored)
    return fault


def stopped(city, starts, ends, *, kind="outage"):
    area = city.office.area
    return announce_outage(area, kind, "数据库故障", starts_at=starts, ends_at=ends, by=city.engineer, at=starts)


def reliefs(circular):
    return dict(circular.deliveries.electronic().values_list("unit__code", "relief"))


def who(delivery, at):
    return Delivery.objects.with_liability(at).get(pk=delivery.pk).liability


def test_what_fell_due_during_a_fault_reported_in_time_is_relieved_for_that_unit_alone(city, circular):
    fault = faulty(city)
    assert reliefs(circular) == {"BM05": "fault", "BM12": ""}
    assert who(city.delivery(circular), WEDNESDAY) == Liability.RELIEVED
    entry = Entry.objects.of(fault).get(deed="relief.given")
    assert (entry.facts["count"], entry.unit, entry.person) == (1, city.attentive.pk, city.engineer)


def test_both_sides_read_from_when_to_when_the_fault_lasted(city, circular):
    faulty(city)
    said = answer(city.delivery(circular), WEDNESDAY)
    assert said
    assert said.sentence == "现在仍未签收，免责（9月29日 10:00 至 今日 10:00 故障）。"


def test_what_was_signed_for_on_time_keeps_its_credit(city, circular):
    city.sign(city.opened(circular), at=TUESDAY)
    faulty(city)
    assert reliefs(circular)["BM05"] == ""


def test_what_was_sent_during_the_fault_is_relieved_once_it_is_late_and_not_before(city):
    circular, late = city.sent(at=EVE_OF_THE_HOLIDAY), beijing("2026-10-08 18:01")
    faulty(city, restored=EVE_OF_THE_HOLIDAY + A_MINUTE)
    sweep(beijing("2026-10-08 18:00"))
    assert reliefs(circular)["BM05"] == ""
    for _ in range(2):
        sweep(late)
    assert reliefs(circular)["BM05"] == "fault"
    assert Entry.objects.filter(deed="relief.given", happened_at=late).count() == 1


def test_a_fault_in_the_middle_of_a_day_is_no_excuse_for_an_ordinary_circular(city, circular):
    faulty(city, found=MONDAY + timedelta(hours=2), restored=MONDAY + timedelta(hours=3), confirmed=WEDNESDAY)
    assert reliefs(circular)["BM05"] == ""


def test_an_urgent_one_is_relieved_where_the_fault_took_any_of_its_minutes(city):
    circular = city.sent(urgency="urgent")  # nine to half past nine
    faulty(city, found=MONDAY + 5 * A_MINUTE, restored=MONDAY + 10 * A_MINUTE, confirmed=TUESDAY)
    assert reliefs(circular) == {"BM05": "fault", "BM12": ""}


def test_a_fault_that_is_not_confirmed_yet_relieves_nothing(city, circular):
    report_fault(city.attentive, "network", "光缆中断", detected_at=TUESDAY, by=city.clerk, at=TUESDAY)
    sweep(WEDNESDAY)
    assert reliefs(circular)["BM05"] == ""


@pytest.mark.parametrize(
    "reported, answers", [("2026-09-29 18:00:00", "relieved"), ("2026-09-29 18:00:01", "recipient")]
)
def test_a_fault_reported_too_late_makes_the_unit_answer_even_where_nobody_called(city, reported, answers):
    circular = city.sent(urgency="extra_urgent", at=MONDAY_NIGHT)
    faulty(city, found=MONDAY, reported=beijing(reported))
    delivery = city.delivery(circular)
    assert who(delivery, WEDNESDAY) == answers
    assert who(city.delivery(circular, city.late), WEDNESDAY) == Liability.SENDER
    said = answer(delivery, WEDNESDAY)
    assert said
    assert said.liability == answers
    assert ("没有按时报告" in said.sentence) == (answers == "recipient")


def test_a_late_reported_fault_is_entered_once(city, circular):
    fault = faulty(city, reported=beijing("2026-10-08 09:00"), restored=beijing("2026-10-08 09:30"))
    sweep(beijing("2026-10-08 10:00"))
    assert Entry.objects.of(fault).filter(deed="relief.forfeited").count() == 1


def test_a_stop_of_the_platform_relieves_every_unit(city, circular):
    stopped(city, TUESDAY, None).end(ends_at=WEDNESDAY, by=city.engineer, at=WEDNESDAY)
    assert set(reliefs(circular).values()) == {"maintenance"}
    said = answer(city.delivery(circular), WEDNESDAY)
    assert said
    assert "9月29日 10:00 至 今日 10:00 停机" in said.sentence


def test_what_was_recalled_meanwhile_needs_no_relief(city, circular):
    recall(circular, reason="附件发错", by=city.sender, at=TUESDAY)
    stopped(city, TUESDAY, None).end(ends_at=WEDNESDAY, by=city.engineer, at=WEDNESDAY)
    assert set(reliefs(circular).values()) == {""}
    assert not Entry.objects.filter(deed="relief.given").exists()


def test_maintenance_announced_beforehand_counts_from_its_end_on(city, circular):
    stopped(city, TUESDAY, WEDNESDAY, kind="maintenance")
    sweep(WEDNESDAY - A_MINUTE)
    assert set(reliefs(circular).values()) == {""}
    for _ in range(2):
        sweep(WEDNESDAY)
    assert set(reliefs(circular).values()) == {"maintenance"}
    assert Entry.objects.filter(deed="relief.given").count() == 1


def test_relief_once_given_stays_whatever_happens_later(city, circular):
    faulty(city)
    city.sign(city.opened(circular), at=EVE_OF_THE_HOLIDAY)
    stopped(city, EVE_OF_THE_HOLIDAY, EVE_OF_THE_HOLIDAY + A_MINUTE)
    sweep(EVE_OF_THE_HOLIDAY + 2 * A_MINUTE)
    kept = city.delivery(circular)
    assert (kept.relief, kept.stopped_until) == ("fault", WEDNESDAY)
    assert who(kept, EVE_OF_THE_HOLIDAY) == Liability.RELIEVED


def test_what_is_relieved_stands_in_a_column_of_its_own(city, circular):
    faulty(city)
    counted = {one.name: one for one in month_figures(Month(2026, 9), as_of=beijing("2026-10-01 00:00"))}
    assert (counted["市公安局"].relief, counted["市公安局"].required) == (1, 0)
    assert (counted["市住建局"].relief, counted["市住建局"].unsigned) == (0, 1)


# --- 第（二）项 ---


@pytest.mark.parametrize("outcome", ["repaired", "replaced"])
def test_13_2_a_provider_repairs_or_replaces_within_five_working_days_from_the_call(city, outcome):
    serving = providers_of(city)
    fault = report_fault(city.attentive, "network", "光缆中断", detected_at=TUESDAY, by=city.clerk, at=TUESDAY)
    repair = assign(fault, serving.carrier, "请抢修", contacted_at=TUESDAY, by=city.engineer, at=TUESDAY)
    due = beijing("2026-10-12 18:00")  # R45: after the holiday, the make-up Saturday counts
    assert repair.due_at == due
    repair.report_done(outcome, "接通", done_at=due, by=serving.carrier_person, at=due + A_MINUTE)
    assert not Repair.objects.late(due + A_MINUTE).exists()
    judge(repair, True, by=city.clerk, at=due + A_MINUTE)
    fault.confirm(restored_at=due, by=city.engineer, at=due + A_MINUTE)
    assert Fault.objects.confirmed().get().restored_at == due


# --- 第（三）项 ---


def test_13_3_the_secretariat_brings_on_paper_what_lies_unsigned_and_has_it_signed_off(city, circular, week):
    fault = report_fault(city.attentive, "network", "光缆中断", detected_at=MONDAY, by=city.clerk, at=MONDAY)
    copy = PaperCopy.objects.owed().get(fault=fault)
    assert copy.delivery == city.delivery(circular)
    desk = city.desk(city.secretary)
    listed = desk.get(reverse("circulars:fault_paper", args=[fault.pk])).content.decode()
    assert circular.number in listed
    entry = {"delivered_at": "2026-09-28 09:00", "taken_by": "孙早"}
    assert desk.post(reverse("circulars:hand_over", args=[copy.pk]), entry).status_code == 302
    copy.refresh_from_db()
    assert (copy.taken_by, copy.recorded_by) == ("孙早", city.secretary)
    fault.confirm(restored_at=TUESDAY + timedelta(hours=9), by=city.engineer, at=WEDNESDAY)
    assert who(city.delivery(circular), WEDNESDAY) == Liability.RELIEVED
