"""第二十三条: a unit has one leader and one or two clerks for this work.

使用单位确定一名分管领导负责此项工作,确定1-2名工作人员承担设备管理和电子公文收发工作。
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.filings import Filing
from accounts.people import User, take_post
from accounts.roles import Role
from accounts.staffchanges import FilingRefused
from accounts.staffing import staffed_units, staffing_of
from accounts.standins import arrange
from circulars.deliveries import Delivery
from cms.ledger import Entry
from tests.accounts.filings import NEWCOMER, filed
from tests.cast import MONDAY
from tests.offices import beijing


def test_either_of_two_clerks_signs_for_the_unit_and_is_named(city, circular):
    delivery = city.sign(city.opened(circular), by=city.second_clerk)
    kept = Delivery.objects.get(pk=delivery.pk)
    assert (kept.signed_by, kept.by_proxy) == (city.second_clerk, False)


def test_while_the_clerks_are_away_whom_the_leader_named_signs_in_their_place(city, circular):
    proxy = User.objects.create(username="proxy", name="钱助理")
    take_post(proxy, city.attentive, Role.HANDLER, by=None, at=MONDAY)
    today = MONDAY.date()
    arrange(
        city.clerk, proxy, city.attentive, Role.CLERK,
        first=today, last=today + timedelta(days=1), reason="两名收发员都在外培训", by=city.leader, at=MONDAY,
    )  # fmt: skip
    delivery = city.sign(city.opened(circular), by=User.objects.get(pk=proxy.pk))
    assert Delivery.objects.get(pk=delivery.pk).by_proxy
    assert Entry.objects.get(deed="delivery.signed_for").facts["in_place_of"] == city.clerk.pk


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


def test_a_third_clerk_comes_only_while_a_handover_of_a_clerk_is_open_and_within_its_days(city, week):
    filed(city, leaver=city.clerk, why="retired", newcomer=NEWCOMER)
    third = replace(NEWCOMER, name="第三人", mobile="13900000008")
    over = beijing("2026-10-10 18:01")  # five working days from Monday, the holiday between
    week.move_to(over, tick=False)
    with pytest.raises(FilingRefused, match="已满 2 名"):
        filed(city, newcomer=third, at=over)
    week.move_to(MONDAY, tick=False)
    assert filed(city, newcomer=third).state == Filing.State.FILED
