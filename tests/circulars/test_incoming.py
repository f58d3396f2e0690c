"""收文登记簿: what a unit has signed for stands in its own book under the next number, once (Articles 13, 19, 20 and 22)."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from circulars.deliveries import Delivery, ReturnCode
from circulars.incoming import AlreadyEntered, Incoming, Kind, Outside, RegisterBook, enter, enter_outside
from circulars.insisting import insist
from circulars.papercopies import PaperCopy
from circulars.reasons import Marked
from circulars.returns import acknowledge
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from tests.cast import MONDAY, NEW_YEARS_EVE
from tests.offices import beijing

AT_TEN = beijing("2026-09-28 10:00")
AT_ELEVEN = beijing("2026-09-28 11:00")
WEDNESDAY = beijing("2026-09-30 09:00")


@pytest.fixture
def signed(city, circular):
    return city.sign(city.opened(circular), at=AT_TEN)


@pytest.fixture
def entry(city, signed):
    return enter(signed, kind=Kind.ACTION, by=city.clerk, at=AT_ELEVEN)


def send_back(delivery, *, by, at=AT_ELEVEN):
    Delivery.objects.get(pk=delivery.pk).send_back(code=ReturnCode.NOT_OURS, reason="", by=by, at=at)


def test_what_was_signed_for_stands_in_the_units_book_under_its_first_number(city, circular, signed):
    entry = enter(signed, kind=Kind.INFORMATION, pages=4, note=" 传  办公室 ", by=city.clerk, at=AT_ELEVEN)
    kept = Incoming.objects.get()
    assert (kept.number, kept.unit, kept.kind, kept.source) == (
        "收〔2026〕1号",
        city.attentive,
        "information",
        "electronic",
    )
    assert (kept.sender_name, kept.document_number, kept.title) == (
        circular.issuer_name,
        circular.number,
        circular.title,
    )
    assert (kept.received_at, kept.registered_at, kept.registered_by) == (AT_TEN, AT_ELEVEN, city.clerk)
    assert (kept.copies, kept.pages, kept.note, kept.review, kept.state) == (1, 4, "传 办公室", "passed", "registered")
    assert kept.is_timely
    assert Delivery.objects.get(pk=signed.pk).registered_at == AT_ELEVEN
    deed = Entry.objects.get(deed="incoming.registered")
    assert (deed.person, deed.unit, deed.circular) == (city.clerk, city.attentive.pk, circular.uuid)
    assert (deed.subject, deed.facts["number"]) == (f"circulars.incoming:{entry.pk}", "收〔2026〕1号")


def test_it_is_registered_once_and_the_second_is_told_by_whom_and_under_which_number(city, signed, entry):
    with pytest.raises(AlreadyEntered, match="已由孙早于2026年9月28日 11:00登记为收〔2026〕1号，不需要再登记"):
        enter(signed, by=city.second_clerk, at=WEDNESDAY)
    assert (Incoming.objects.count(), RegisterBook.objects.get().last) == (1, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Incoming.objects.create(
            **{field: getattr(entry, field) for field in ("unit", "source", "delivery", "circular", "urgency", "kind")},
            year=2026,
            sequence=2,
            received_at=AT_TEN,
            registered_by=city.clerk,
            registered_at=AT_TEN,
        )


def test_what_nobody_has_signed_for_is_not_registered(city, circular):
    for delivery in (city.delivery(circular), city.opened(circular)):
        with pytest.raises(OutOfOrder, match="还没有签收，请先签收再登记"):
            enter(delivery, by=city.clerk, at=AT_ELEVEN)
    assert not RegisterBook.objects.exists()


def test_registered_after_the_due_time_it_is_not_timely_though_it_was_signed_for_in_time(city, signed):
    late = enter(signed, by=city.clerk, at=WEDNESDAY)
    assert (late.is_timely, Delivery.objects.get(pk=signed.pk).is_late) == (False, False)


def test_nobody_but_the_units_own_clerk_registers(city, signed):
    for person in (city.leader, city.late_clerk, city.sender, city.secretary, city.engineer, city.stranger):
        with pytest.raises(PermissionDenied, match="只有本单位的收发员"):
            enter(signed, by=person, at=AT_ELEVEN)
    assert not Incoming.objects.exists()


@pytest.mark.parametrize(
    "given, field",
    [({"copies": 0}, "copies"), ({"pages": 0}, "pages"), ({"kind": "x"}, "kind"), ({"note": "长" * 301}, "note")],
)
def test_what_cannot_be_is_refused_at_its_field_and_takes_no_number(city, signed, given, field):
    with pytest.raises(ValidationError) as refused:
        enter(signed, by=city.clerk, at=AT_ELEVEN, **given)
    assert list(refused.value.message_dict) == [field]
    assert not RegisterBook.objects.exists()


def test_a_mark_of_secrecy_comes_into_no_note(city, signed):
    with pytest.raises(Marked):
        enter(signed, note="机密★5年", by=city.clerk, at=AT_ELEVEN)


def test_each_unit_counts_its_own_and_begins_again_with_the_year_of_beijing(city, week):
    def came(unit, by, at):
        week.move_to(at, tick=False)
        delivery = city.delivery(city.sent(at=MONDAY), unit)
        delivery.open(by=by, at=at)
        return enter(city.sign(delivery, by=by, at=at), by=by, at=at).number

    assert came(city.attentive, city.clerk, AT_TEN) == "收〔2026〕1号"
    assert came(city.late, city.late_clerk, AT_TEN) == "收〔2026〕1号"
    assert came(city.attentive, city.clerk, NEW_YEARS_EVE) == "收〔2026〕2号"
    assert came(city.attentive, city.clerk, beijing("2026-12-31 23:59")) == "收〔2026〕3号"
    assert came(city.attentive, city.clerk, beijing("2027-01-01 00:01")) == "收〔2027〕1号"


# 初审不合格


def test_a_return_after_registration_marks_the_entry_and_its_number_stays(city, signed, entry):
    send_back(signed, by=city.clerk)
    entry.refresh_from_db()
    assert (entry.state, entry.review, entry.sent_back_at) == ("sent_back", "failed", AT_ELEVEN)
    assert Entry.objects.get(deed="incoming.sent_back").facts["number"] == "收〔2026〕1号"
    with pytest.raises(OutOfOrder, match="已经退回"):
        enter(signed, by=city.clerk, at=WEDNESDAY)


def test_sent_again_it_is_signed_for_and_registered_again_under_the_next_number(city, circular, signed, entry):
    send_back(signed, by=city.clerk)
    acknowledge(city.delivery(circular), by=city.sender, at=AT_ELEVEN)
    insist(city.delivery(circular), why="属于贵局职责", by=city.sender, at=AT_ELEVEN)
    again = city.delivery(circular)
    assert (again.registered_at, again.handled_at) == (None, None)
    again.open(by=city.clerk, at=WEDNESDAY)
    assert enter(city.sign(again, at=WEDNESDAY), by=city.clerk, at=WEDNESDAY).number == "收〔2026〕2号"
    assert [one.state for one in Incoming.objects.order_by("sequence")] == ["sent_back", "registered"]


def test_what_the_unit_has_handled_does_not_go_back_and_its_sender_sees_when(city, circular, signed, entry):
    entry.step(Incoming.State.HANDLED, "incoming.registered", by=city.clerk, at=WEDNESDAY)
    handled = city.delivery(circular)
    assert (handled.handled_at, entry.handled_at, handled.may_go_back) == (WEDNESDAY, WEDNESDAY, False)
    with pytest.raises(OutOfOrder, match="已办结"):
        send_back(signed, by=city.clerk, at=WEDNESDAY)
    assert city.delivery(circular).state == Delivery.State.SIGNED_FOR


# 纸质件和系统外来文


def test_a_copy_on_paper_is_registered_in_the_same_book_once_it_was_handed_over(city, circular):
    delivery = city.delivery(circular)
    copy = PaperCopy.objects.create(delivery=delivery, owed_from=MONDAY)
    with pytest.raises(OutOfOrder, match="还没有签收"):
        enter(delivery, by=city.clerk, at=AT_ELEVEN)
    copy.deliver(AT_TEN, "钱门卫", by=city.sender, at=AT_TEN)
    entry = enter(delivery, by=city.clerk, at=AT_ELEVEN)
    assert (entry.source, entry.number, entry.received_at) == ("paper", "收〔2026〕1号", AT_TEN)
    delivery.open(by=city.clerk, at=WEDNESDAY)
    with pytest.raises(AlreadyEntered):  # signed for as well when the fault is over, it stands there already
        enter(city.sign(city.delivery(circular), at=WEDNESDAY), by=city.clerk, at=WEDNESDAY)


def test_mail_from_outside_stands_in_the_same_book(city, entry):
    paper = Outside(sender="省应急管理厅", title=" 关于开展检查的函 ", number="陕应急函〔2026〕5号", urgency="urgent")
    came = enter_outside(city.attentive.pk, paper, received_at=AT_TEN, by=city.clerk, at=AT_ELEVEN)
    assert (came.number, came.title, came.sender_name) == ("收〔2026〕2号", "关于开展检查的函", "省应急管理厅")
    assert (came.document_number, came.is_timely, came.source) == ("陕应急函〔2026〕5号", None, "outside")
    came.send_back("不属于本单位职责", by=city.clerk, at=AT_ELEVEN)
    assert (came.state, came.sent_back_why) == ("sent_back", "不属于本单位职责")


@pytest.mark.parametrize(
    "typed, received_at, field",
    [
        ({"sender": " "}, AT_TEN, "sender"),
        ({"title": ""}, AT_TEN, "title"),
        ({"title": "长" * 256}, AT_TEN, "title"),
        ({"number": "长" * 61}, AT_TEN, "number"),
        ({"urgency": "soon"}, AT_TEN, "urgency"),
        ({}, WEDNESDAY, "received_at"),
    ],
)
def test_mail_that_cannot_be_is_refused_at_its_field(city, typed, received_at, field):
    paper = Outside(**{"sender": "省应急管理厅", "title": "关于开展检查的函"} | typed)
    with pytest.raises(ValidationError) as refused:
        enter_outside(city.attentive.pk, paper, received_at=received_at, by=city.clerk, at=AT_ELEVEN)
    assert list(refused.value.message_dict) == [field]
    assert not RegisterBook.objects.exists()


def test_who_registers_elsewhere_enters_nothing_here(city):
    with pytest.raises(PermissionDenied):
        enter_outside(city.attentive.pk, Outside("甲", "乙"), received_at=AT_TEN, by=city.late_clerk, at=AT_ELEVEN)
