"""第二十五条: staff have no record of violations, are competent, and are on the unit's own staff.

工作人员应具备以下条件:(一)无违法违纪记录;(二)具有胜任本职工作的专业知识和业务能力;(三)应是本单位在编在岗人员。
"""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.declarationreminders import remind_of_declarations
from accounts.declarations import Declaration, DeclarationRefused, declare, enter_declaration, months_later
from accounts.roles import Right, may
from accounts.staffchanges import FilingRefused
from accounts.staffing import staffing_of
from cms.ledger import Entry
from cms.messages import Message
from tests.accounts.filings import NEWCOMER, confirmed, replaced
from tests.cast import MONDAY

MET = {"no_violation": True, "competent": True, "on_staff": True}
DAY = timedelta(days=1)


def declared(city, person=None, *, by=None, at=MONDAY):
    return declare(person or city.clerk, city.attentive, **MET, by=by or city.leader, at=at)


def test_the_leader_declares_for_a_clerk_on_the_screen_and_it_holds_a_year(city):
    path = reverse("accounts:renew_declaration", args=["BM05", city.clerk.pk])
    for unmet in MET:  # items 1 to 3 of the article, one by one
        refused = city.desk(city.leader).post(path, {each: "on" for each in MET if each != unmet})
        assert "有一项不符合的，请报备离任" in refused.content.decode()
        with pytest.raises(FilingRefused, match="三项任职条件"):
            replaced(city, newcomer=replace(NEWCOMER, **{unmet: False}))
    city.desk(city.leader).post(path, dict.fromkeys(MET, "on"))
    declaration = Declaration.objects.get()
    assert (declaration.declared_by, declaration.valid_until) == (city.leader, date(2027, 9, 28))
    assert Entry.objects.get(deed="declaration.made").person == city.leader
    again = city.desk(city.leader).post(path, dict.fromkeys(MET, "on"))
    assert "到期前 30 天内再续报" in again.content.decode()


def test_nobody_declares_for_themselves_and_for_a_leader_alone_the_network_office_does(city):
    for person, by in ((city.leader, city.leader), (city.clerk, city.second_clerk), (city.clerk, city.secretary)):
        with pytest.raises(PermissionDenied):
            declared(city, person, by=by)
    assert declared(city, city.leader, by=city.engineer).person == city.leader
    with pytest.raises(DeclarationRefused, match="不需要申报"):
        declared(city, city.late_clerk)


def test_who_comes_by_a_filing_has_been_declared_by_who_filed_it(city):
    filing = confirmed(city, replaced(city))
    declaration = Declaration.objects.get(person=filing.person)
    assert (declaration.declared_by, declaration.valid_until) == (city.leader, date(2027, 9, 28))


def test_it_is_reminded_of_before_its_end_each_step_once_and_what_lapsed_is_listed_and_takes_no_right(city, week):
    declaration = declared(city)
    ends = MONDAY + (declaration.valid_until - MONDAY.date()) * 1
    seen = []
    for days in (31, 30, 29, 7, 1, 0, -1, -2):
        remind_of_declarations(ends - days * DAY)
        remind_of_declarations(ends - days * DAY)
        seen.append(Message.objects.filter(person=city.leader, key__startswith="declaration:").count())
    assert seen == [0, 1, 1, 2, 3, 3, 4, 4]
    week.move_to(ends + DAY, tick=False)
    (staffing,) = staffing_of([city.attentive], ends + DAY)
    assert "孙早" in " ".join(staffing.faults)
    assert may(type(city.clerk).objects.get(pk=city.clerk.pk), Right.RECEIVE, city.attentive.pk)


def test_a_renewed_one_is_reminded_of_no_more(city):
    declaration = declared(city)
    ends = MONDAY + (declaration.valid_until - MONDAY.date()) * 1
    enter_declaration(city.clerk, city.attentive, by=city.leader, at=ends - 30 * DAY)
    remind_of_declarations(ends - 7 * DAY)
    assert not Message.objects.filter(key__startswith="declaration:").exists()


def test_the_same_day_a_year_on_is_the_last_of_february_after_a_leap_day():
    assert months_later(date(2028, 2, 29), 12) == date(2029, 2, 28)
    assert months_later(date(2026, 12, 31), 12) == date(2027, 12, 31)


def test_a_declaration_is_never_changed(city):
    declaration = declared(city)
    for act in (
        lambda: Declaration.objects.filter(pk=declaration.pk).update(valid_until="2030-01-01"),
        lambda: Declaration.objects.filter(pk=declaration.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
