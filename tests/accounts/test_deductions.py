"""Which lines a deduction sheet has, once each, and what becomes of it when it is confirmed or put right (Articles 7(4) and 17)."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse

from accounts.backups import start_backup
from accounts.deductions import deduction_lines
from accounts.deductionsheets import DeductionSheet, confirm_deductions
from accounts.keyclocks import days_late
from accounts.renewals import Renewal
from accounts.renewing import start
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from tests.accounts.vendors import days, office_and_county, opened, renewal_of, vendor
from tests.cast import MONDAY
from tests.offices import beijing

NOVEMBER = beijing("2026-11-02 09:00")
OCTOBER = date(2026, 10, 1), date(2026, 10, 31)
PROOF = "0f" * 32


@pytest.fixture
def firm(city):
    return vendor(city, since=date(2026, 9, 1))


@pytest.fixture
def late(city, firm):
    """A renewal two days late, one not done at all, a back-up late by a minute; all became late in October. October has no back-up."""
    keys = office_and_county(city)
    opened(city, firm.provider)
    for key in keys:
        start(renewal_of(key), by=city.engineer, at=MONDAY)
    renewal_of(keys[0]).serve(by=firm.person, at=beijing("2026-10-12 09:00"))
    run = start_backup(firm.provider, started_at=MONDAY, by=firm.person, at=MONDAY)
    run.finish(finished_at=beijing("2026-10-10 18:01"), checksum=PROOF, by=firm.person, at=beijing("2026-10-11 09:00"))
    return keys


def confirmed(city, firm, period=OCTOBER, *, at=NOVEMBER, by=None, **what):
    facts = {"number": "延网信函〔2026〕8号", "confirmed_on": at.date(), "amount": Decimal("1200.00")} | what
    return confirm_deductions(firm.provider, *period, **facts, by=by or city.engineer, at=at)


def lines(firm, period=OCTOBER, *, at=NOVEMBER):
    return [
        (line.ground, line.days, line.done_at is not None) for line in deduction_lines(firm.provider, *period, as_of=at)
    ]


def test_each_thing_is_a_line_of_the_period_in_which_it_became_late(city, firm, late):
    assert lines(firm) == [
        ("late_backup", 1, True),
        ("late_renewal", 23, False),
        ("late_renewal", 2, True),
        ("missed_backup", 0, False),
    ]
    assert lines(firm, (date(2026, 9, 1), date(2026, 9, 30))) == []
    assert lines(firm, (date(2026, 11, 1), date(2026, 11, 30)), at=beijing("2026-12-01 09:00")) == [
        ("missed_backup", 0, False)
    ]
    first, last = date(2026, 10, 10), date(2026, 10, 10)
    assert [ground for ground, _, _ in lines(firm, (first, last))] == ["late_backup", "late_renewal", "late_renewal"]


def test_another_vendors_lateness_is_not_on_the_sheet(city, firm, late):
    other = vendor(city, "BZ-QT", since=date(2026, 10, 1))
    assert lines(other) == [("missed_backup", 0, False)]


def test_lateness_is_counted_in_days_of_which_one_begun_is_whole():
    due = beijing("2026-10-10 18:00")
    for at, count in (("10-10 18:00:00", 0), ("10-10 18:00:01", 1), ("10-11 18:00:00", 1), ("10-11 18:00:01", 2)):
        assert days_late(due, beijing(f"2026-{at}")) == count
    assert days_late(None, due) == 0


def test_one_query_for_each_ground_however_many_lines(city, firm, late, django_assert_num_queries):
    with django_assert_num_queries(3):
        assert len(deduction_lines(firm.provider, *OCTOBER, as_of=NOVEMBER)) == 4


def test_a_keeper_who_sets_the_pin_late_costs_the_vendor_nothing(city, firm, late):
    Renewal.objects.filter(key=late[0]).update(served_at=beijing("2026-10-10 18:00"))
    assert ("late_renewal", 2, True) not in lines(firm)


def test_what_is_confirmed_stays_as_it_was(city, firm, late):
    sheet = confirmed(city, firm)
    renewal_of(late[1]).serve(by=firm.person, at=NOVEMBER + days(1))
    assert [(line.ground, line.days) for line in sheet.lines.all()][1] == ("late_renewal", 23)
    assert lines(firm, at=NOVEMBER + days(2))[1] == ("late_renewal", 24, True)
    assert "1200.00 元" in Message.objects.filter(person=firm.person.pk).latest("pk").text
    with pytest.raises(Exception, match="insert only"), transaction.atomic():
        DeductionSheet.objects.update(amount=0)
    with pytest.raises(Exception, match="insert only"), transaction.atomic():
        sheet.lines.all().delete()


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ({"number": " "}, "文号"),
        ({"amount": Decimal(-1)}, "小于零"),
        ({"confirmed_on": date(2026, 11, 3)}, "确认日期"),
        ({"confirmed_on": date(2026, 10, 31)}, "确认日期"),
        ({"period": (date(2026, 11, 1), date(2026, 11, 2))}, "还没有结束"),
        ({"period": (date(2026, 10, 31), date(2026, 10, 1))}, "不能早于"),
    ],
)
def test_what_cannot_be_confirmed_says_why(city, firm, late, what, said):
    with pytest.raises(ValidationError, match=said):
        confirmed(city, firm, **what)
    assert not DeductionSheet.objects.exists()


def test_a_period_that_ends_before_it_begins_is_no_period_without_lateness(city, firm, late):
    typed = f"?provider={firm.provider.pk}&first=2026-10-31&last=2026-10-01"
    page = city.desk(city.engineer).get(reverse("accounts:deductions") + typed).content.decode()
    assert "期间至不能早于期间从" in page
    assert "没有要扣费的" not in page


def test_nothing_late_is_nothing_to_confirm_and_nobody_else_confirms(city, firm, late):
    with pytest.raises(OutOfOrder, match="没有可确认"):
        confirmed(city, firm, (date(2026, 9, 1), date(2026, 9, 30)))
    for person in (firm.person, city.secretary, city.principal):
        with pytest.raises(PermissionDenied):
            confirmed(city, firm, by=person)


def test_a_day_is_confirmed_once_and_a_number_is_used_once(city, firm, late):
    confirmed(city, firm)
    with pytest.raises(ValidationError, match="重叠"):
        confirmed(city, firm, (date(2026, 10, 10), date(2026, 10, 11)), number="另一号")
    with pytest.raises(ValidationError, match="已经用过"):
        confirmed(city, firm)


def test_a_sheet_that_was_wrong_is_replaced_once_with_a_reason(city, firm, late):
    first = confirmed(city, firm)
    with pytest.raises(ValidationError, match="更正的原因"):
        confirmed(city, firm, number="更正1号", replaces=first)
    new = confirmed(city, firm, number="更正1号", replaces=first, reason="金额算错", amount=Decimal(900))
    assert list(DeductionSheet.objects.standing()) == [new]
    with pytest.raises(OutOfOrder, match="已经更正过"):
        confirmed(city, firm, number="更正2号", replaces=first, reason="再一次")


def test_who_sees_a_sheet(city, firm, late):
    sheet, other = confirmed(city, firm), vendor(city, "BZ-QT")
    seen = {person: sheet in DeductionSheet.objects.for_person(person) for person in (firm.person, other.person)}
    assert seen == {firm.person: True, other.person: False}
    assert sheet in DeductionSheet.objects.for_person(city.secretary)
    assert sheet not in DeductionSheet.objects.for_person(city.principal)
