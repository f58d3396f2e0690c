"""传阅 inside the unit: in order or at once, no omission, and where the paper is (Article 19; regulation art. 24(5))."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from circulars.circulation.acts import add_readers, circulate, mark_read, possible_readers, skip
from circulars.circulation.record import Circulation, Reader, ReaderEnd
from circulars.deliveries import Delivery
from circulars.handling.closing import finish
from circulars.handling.instructing import instruct
from circulars.handling.levels import Levels, set_levels
from circulars.handling.opening import propose
from circulars.handling.seen import papers_of, to_do, to_read
from circulars.incoming import Incoming, Kind
from circulars.reasons import Marked
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from tests.inhand import AT_ELEVEN, AT_TEN, registered, staff, work

LATER = AT_ELEVEN + timedelta(hours=1)
PURPOSE = "请阅知值班要求。"


@pytest.fixture
def city(city):
    return staff(city)


@pytest.fixture
def paper(city, circular):
    return registered(city, circular, kind=Kind.INFORMATION)


def round_of(city, paper, *keys, in_order=True, by=None):
    people = [getattr(city, key) for key in keys]
    return circulate(paper, people, in_order=in_order, purpose=PURPOSE, by=by or city.clerk, at=AT_TEN)


def reader(city, key):
    return Reader.objects.get(person=getattr(city, key))


def read(city, key, remark="", at=AT_ELEVEN):
    mark_read(reader(city, key), remark, by=getattr(city, key), at=at)


def where(paper):
    rows = Reader.objects.filter(circulation__incoming=paper).waiting().reached().order_by("place")
    return [str(row.person) for row in rows]


def on_record():
    models = (Circulation, Reader, ReaderEnd, Incoming, Delivery, Entry, Message)
    return [list(model.objects.order_by("pk").values()) for model in models]


def refused(what, why, act):
    before = on_record()
    with pytest.raises(what, match=why):
        act()
    assert on_record() == before


def test_in_order_it_lies_with_one_reader_after_the_other_and_ends_with_the_last(city, paper):
    round_of(city, paper, "leader", "head", "reader")
    assert Incoming.objects.get().state == "circulating"
    assert where(paper) == ["高建国"]
    assert [*to_read(city.leader)] == [paper]
    assert not to_read(city.head)
    assert paper not in papers_of(city.head)
    refused(OutOfOrder, "还没有传到您这里", lambda: read(city, "head"))
    read(city, "leader", "请治安科注意。")
    assert where(paper) == ["丁科"]
    assert paper in papers_of(city.head)
    assert not to_read(city.leader)
    assert Message.objects.filter(person=city.head, text__contains=PURPOSE).exists()
    read(city, "head")
    assert Incoming.objects.get().state == "circulating", "no reader is left out"
    read(city, "reader", at=LATER)
    kept = Incoming.objects.get()
    assert (kept.state, kept.handled_at) == ("handled", LATER)
    assert Delivery.objects.get(pk=paper.delivery_id).handled_at == LATER
    assert Message.objects.filter(person=city.clerk, text__contains="传阅完毕").exists()
    assert paper in papers_of(city.head), "who has read it finds it again"


def test_at_once_it_lies_with_all_of_them(city, paper):
    round_of(city, paper, "leader", "head", in_order=False)
    assert where(paper) == ["高建国", "丁科"]
    read(city, "head")
    read(city, "leader")
    assert Incoming.objects.get().state == "handled"
    entries = Entry.objects.filter(deed__startswith="circulation.")
    assert {entry.circular for entry in entries} == {None}
    assert [*entries.order_by("pk").values_list("deed", flat=True)] == [
        "circulation.begun",
        "circulation.read",
        "circulation.read",
        "circulation.ended",
    ]


def test_it_stays_among_the_unit_s_own_people(city, paper):
    assert [str(person) for person, _ in possible_readers(city.attentive)] == [
        "高建国", "己阅", "高正", "丁科", "丁一", "戊科",
    ]  # fmt: skip
    for key in ("late_clerk", "drafter", "stranger", "nobody", "clerk"):
        refused(ValidationError, "传阅不出本单位", lambda key=key: round_of(city, paper, "leader", key))


def test_what_cannot_be_is_refused_with_a_sentence_and_nothing_changes(city, paper):
    def begin(**changes):
        given = {"in_order": True, "purpose": PURPOSE, "by": city.clerk, "at": AT_TEN} | changes
        return lambda: circulate(paper, given.pop("readers", [city.leader]), **given)

    refused(PermissionDenied, "收发员或者领导", begin(by=city.head))
    refused(PermissionDenied, "收发员或者领导", begin(by=city.late_clerk))
    refused(ValidationError, "请选择传阅人", begin(readers=[]))
    refused(ValidationError, "每人一次", begin(readers=[city.head, city.head]))
    refused(ValidationError, "传阅说明", begin(purpose=" "))
    refused(Marked, "密级标志", begin(purpose="秘密★10年"))
    begin(readers=[city.leader, city.reader])()
    refused(OutOfOrder, "正在传阅", begin())
    refused(PermissionDenied, "本人阅", lambda: mark_read(reader(city, "leader"), "", by=city.head, at=AT_TEN))
    refused(Marked, "密级标志", lambda: read(city, "leader", "绝密★"))
    refused(ValidationError, "跳过的原因", lambda: skip(reader(city, "leader"), "", by=city.clerk, at=AT_TEN))
    refused(PermissionDenied, "收发员或者领导", lambda: skip(reader(city, "leader"), "出差", by=city.head, at=AT_TEN))
    read(city, "leader")
    refused(OutOfOrder, "高建国已于", lambda: read(city, "leader"))
    read(city, "reader")
    round_ = Circulation.objects.get()
    refused(OutOfOrder, "已办结", lambda: add_readers(round_, [city.head], by=city.clerk, at=LATER))


def test_readers_are_added_later_after_those_who_were_there(city, paper):
    round_ = round_of(city, paper, "leader")
    refused(ValidationError, "已在传阅名单", lambda: add_readers(round_, [city.leader], by=city.clerk, at=AT_ELEVEN))
    refused(ValidationError, "不出本单位", lambda: add_readers(round_, [city.drafter], by=city.clerk, at=AT_ELEVEN))
    add_readers(round_, [city.head], by=city.leader, at=AT_ELEVEN)
    assert where(paper) == ["高建国"]
    read(city, "leader")
    assert where(paper) == ["丁科"]


def test_an_absent_reader_is_passed_over_with_the_reason_and_sees_it_no_more(city, paper):
    round_of(city, paper, "leader", "head")
    skip(reader(city, "leader"), "出国考察", by=city.clerk, at=AT_ELEVEN)
    assert where(paper) == ["丁科"]
    refused(OutOfOrder, "孙早跳过：出国考察", lambda: read(city, "leader"))
    refused(OutOfOrder, "孙早跳过", lambda: skip(reader(city, "leader"), "又", by=city.clerk, at=LATER))
    skip(reader(city, "head"), "培训", by=city.clerk, at=LATER)
    assert Incoming.objects.get().state == "handled"
    assert not papers_of(city.head)


def test_what_somebody_read_is_kept_as_it_was(city, paper):
    round_of(city, paper, "leader", "head")
    read(city, "leader", "阅。")
    for change in ({"at": LATER}, {"by": city.head.pk}, {"kind": "skipped"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            ReaderEnd.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReaderEnd.objects.all().delete()


def test_a_paper_that_is_worked_on_and_goes_round_is_handled_when_both_are_done(city, circular):
    paper = registered(city, circular)
    propose(paper, "建议治安科办。", work(city.order), by=city.clerk, at=AT_TEN)
    instruct(paper, "同意，并送局领导传阅。", work(city.order), seen=None, by=city.leader, at=AT_TEN)
    round_of(city, paper, "unit_principal", "reader", in_order=False)
    assert Incoming.objects.get().state == "circulating"
    assert [*to_do(city.head)] == [paper]
    read(city, "reader")
    finish(paper, "已办。", by=city.head, at=AT_ELEVEN)
    assert (Incoming.objects.get().state, to_do(city.head).count()) == ("circulating", 0)
    read(city, "unit_principal", at=LATER)
    assert Incoming.objects.get().handled_at == LATER


def test_a_paper_for_action_that_went_round_first_waits_for_the_clerk_s_proposal(city, circular):
    paper = registered(city, circular)
    round_of(city, paper, "leader")
    read(city, "leader", "请办公室拟办。")
    assert Incoming.objects.get().state == "in_handling"
    assert [*to_do(city.clerk)] == [paper]


def test_a_unit_that_circulates_nothing_closes_papers_for_information_at_the_clerk_and_what_goes_round_is_read(
    city, paper
):
    """From the day on; what was begun before goes on, and may be lengthened, and a paper in handling keeps its own steps."""
    acted_on = registered(city, city.sent())
    propose(acted_on, "建议办。", work(city.order), by=city.clerk, at=AT_TEN)
    round_ = round_of(city, paper, "leader", "head")
    fresh = registered(city, city.sent(), kind=Kind.INFORMATION)
    levels = Levels(True, True, True, circulation=False)
    row = set_levels(city.attentive, levels, start_on=AT_TEN.date(), by=city.clerk, at=AT_TEN)
    assert str(row.levels) == "拟办、批示、承办、办结"

    refused(OutOfOrder, "不用传阅", lambda: round_of(city, fresh, "leader"))
    finish(fresh, "已阅。", by=city.clerk, at=AT_ELEVEN)
    assert Incoming.objects.get(pk=fresh.pk).state == "handled"

    add_readers(round_, [city.reader], by=city.clerk, at=AT_ELEVEN)
    for key in ("leader", "head", "reader"):
        read(city, key)
    assert Incoming.objects.get(pk=paper.pk).state == "handled"
    assert round_of(city, acted_on, "leader").ended_at is None
