"""文号作废: a number that came to nothing stays taken, with its reason."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from circulars.clocks import NotSendable
from circulars.numbering import NumberBook, Series, parse
from circulars.progress import progress_of
from circulars.reasons import digest_of_reason
from circulars.registration import Circular
from circulars.voiding import NumberNotVoidable, VoidedNumber, declare_void, void
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from tests.cast import MONDAY, NEW_YEARS_EVE
from tests.offices import beijing

REASON = "签发后停止印发"


@pytest.fixture
def registered(city):
    return city.registered()


@pytest.fixture
def series(city):
    return Series.objects.get(prefix="延政办发")


def declare(city, series, number, *, reason="国庆前在纸上用过", by=None, at=MONDAY):
    return declare_void(series, parse(number), reason=reason, by=by or city.registrar, at=at)


# A circular that is not sent


def test_a_registered_circular_is_voided_and_its_number_never_comes_again(city, registered):
    voided = void(registered, reason=REASON, by=city.registrar, at=MONDAY)
    kept = Circular.objects.get(pk=registered.pk)
    assert (kept.state, kept.number, kept.sent_at) == ("voided", "延政办发〔2026〕23号", None)
    assert (str(voided), voided.circular, voided.reason) == ("延政办发〔2026〕23号", registered, REASON)
    assert city.registered().number == "延政办发〔2026〕24号"


def test_the_ledger_names_the_number_who_voided_it_and_why(city, registered):
    void(registered, reason=REASON, by=city.registrar, at=MONDAY)
    entry = Entry.objects.get(deed="circular.voided")
    assert (entry.person, entry.circular, entry.label) == (city.registrar, registered.uuid, "文号作废")
    assert entry.facts == {"number": "延政办发〔2026〕23号", "reason_digest": digest_of_reason(REASON)}


def test_drafter_and_senders_are_told_and_the_drafter_sees_it_on_the_draft(city, registered):
    void(registered, reason=REASON, by=city.registrar, at=MONDAY)
    told = Message.objects.filter(key=f"voided:{registered.pk}")
    assert {message.person for message in told} == {city.drafter, city.sender}
    progress = progress_of(registered.page)
    assert (progress.label, progress.is_editable) == ("文号已作废", False)
    assert REASON in progress.sentence


def test_a_voided_circular_is_not_sent_not_even_off_duty(city, registered):
    void(registered, reason=REASON, by=city.registrar, at=MONDAY)
    for at in (MONDAY, beijing("2026-10-03 00:00")):
        with pytest.raises(NotSendable, match="延政办发〔2026〕23号 已作废"):
            city.dispatch(Circular.objects.get(), at=at)


def test_a_sender_who_still_holds_the_old_record_sends_nothing(city, registered):
    void(Circular.objects.get(pk=registered.pk), reason=REASON, by=city.registrar, at=MONDAY)
    with pytest.raises(OutOfOrder, match="已作废"):
        city.dispatch(registered)
    assert not registered.deliveries.exists()


def test_what_was_sent_keeps_its_number_in_force(city):
    with pytest.raises(OutOfOrder, match="已发送"):
        void(city.sent(), reason=REASON, by=city.registrar, at=MONDAY)
    assert not VoidedNumber.objects.exists()


def test_voiding_twice_voids_once(city, registered):
    void(registered, reason=REASON, by=city.registrar, at=MONDAY)
    with pytest.raises(OutOfOrder):
        void(registered, reason="又一次", by=city.registrar, at=MONDAY)
    assert VoidedNumber.objects.get().reason == REASON


@pytest.mark.parametrize("reason", ["", "  ", "长" * 201])
def test_a_voiding_says_why(city, registered, reason):
    with pytest.raises(ValidationError, match="原因"):
        void(registered, reason=reason, by=city.registrar, at=MONDAY)
    assert Circular.objects.get().state == "registered"


@pytest.mark.parametrize("who", ["stranger", "superuser", "drafter", "approver", "sender", "secretary", "nobody"])
def test_only_a_registrar_of_the_unit_voids(city, registered, series, who):
    with pytest.raises(PermissionDenied):
        void(registered, reason=REASON, by=getattr(city, who), at=MONDAY)
    with pytest.raises(PermissionDenied):
        declare(city, series, "延政办发〔2026〕24号", by=getattr(city, who))
    assert not VoidedNumber.objects.exists()


# A number that no circular bears


def test_a_number_used_on_paper_is_passed_over_by_the_next_draw(city, registered, series):
    for number in ("延政办发〔2026〕24号", "延政办发〔2026〕26号"):
        declare(city, series, number)
    assert [city.registered().sequence for _ in range(3)] == [25, 27, 28]


def test_a_number_that_history_uses_already_is_passed_over(city, registered):
    loaded = city.registered()
    Circular.objects.filter(pk=loaded.pk).update(sequence=25, number="延政办发〔2026〕25号")
    NumberBook.objects.update(last=23)
    assert [city.registered().sequence for _ in range(2)] == [24, 26]


def test_the_first_number_of_a_series_can_be_void_before_any_is_drawn(city, series):
    declare(city, series, "延政办发〔2026〕23号")
    assert city.registered().number == "延政办发〔2026〕24号"


def test_the_first_number_of_a_new_year_can_be_used_on_paper(city, registered, series):
    declare(city, series, "延政办发〔2027〕1号", at=beijing("2027-01-01 00:30"))
    assert city.registered(at=beijing("2027-01-04 09:00")).number == "延政办发〔2027〕2号"


def test_a_number_of_last_years_book_can_still_be_declared_void(city, series):
    city.registered(at=NEW_YEARS_EVE)
    city.registered(at=NEW_YEARS_EVE)
    Circular.objects.filter(sequence=24).update(sequence=30)
    declare(city, series, "延政办发〔2026〕24号", at=beijing("2027-01-04 09:00"))
    assert str(VoidedNumber.objects.get()) == "延政办发〔2026〕24号"


def test_an_order_is_declared_void_by_its_running_number(city):
    orders = Series.objects.get(prefix="令")
    assert str(declare(city, orders, "第18号")) == "第18号"
    assert str(orders.draw(2026)) == "第19号"


@pytest.mark.parametrize(
    "number, sentence",
    [
        ("延政办发〔2026〕23号", "已编给公文"),
        ("延政办函〔2026〕24号", "不是“延政办发”系列"),
        ("第24号", "不是“延政办发”系列"),
        ("延政办发〔2025〕24号", "没有 2025 年"),
        ("延政办发〔2027〕1号", "没有 2027 年"),
        ("延政办发〔2026〕22号", "从 23 号编起"),
        ("延政办发〔2026〕124号", "超前太多"),
    ],
)
def test_a_number_that_is_no_missing_one_is_refused_with_the_reason(city, registered, series, number, sentence):
    with pytest.raises(NumberNotVoidable, match=sentence):
        declare(city, series, number)
    assert not VoidedNumber.objects.exists()


def test_declaring_twice_declares_once(city, registered, series):
    declare(city, series, "延政办发〔2026〕24号")
    with pytest.raises(NumberNotVoidable, match="已经登记作废"):
        declare(city, series, "延政办发〔2026〕24号", reason="又一次")
    assert Entry.objects.filter(deed="number.voided").count() == 1


def test_the_database_keeps_a_number_from_being_void_twice_or_without_a_reason(city, registered, series):
    voided = declare(city, series, "延政办发〔2026〕24号")
    same = {"series": series, "year": 2026, "by": city.registrar, "at": MONDAY}
    for row in ({"sequence": 24, "reason": "再次"}, {"sequence": 25, "reason": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            VoidedNumber.objects.create(**same, **row)
    with pytest.raises(ProtectedError):
        voided.series.delete()
