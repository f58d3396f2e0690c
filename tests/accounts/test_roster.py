"""值班安排: who of the secretariat answers for which day, entered by the month and changed until the day is over (Articles 20 and 28)."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.people import Post, User, take_post
from accounts.roles import Role
from accounts.roster import DutyDay, RosterRefused, arrange, on_duty
from cms.ledger import Entry
from tests.cast import MIDNIGHT, MONDAY

TODAY, TOMORROW, HOLIDAY = date(2026, 9, 28), date(2026, 9, 29), date(2026, 10, 3)
ADDRESS = reverse("accounts:roster")


@pytest.fixture
def officer(city):
    """A colleague of the secretariat who only does duty."""
    person = User.objects.create(username="officer", name="石守夜")
    take_post(person, city.office, Role.DUTY_OFFICER, by=None, at=MONDAY)
    return person


def entered(desk, month="2026-09", **days):
    return desk.post(f"{ADDRESS}?month={month}", days, follow=True)


def test_a_day_without_an_entry_is_everybodys_who_inspects(city, officer):
    assert on_duty(TODAY, city.office.area_id) == {city.secretary.pk, officer.pk}


def test_a_day_with_an_entry_is_that_persons_and_the_next_is_not(city, officer):
    assert arrange({HOLIDAY: officer}, by=city.secretary, at=MONDAY) == 1
    assert on_duty(HOLIDAY, city.office.area_id) == {officer.pk}
    assert on_duty(date(2026, 10, 4), city.office.area_id) == {city.secretary.pk, officer.pk}


def test_who_inspects_no_more_is_on_duty_no_more(city, officer):
    arrange({TOMORROW: officer}, by=city.secretary, at=MONDAY)
    Post.objects.get(person=officer).leave(by=None, at=MONDAY)
    assert on_duty(TOMORROW, city.office.area_id) == {city.secretary.pk}


def test_an_entry_is_changed_and_taken_out_and_the_ledger_keeps_each(city, officer):
    arrange({TODAY: officer, TOMORROW: officer}, by=city.secretary, at=MONDAY)
    assert arrange({TODAY: city.secretary, TOMORROW: None}, by=city.secretary, at=MONDAY) == 2
    assert list(DutyDay.objects.values_list("day", "person")) == [(TODAY, city.secretary.pk)]
    first, second = Entry.objects.filter(deed="duty.arranged").order_by("pk")
    assert first.facts["days"] == {f"{day}": {"before": None, "after": officer.pk} for day in (TODAY, TOMORROW)}
    assert second.facts["days"][f"{TOMORROW}"] == {"before": officer.pk, "after": None}


def test_the_same_roster_twice_is_entered_once(city, officer):
    assert arrange({TODAY: officer}, by=city.secretary, at=MONDAY) == 1
    assert arrange({TODAY: officer}, by=city.secretary, at=MONDAY) == 0
    assert Entry.objects.filter(deed="duty.arranged").count() == 1


def test_a_day_that_is_over_and_a_person_of_elsewhere_are_refused_and_nothing_is_half_done(city, officer):
    with pytest.raises(RosterRefused, match="已经过去"):
        arrange({TODAY: officer, HOLIDAY: officer}, by=city.secretary, at=MIDNIGHT)
    for person in (city.clerk, city.sender, city.engineer):
        with pytest.raises(RosterRefused, match="不是本单位秘书科人员"):
            arrange({TODAY: officer, TOMORROW: person}, by=city.secretary, at=MONDAY)
    assert not DutyDay.objects.exists()


def test_only_the_secretariat_arranges(city, officer):
    for person in (officer, city.sender, city.engineer, city.stranger):
        with pytest.raises(PermissionDenied):
            arrange({TODAY: officer}, by=person, at=MONDAY)


# On the desk


def test_a_month_is_entered_at_one_press(city, officer):
    desk = city.desk(city.secretary)
    answer = entered(desk, **{f"day-{TODAY}": officer.pk, f"day-{TOMORROW}": officer.pk})
    assert "已保存，2 天有变动。" in answer.content.decode()
    assert [str(entry) for entry in DutyDay.objects.all()] == ["2026-09-28 石守夜", "2026-09-29 石守夜"]
    assert "没有变动" in entered(desk, **{f"day-{TODAY}": officer.pk, f"seen-{TODAY}": officer.pk}).content.decode()


def test_a_month_shows_days_off_make_up_days_and_lets_only_days_to_come_be_changed(city, officer, week):
    desk = city.desk(city.secretary)
    october = {row[0]: row for row in desk.get(ADDRESS, {"month": "2026-10"}).context["rows"]}
    assert [october[date(2026, 10, day)][1] for day in (3, 8, 10, 11)] == ["休息日", "工作日", "工作日", "休息日"]
    september = desk.get(ADDRESS).context["rows"]
    assert [day for day, _, _, field, _ in september if field] == [date(2026, 9, day) for day in (28, 29, 30)]
    assert "日历未载入" in desk.get(ADDRESS, {"month": "2027-01"}).content.decode()
    for nonsense in ("2026-13", "x", "9999-12", "2026-1"):
        assert desk.get(ADDRESS, {"month": nonsense}).context["first"] == date(2026, 9, 1)


def test_a_stale_page_undoes_nobodys_entry(city, officer):
    arrange({TODAY: officer}, by=city.secretary, at=MONDAY)
    desk = city.desk(city.secretary)
    entered(desk, **{f"day-{TODAY}": "", f"seen-{TODAY}": "", f"day-{TOMORROW}": officer.pk})
    assert DutyDay.objects.count() == 2
    answer = entered(desk, **{f"day-{TODAY}": city.secretary.pk, f"seen-{TODAY}": ""})
    assert "刚由别人改过" in answer.content.decode()
    assert DutyDay.objects.get(day=TODAY).person == officer


def test_nonsense_in_the_form_enters_nothing(city, officer):
    desk = city.desk(city.secretary)
    for key in ("0", "x", city.clerk.pk, "9" * 30):
        assert "请从列出的人员中选择" in entered(desk, **{f"day-{TODAY}": key}).content.decode()
    assert not DutyDay.objects.exists()


def test_looking_enters_nothing_and_nobody_else_finds_the_page(city, officer):
    city.desk(city.secretary).get(ADDRESS, {f"day-{TODAY}": officer.pk})
    for who in ("stranger", "sender", "clerk", "engineer", "superuser", "nobody"):
        assert entered(city.desk(getattr(city, who)), **{f"day-{TODAY}": officer.pk}).status_code == 404
    assert entered(city.desk(officer), **{f"day-{TODAY}": officer.pk}).status_code == 404
    assert not DutyDay.objects.exists()
