"""Key service pressed by many hands at once: each thing is done once and the others are told (Articles 12 and 17)."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from accounts.backups import BackupRun, start_backup
from accounts.deductionsheets import DeductionSheet, confirm_deductions
from accounts.fees import FeeEntry, pay
from accounts.renewals import Renewal, RenewalRound
from accounts.renewing import start
from accounts.seals import SealKey
from cms.lifecycles import OutOfOrder
from tests.accounts.vendors import office_and_county, opened, renewal_of, vendor
from tests.cast import MONDAY, City
from tests.offices import beijing
from tests.rush import at_once

HANDS = 4


@pytest.fixture
def city(real_city, week) -> City:
    return real_city


def tried(act):
    """How many of the hands succeeded."""

    def hand(n):
        try:
            act(n)
        except (OutOfOrder, ValidationError):
            return False
        return True

    return sum(at_once(HANDS, hand))


def test_of_many_hands_at_once_one_opens_starts_is_paid_backs_up_and_confirms(city):
    firm, keys = vendor(city), office_and_county(city)
    assert tried(lambda n: opened(city, firm.provider)) == 1
    assert (RenewalRound.objects.count(), Renewal.objects.count()) == (1, 2)
    assert tried(lambda n: start(renewal_of(keys[0]), by=city.engineer, at=MONDAY)) == 1
    assert SealKey.objects.filter(replaces=keys[0]).count() == 1

    def pay_half(n):
        today = MONDAY.date()
        pay(renewal_of(keys[0]), Decimal("200.00"), paid_on=today, voucher=f"票{n}", by=city.engineer, at=MONDAY)

    assert tried(pay_half) == 1
    assert FeeEntry.objects.total() == Decimal("200.00")
    assert tried(lambda n: start_backup(firm.provider, started_at=MONDAY, by=firm.person, at=MONDAY)) == 1
    assert BackupRun.objects.count() == 1

    def confirm(n):
        november = beijing("2026-11-02 09:00")
        facts = {"number": f"{n}号", "confirmed_on": november.date(), "amount": Decimal(1)}
        confirm_deductions(firm.provider, date(2026, 10, 1), date(2026, 10, 31), **facts, by=city.engineer, at=november)

    assert tried(confirm) == 1
    assert DeductionSheet.objects.count() == 1
