"""自动催办: the sweep gives each reminder of the ladder once, whenever it comes round, up to the duty officer (Articles 20, 22 and 23)."""

from datetime import date, timedelta

import pytest
from django.db import OperationalError, connection
from django.urls import reverse

from accounts.people import User, take_post
from accounts.roles import Role
from accounts.roster import arrange
from circulars.chasing import Urge, urge
from circulars.deliveries import Delivery
from circulars.pending import settle
from circulars.purging import block, release
from circulars.reminders import sweep_urges
from cms.ledger import Entry
from cms.messages import Message
from cms.textmessages import TextMessage
from cms.workdays import CalendarDay, CalendarYear
from tests.cast import MIDNIGHT, MONDAY, NEW_YEARS_EVE
from tests.offices import beijing

TUESDAY_MORNING, TUESDAY_NIGHT = beijing("2026-09-29 09:00"), beijing("2026-09-29 18:01")
WEDNESDAY, AFTER_THE_HOLIDAY = beijing("2026-09-30 09:00"), beijing("2026-10-08 09:00")


def given(circular, unit=None):
    """What a unit has been given: kind, level, wall clock of the plan."""
    rows = Urge.objects.filter(delivery__circular=circular, by=None)
    rows = rows.filter(delivery__unit=unit) if unit else rows
    return [f"{row.kind} {row.level} {row.planned_at.astimezone(MONDAY.tzinfo):%m-%d %H:%M}" for row in rows]


def told(person):
    return list(
        Message.objects.filter(person=person, key__startswith="urge-").order_by("pk").values_list("text", flat=True)
    )


@pytest.fixture
def leader_of_the_late(city):
    person = User.objects.create(username="late-leader", name="钱分管")
    take_post(person, city.late, Role.LEADER, by=None, at=MONDAY)
    return person


# What is given


def test_a_normal_circular_goes_up_the_ladder_day_by_day(city, circular, leader_of_the_late, week):
    expected = []
    for at, more in (
        (MONDAY, []),
        (TUESDAY_MORNING, ["due_day clerk 09-29 09:00"]),
        (beijing("2026-09-29 16:00"), ["before_close clerk 09-29 16:00"]),
        (TUESDAY_NIGHT, ["due leader 09-29 18:00"]),
        (WEDNESDAY, ["late leader 09-30 09:00"]),
        (MIDNIGHT, []),
        (AFTER_THE_HOLIDAY, ["late duty_officer 10-08 09:00"]),
    ):
        week.move_to(at, tick=False)
        sweep_urges(at)
        expected += more
        assert given(circular, city.late) == expected, at
    assert len(told(city.late_clerk)) == 5
    assert len(told(leader_of_the_late)) == 3
    assert told(city.secretary) == [
        f"{circular.issuer_name} 延政办发〔2026〕23号 超时未签收：市公安局、市住建局。请督促。"
    ]


def test_before_the_due_time_the_clerks_are_reminded_and_afterwards_their_leader_and_the_sender_know(
    city, circular, week
):
    sweep_urges(TUESDAY_MORNING)
    said = "延政办发〔2026〕23号 还没有签收，请在2026年9月29日18:00前签收。"
    assert (told(city.clerk), told(city.leader), told(city.sender)) == ([said], [], [])
    city.sign(city.opened(circular), at=TUESDAY_MORNING)
    sweep_urges(TUESDAY_NIGHT)
    assert told(city.clerk) == [said]
    [report] = told(city.sender)
    assert report.startswith("延政办发〔2026〕23号 已到签收期限，还有 1 家没有签收：")
    assert "市公安局" not in report
    assert not told(city.leader)


def test_the_leader_of_a_late_unit_is_told_at_the_due_time(city, circular):
    sweep_urges(TUESDAY_NIGHT)
    assert told(city.leader) == [
        "延政办发〔2026〕23号 应于2026年9月29日18:00前签收，现已超时，请立即签收；分管领导请督促。"
    ]


def test_an_urgent_circular_is_called_to_mind_at_midnight_of_a_holiday(city, week):
    week.move_to(MIDNIGHT, tick=False)
    urgent = city.sent(urgency="extra_urgent", at=MIDNIGHT - timedelta(hours=5), reason="汛情")
    sweep_urges(MIDNIGHT)
    assert given(urgent, city.late) == ["due leader 10-02 21:00", "late duty_officer 10-03 00:00"]
    assert told(city.late_clerk)[0].startswith("【特急】")


def test_the_duty_officer_of_the_day_is_told_and_without_one_everybody_of_the_secretariat(city, week):
    officer = User.objects.create(username="officer", name="石守夜")
    take_post(officer, city.office, Role.DUTY_OFFICER, by=None, at=MONDAY)
    arrange({date(2026, 10, 3): officer}, by=city.secretary, at=MONDAY)
    week.move_to(MIDNIGHT, tick=False)
    city.sent(urgency="urgent", at=MIDNIGHT - timedelta(hours=4))
    sweep_urges(MIDNIGHT)
    assert (len(told(officer)), len(told(city.secretary))) == (1, 0)
    row = Urge.objects.get(delivery__unit=city.late, level="duty_officer")
    assert ([row.told_above], [row.text]) == (told(officer), told(city.late_clerk))
    log = city.desk(city.sender).get(reverse("circulars:urge_log", args=[row.delivery.circular.uuid])).content.decode()
    assert f"秘书科值班员：{row.told_above}" in log
    week.move_to(MIDNIGHT + timedelta(days=1), tick=False)
    sweep_urges(MIDNIGHT + timedelta(days=1))
    assert (len(told(officer)), len(told(city.secretary))) == (2, 1)


def test_at_night_telephones_ring_up_to_the_duty_officers(city, settings, tmp_path, week):
    settings.SMS = {"folder": str(tmp_path)}
    for person, mobile in ((city.clerk, "13800000001"), (city.leader, "13800000002"), (city.secretary, "13800000003")):
        User.objects.filter(pk=person.pk).update(mobile=mobile)
    week.move_to(MIDNIGHT, tick=False)
    city.sent(urgency="urgent", at=MIDNIGHT - timedelta(hours=4))
    sweep_urges(MIDNIGHT)
    urged = TextMessage.objects.filter(key__startswith="urge-")  # the clerk was told of the sending as well
    numbers = sorted(urged.values_list("number", flat=True))
    assert numbers == ["13800000001", "13800000002", "13800000003"]
    assert not TextMessage.objects.filter(text__contains="国庆").exists()


# Once


def test_the_sweep_run_again_gives_nothing_again(city, circular):
    for at in (TUESDAY_MORNING, TUESDAY_MORNING, TUESDAY_MORNING + timedelta(minutes=1)):
        sweep_urges(at)
    assert given(circular, city.late) == ["due_day clerk 09-29 09:00"]
    assert len(told(city.late_clerk)) == 1
    assert Entry.objects.filter(deed="delivery.reminded").count() == 1


def test_what_an_outage_of_two_hours_swallowed_is_made_up_for_once(city, week):
    urgent = city.sent(urgency="urgent", at=MONDAY)
    week.move_to(MONDAY + timedelta(hours=2), tick=False)
    sweep_urges(MONDAY + timedelta(hours=2))
    assert given(urgent, city.late) == ["due leader 09-28 09:30", "late duty_officer 09-28 11:00"]
    assert len(told(city.late_clerk)) == 1
    sweep_urges(MONDAY + timedelta(hours=2, minutes=29))
    assert len(given(urgent, city.late)) == 2
    sweep_urges(MONDAY + timedelta(hours=2, minutes=30))
    assert given(urgent, city.late)[2:] == ["late duty_officer 09-28 11:30"]


def test_an_outage_that_ends_on_a_day_off_waits_for_the_next_working_day(city, circular, week):
    week.move_to(MIDNIGHT, tick=False)
    sweep_urges(MIDNIGHT)
    assert not given(circular)
    week.move_to(AFTER_THE_HOLIDAY, tick=False)
    sweep_urges(AFTER_THE_HOLIDAY)
    assert given(circular, city.late) == ["due leader 09-29 18:00", "late duty_officer 10-08 09:00"]


def test_a_unit_that_was_missed_alone_is_made_up_for_alone(city, circular):
    """As after a sweep that died between two units."""
    delivery = city.delivery(circular)
    facts = {"round": 1, "kind": "due_day", "level": "clerk", "means": "desk"}
    Urge.objects.create(delivery=delivery, at=TUESDAY_MORNING, planned_at=TUESDAY_MORNING, **facts)
    sweep_urges(TUESDAY_MORNING)
    assert (len(given(circular, city.attentive)), len(given(circular, city.late))) == (1, 1)
    assert Entry.objects.get(deed="delivery.reminded").facts["count"] == 1


def test_the_ladder_is_no_urging_by_a_person(city, circular):
    """催签次数 counts presses, and a reminder of the ladder keeps nobody from pressing."""
    sweep_urges(TUESDAY_NIGHT)
    delivery = city.delivery(circular)
    assert (delivery.urges, delivery.urged_at) == (0, None)
    assert urge(circular, text="请签收。", by=city.sender, at=TUESDAY_NIGHT).units == 2


# What is left alone


def test_nothing_on_paper_signed_returned_or_recalled_is_reminded(city, circular):
    city.sign(city.opened(circular))
    Delivery.objects.filter(pk=city.delivery(circular, city.late).pk).update(recalled_at=MONDAY)
    sweep_urges(TUESDAY_NIGHT)
    assert not Urge.objects.exists()
    assert not told(city.sender)


def test_what_is_blocked_is_left_alone_and_after_a_release_goes_on(city, circular, week):
    case = block(circular.page, reason="市保密局来函要求封存。", by=city.secretary, at=MONDAY)
    sweep_urges(TUESDAY_NIGHT)
    assert not Urge.objects.exists()
    release(case, reason="确系误会。", by=city.engineer, at=TUESDAY_NIGHT)
    sweep_urges(TUESDAY_NIGHT)
    assert given(circular, city.late) == ["due leader 09-29 18:00"]


def test_a_due_time_that_is_settled_later_gives_the_rungs_their_places(city, week):
    week.move_to(NEW_YEARS_EVE, tick=False)
    pending = city.sent(at=NEW_YEARS_EVE)
    for days in range(6):
        sweep_urges(NEW_YEARS_EVE + timedelta(days=days))
    assert not given(pending)
    area = city.office.area
    CalendarYear.objects.create(area=area, year=2027, source="放假通知")
    CalendarDay.objects.create(area=area, date=date(2027, 1, 1), is_working=False, name="元旦")
    settle(NEW_YEARS_EVE)
    sweep_urges(beijing("2027-01-03 09:00"))
    assert not given(pending)
    sweep_urges(beijing("2027-01-04 09:00"))
    assert given(pending, city.late) == ["due_day clerk 01-04 09:00"]


def test_a_new_round_has_its_own_rungs(city, circular):
    sweep_urges(TUESDAY_MORNING)
    again = {"round": 2, "sent_at": TUESDAY_NIGHT, "due_at": beijing("2026-09-30 18:00")}
    Delivery.objects.filter(pk=city.delivery(circular, city.late).pk).update(**again)
    sweep_urges(TUESDAY_NIGHT)
    assert given(circular, city.late) == ["due_day clerk 09-29 09:00"]
    assert given(circular, city.attentive)[1:] == ["due leader 09-29 18:00"]
    sweep_urges(WEDNESDAY)
    assert given(circular, city.late)[1:] == ["due_day clerk 09-30 09:00"]


def test_a_quiet_minute_takes_as_many_statements_whatever_is_open(city, django_assert_num_queries, circular):
    sweep_urges(TUESDAY_MORNING)
    with django_assert_num_queries(4) as quiet:
        sweep_urges(TUESDAY_MORNING)
    for _ in range(3):
        city.sent()
    sweep_urges(TUESDAY_MORNING)
    with django_assert_num_queries(len(quiet)):
        sweep_urges(TUESDAY_MORNING)


# One that fails


def test_a_circular_whose_reminders_fail_keeps_no_other_from_its_own_and_is_tried_again(city, caplog):
    first, second = city.sent(), city.sent()
    row = city.delivery(first).pk

    def breaks_down(execute, sql, params, many, context):
        if "circulars_urge" in sql and sql.lstrip().startswith("INSERT") and row in params:
            raise OperationalError("gone")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(breaks_down):
        sweep_urges(TUESDAY_MORNING)
    assert (given(first), len(given(second))) == ([], 2)
    assert not Message.objects.filter(key__startswith=f"urge-{first.pk}-").exists()
    assert f"reminders of circular {first.pk} were not given" in caplog.text
    sweep_urges(TUESDAY_MORNING)
    assert (len(given(first)), len(given(second))) == (2, 2)


def test_a_due_time_that_cannot_be_reckoned_from_keeps_no_other_circular_from_its_reminders(city, caplog):
    first, second = city.sent(), city.sent()
    Delivery.objects.filter(circular=first).update(due_at=beijing("2031-01-02 18:00"))
    sweep_urges(TUESDAY_MORNING)
    assert (given(first), len(given(second))) == ([], 2)
    assert f"reminders of circular {first.pk} were not given" in caplog.text
