"""A renewal from the round to the new key: who does what, once, and what happens to it when the key ends otherwise (Articles 12 and 17)."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.dissolving import dissolve
from accounts.fees import pay, sums, take_back
from accounts.renewals import Renewal, RenewalRound
from accounts.renewing import keys_ending, start, start_all
from accounts.sealends import accept_damage, revoke
from accounts.sealends import take_back as take_key_back
from accounts.sealissue import activate, issue, replace_key
from accounts.seals import SealKey
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from tests.accounts.vendors import FEES, days, office_and_county, opened, renewal_of, vendor
from tests.cast import BACK_AT_WORK, MONDAY


@pytest.fixture
def firm(city):
    return vendor(city)


@pytest.fixture
def keys(city):
    return office_and_county(city)


def told(person):
    return list(Message.objects.filter(person=person.pk).order_by("-pk").values_list("text", flat=True))


def test_a_key_is_taken_into_one_round_and_another_window_finds_nothing(city, firm, keys):
    round_ = opened(city, firm.provider)
    assert round_.renewals.count() == 2
    with pytest.raises(ValidationError, match="没有到期而未列入"):
        opened(city, firm.provider)
    with pytest.raises(ValidationError, match="没有到期而未列入"):
        opened(city, firm.provider, ends_from=date(2026, 12, 1), ends_to=date(2026, 12, 31))
    assert RenewalRound.objects.count() == 1


@pytest.mark.parametrize(
    "what",
    [
        {"fees": {}},
        {"ends_from": date(2026, 11, 30), "ends_to": date(2026, 11, 1)},
        {"fees": {"leaders_stamp": Decimal(9)}},
    ],
)
def test_a_round_that_would_renew_nothing_is_not_opened(city, firm, keys, what):
    with pytest.raises(ValidationError):
        opened(city, firm.provider, **what)
    assert not RenewalRound.objects.exists()


def test_a_dissolved_units_keys_are_renewed_no_more_and_no_clock_runs_for_them(city, firm, keys):
    opened(city, firm.provider)
    renewal = renewal_of(keys[1])
    start(renewal, by=city.engineer, at=MONDAY)
    dissolve(city.county, on_day=MONDAY.date(), ground="延编发〔2026〕8号", by=city.engineer, at=MONDAY)
    renewal = renewal_of(keys[1])
    assert (renewal.state, renewal.reason, renewal.left_at) == (Renewal.State.DROPPED, "单位撤销", MONDAY)
    assert not Renewal.objects.late(MONDAY + days(90)).exists()
    assert SealKey.objects.get(pk=keys[1].pk).state == SealKey.State.IN_FORCE
    assert list(keys_ending(date(2026, 11, 1), date(2026, 11, 30))) == []


def test_the_network_office_alone_opens_and_starts_and_the_vendor_says_when_it_is_done(city, firm, keys):
    with pytest.raises(PermissionDenied):
        opened(SimpleCity(city, city.secretary), firm.provider)
    opened(city, firm.provider)
    renewal = renewal_of(keys[0])
    for person in (firm.person, city.secretary, city.keeper):
        with pytest.raises(PermissionDenied):
            start(renewal, by=person, at=MONDAY)
    start(renewal, by=city.engineer, at=MONDAY)
    other = vendor(city, "BZ-QT")
    for person in (other.person, city.keeper, city.secretary):
        with pytest.raises(PermissionDenied):
            renewal.serve(by=person, at=MONDAY)
    renewal.serve(by=firm.person, at=MONDAY)
    assert "请核对后制发新密钥" in told(city.engineer)[0]
    with pytest.raises(OutOfOrder):
        renewal_of(keys[0]).serve(by=firm.person, at=MONDAY)


class SimpleCity:
    """The city with another at the engineer's desk."""

    def __init__(self, city, engineer):
        self.city, self.engineer = city, engineer


def test_it_is_followed_from_the_start_to_the_new_key_in_force(city, firm, keys):
    opened(city, firm.provider)
    renewal = renewal_of(keys[0])
    start(renewal, by=city.engineer, at=MONDAY)
    new = SealKey.objects.get(replaces=keys[0])
    assert (new.occasion, new.state) == ("renewal", "requested")
    assert renewal_of(keys[0]).state == "started"
    assert "请办理" in told(firm.person)[0]
    issue(new, by=city.engineer, at=MONDAY + days(1))
    assert renewal_of(keys[0]).served_at == MONDAY + days(1)
    activate(new, "802713", by=city.keeper, at=BACK_AT_WORK)
    done = renewal_of(keys[0])
    assert (done.state, done.served_at, done.done_at) == ("done", MONDAY + days(1), BACK_AT_WORK)
    deeds = Entry.objects.filter(subject=f"accounts.renewal:{done.pk}").order_by("pk")
    assert list(deeds.values_list("deed", flat=True)) == ["renewal.started", "renewal.served", "renewal.done"]


def test_what_the_vendor_did_is_sent_back_with_a_reason_and_its_clock_goes_on(city, firm, keys):
    opened(city, firm.provider)
    renewal = renewal_of(keys[0])
    start(renewal, by=city.engineer, at=MONDAY)
    due = renewal.due_at
    renewal.serve(by=firm.person, at=MONDAY + days(1))
    with pytest.raises(ValidationError):
        renewal.send_back(" ", by=city.engineer, at=MONDAY + days(1))
    renewal.send_back("证书名称有误", by=city.engineer, at=MONDAY + days(1))
    assert "证书名称有误" in told(firm.person)[0]
    again = renewal_of(keys[0])
    assert (again.state, again.served_at, again.due_at) == ("started", None, due)
    again.serve(by=firm.person, at=MONDAY + days(2))
    issue(SealKey.objects.get(replaces=keys[0]), by=city.engineer, at=MONDAY + days(2))
    with pytest.raises(OutOfOrder, match="已经制发"):
        again.send_back("又有误", by=city.engineer, at=MONDAY + days(2))


def test_a_key_renewed_without_the_vendor_needs_none_and_nothing_is_late(city, firm, keys):
    opened(city, firm.provider)
    new = replace_key(keys[0], occasion="renewal", by=city.engineer, at=MONDAY)
    issue(new, by=city.engineer, at=MONDAY)
    with pytest.raises(OutOfOrder, match="不必再办理"):
        start(renewal_of(keys[0]), by=city.engineer, at=MONDAY)
    activate(new, "802713", by=city.keeper, at=MONDAY)
    done = renewal_of(keys[0])
    assert (done.state, done.started_at, done.days_late(BACK_AT_WORK)) == ("done", None, 0)


def test_a_key_that_ends_before_the_vendor_was_charged_is_renewed_no_more(city, firm, keys):
    opened(city, firm.provider)
    revoke(keys[0], "遗失", by=city.engineer, at=MONDAY)
    take_key_back(keys[1], by=city.engineer, at=MONDAY)
    assert [(renewal_of(key).state, renewal_of(key).reason) for key in keys] == [
        ("dropped", "密钥已吊销"),
        ("dropped", "密钥已交回"),
    ]


def test_once_the_vendor_was_charged_a_lost_key_still_gets_its_successor_and_one_handed_in_does_not(city, firm, keys):
    opened(city, firm.provider)
    for key in keys:
        start(renewal_of(key), by=city.engineer, at=MONDAY)
    revoke(keys[0], "遗失", by=city.engineer, at=MONDAY)
    take_key_back(keys[1], by=city.engineer, at=MONDAY)
    assert [renewal_of(key).state for key in keys] == ["started", "dropped"]


def test_a_key_damaged_while_it_is_renewed_is_out_of_use_and_its_successor_due_for_the_damage(city, firm, keys):
    opened(city, firm.provider)
    start(renewal_of(keys[0]), by=city.engineer, at=MONDAY)
    new = accept_damage(keys[0], "介〔2026〕3号", by=city.engineer, at=MONDAY)
    keys[0].refresh_from_db()
    new.refresh_from_db()
    assert keys[0].state == "damaged"
    assert (new.occasion, new.state, new.reason) == ("damaged", "requested", "介绍信：介〔2026〕3号")
    assert new.due_at is not None
    assert SealKey.objects.filter(replaces=keys[0]).count() == 1


def test_a_key_that_ran_out_is_renewed_all_the_same(city, firm, keys):
    opened(city, firm.provider)
    SealKey.objects.filter(pk=keys[0].pk).update(state="expired")
    start(renewal_of(keys[0]), by=city.engineer, at=BACK_AT_WORK)
    assert SealKey.objects.get(replaces=keys[0]).state == "requested"


def test_many_are_started_each_for_itself_and_who_cannot_be_is_named(city, firm, keys):
    opened(city, firm.provider)
    city.county_clerk.posts.get().leave(by=None, at=MONDAY - days(1))
    count, refused = start_all(list(Renewal.objects.shown()), by=city.engineer, at=MONDAY)
    assert count == 1
    assert len(refused) == 1
    assert "不能保管" in refused[0]
    assert [renewal_of(key).state for key in keys] == ["started", "open"]


def test_a_dropped_renewal_may_be_taken_into_another_round(city, firm, keys):
    opened(city, firm.provider)
    with pytest.raises(ValidationError):
        renewal_of(keys[0]).drop("", by=city.engineer, at=MONDAY)
    renewal_of(keys[0]).drop("单位暂缓", by=city.engineer, at=MONDAY)
    again = opened(city, firm.provider)
    assert [renewal.key for renewal in again.renewals.all()] == [keys[0]]


# --- what was paid ---


def test_a_fee_is_paid_in_parts_never_twice_on_one_voucher_and_never_more_than_it_is(city, firm, keys):
    opened(city, firm.provider)
    renewal = renewal_of(keys[1])
    today = MONDAY.date()
    pay(renewal, Decimal("50.00"), paid_on=today, voucher="票001", by=firm.person, at=MONDAY)
    for amount, voucher, field in (
        ("40.00", "票001", "voucher"),
        ("40.01", "票002", "amount"),
        ("0", "票002", "amount"),
    ):
        with pytest.raises(ValidationError) as wrong:
            pay(renewal, Decimal(amount), paid_on=today, voucher=voucher, by=firm.person, at=MONDAY)
        assert list(wrong.value.message_dict) == [field]
    with pytest.raises(ValidationError, match="不能晚于今天"):
        pay(renewal, Decimal(1), paid_on=today + days(1), voucher="票003", by=firm.person, at=MONDAY)
    pay(renewal, Decimal("40.00"), paid_on=today, voucher="票002", by=city.engineer, at=MONDAY)
    assert sums(Renewal.objects.all())["self"] == {
        "payer": "self", "label": "自付", "count": 1, "fee": Decimal("90.00"), "paid": Decimal("90.00"), "owed": Decimal("0.00"),
    }  # fmt: skip
    assert sums(Renewal.objects.all())["municipal"]["owed"] == FEES["unit_seal"]


def test_what_was_wrong_is_taken_back_by_a_counter_row_once(city, firm, keys):
    opened(city, firm.provider)
    renewal = renewal_of(keys[1])
    paid = pay(renewal, Decimal("90.00"), paid_on=MONDAY.date(), voucher="票001", by=city.engineer, at=MONDAY)
    with pytest.raises(ValidationError, match="原因"):
        take_back(paid, " ", by=city.engineer, at=MONDAY)
    counter = take_back(paid, "金额登错", by=city.engineer, at=MONDAY)
    assert (counter.amount, counter.corrects) == (Decimal("-90.00"), paid)
    for entry in (paid, counter):
        with pytest.raises(OutOfOrder):
            take_back(entry, "再一次", by=city.engineer, at=MONDAY)
    assert renewal.fee_entries.total() == 0
    pay(renewal, Decimal("80.00"), paid_on=MONDAY.date(), voucher="票001", by=city.engineer, at=MONDAY)
    with pytest.raises(Exception, match="insert only"), transaction.atomic():
        renewal.fee_entries.update(amount=1)


def test_the_citys_money_is_entered_by_the_network_office_alone(city, firm, keys):
    opened(city, firm.provider)
    other = vendor(city, "BZ-QT")
    for person, key in ((firm.person, keys[0]), (other.person, keys[1]), (city.keeper, keys[0])):
        with pytest.raises(PermissionDenied):
            pay(renewal_of(key), Decimal(1), paid_on=MONDAY.date(), voucher="票", by=person, at=MONDAY)


def test_the_database_itself_keeps_a_key_in_one_round(city, firm, keys):
    round_ = opened(city, firm.provider)
    with pytest.raises(IntegrityError), transaction.atomic():
        Renewal.objects.create(round=round_, key=keys[0], payer="self", fee=1)
