"""Who leads and receives: what is complete, what is listed, and what a filing is refused for (Article 23)."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.filings import Filing
from accounts.people import User, take_post
from accounts.roles import Role
from accounts.staffchanges import FilingRefused
from accounts.staffing import counted, staffed_units, staffing_of
from tests.accounts.filings import NEWCOMER, filed
from tests.cast import MONDAY
from tests.offices import beijing


@pytest.mark.parametrize(
    "leaders, clerks, is_handing_over, found",
    [
        (1, 1, False, 0), (1, 2, False, 0), (0, 1, False, 1), (2, 1, False, 1),
        (1, 0, False, 1), (1, 3, False, 1), (1, 3, True, 0), (1, 4, True, 1), (0, 0, False, 2),
    ],
)  # fmt: skip
def test_a_unit_has_one_leader_and_one_or_two_clerks_and_a_third_while_it_hands_over(
    leaders, clerks, is_handing_over, found
):
    assert len(counted(leaders, clerks, is_handing_over=is_handing_over)) == found


def test_incomplete_units_are_listed_for_both_offices_by_three_questions(city):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        rows = {row.unit.code: row.faults for row in staffing_of(list(staffed_units()), MONDAY)}
    assert len(asked) <= 5
    assert "没有分管领导" in rows["BM12"]
    assert rows["BM05"] == ["任职条件没有申报或已过期：高建国、孙早、孙晚"]
    assert "YA-ZF" not in rows  # the office runs its desk
    for person in (city.secretary, city.engineer):
        page = city.desk(person).get(reverse("accounts:staffing")).content.decode()
        assert "没有分管领导" in page
    assert city.desk(city.leader).get(reverse("accounts:staffing")).status_code == 404


def test_a_second_leader_and_a_third_clerk_are_refused_at_the_filing(city):
    for role, said in ((Role.LEADER, "已有分管领导"), (Role.CLERK, "已满 2 名")):
        by = city.leader
        if role == Role.LEADER:
            by = User.objects.create(username="chief", name="主官")
            take_post(by, city.attentive, Role.PRINCIPAL, by=None, at=MONDAY)
        with pytest.raises(FilingRefused, match=said):
            filed(city, role, by=by, newcomer=NEWCOMER)
    filed(city, leaver=city.clerk, why="retired", newcomer=NEWCOMER)
    with pytest.raises(FilingRefused, match="正在等待确认"):
        filed(city, newcomer=NEWCOMER)


def test_a_leader_sees_the_own_unit_and_no_other(city):
    desk = city.desk(city.leader)
    assert desk.get(reverse("accounts:own_staff")).url == reverse("accounts:staff", args=["BM05"])
    assert desk.get(reverse("accounts:staff", args=["BM05"])).status_code == 200
    assert desk.get(reverse("accounts:staff", args=["BM12"])).status_code == 404


def test_a_third_clerk_comes_only_while_a_handover_of_a_clerk_is_open_and_within_its_days(city, week):
    filed(city, leaver=city.clerk, why="retired", newcomer=NEWCOMER)
    third = replace(NEWCOMER, name="第三人", mobile="13900000008")
    over = beijing("2026-10-10 18:01")  # five working days from Monday, the holiday between
    week.move_to(over, tick=False)
    with pytest.raises(FilingRefused, match="已满 2 名"):
        filed(city, newcomer=third, at=over)
    week.move_to(MONDAY, tick=False)
    assert filed(city, newcomer=third).state == Filing.State.FILED
