"""再次发送: a new round has its own clock, the closed one stays whole, and no figure of its month changes (Articles 20, 22 and 28)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from circulars.clocks import ReasonMissing
from circulars.deliveries import Delivery, DeliveryRound, ReturnCode
from circulars.deliveries.rounds import KEPT
from circulars.dispatch import announce
from circulars.insisting import insist
from circulars.pages import Reference
from circulars.returns import acknowledge, leave
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from reports.lateness import Lateness, late_rows
from reports.months import Month
from reports.receipts import Issuers, month_figures
from tests.cast import BACK_AT_WORK, MONDAY
from tests.offices import beijing

SEPTEMBER, OCTOBER = Month(2026, 9), Month(2026, 10)
TUESDAY = beijing("2026-09-29 10:00")
TOO_LATE = beijing("2026-09-29 18:00:01")
END_OF_OCTOBER = beijing("2026-10-31 18:00")


def fresh(delivery):
    return Delivery.objects.get(pk=delivery.pk)


def back(city, delivery, *, at=TUESDAY):
    """The unit has sent it back, and the sender has signed for it."""
    delivery.send_back(code=ReturnCode.NOT_OURS, reason="应由住建局办理", by=city.clerk, at=at)
    acknowledge(delivery, by=city.sender, at=at)
    return fresh(delivery)


@pytest.fixture
def signed_and_back(city, circular):
    return back(city, city.sign(city.opened(circular), at=MONDAY + timedelta(hours=2)))


def figures(month, as_of=END_OF_OCTOBER):
    return {one.name: one for one in month_figures(month, as_of=as_of, issuers=Issuers.ALL)}


def test_the_closed_round_is_kept_whole_and_the_row_tells_of_the_new_one_alone(city, signed_and_back):
    before = {name: getattr(signed_and_back, name) for name in KEPT}
    insist(signed_and_back, why="三定方案第五条写明由贵局牵头", by=city.sender, at=TUESDAY)
    kept = DeliveryRound.objects.get(delivery=signed_and_back)
    assert {name: getattr(kept, name) for name in KEPT} == before
    assert (kept.insisted_at, kept.insisted_by, kept.insisted_why) == (
        TUESDAY,
        city.sender,
        "三定方案第五条写明由贵局牵头",
    )
    row = fresh(signed_and_back)
    assert (row.state, row.round, row.sent_at, row.is_open) == ("sent", 2, TUESDAY, True)
    assert row.due_at == beijing("2026-09-30 18:00")
    for name in ("opened_at", "signed_at", "signed_by", "returned_at", "acknowledged_at", "taken_minutes"):
        assert getattr(row, name) is None, name
    assert (row.return_code, row.return_reason, row.urges, row.relief) == ("", "", 0, "")


def test_the_new_round_remembers_nothing_of_the_old_one(city, signed_and_back):
    """Whatever the old round bore: a call, urges, a stand-in's signature, a fault that was not reported, a stop."""
    Delivery.objects.filter(pk=signed_and_back.pk).update(
        delivered_at=MONDAY, notified_at=MONDAY, unreachable_at=MONDAY, urges=3, urged_at=MONDAY, by_proxy=True, relief="fault",
        fault_unreported=True, stopped_from=MONDAY, stopped_until=TUESDAY,
    )  # fmt: skip
    insist(fresh(signed_and_back), why="应由贵局办理", by=city.sender, at=TUESDAY)
    row = fresh(signed_and_back)
    clock = {"round", "sent_at", "due_at", "warn_at", "window_minutes", "rules", "must_notify", "must_sign"}
    for name in sorted({*KEPT, "urged_at", "signing_key"} - clock):
        assert getattr(row, name) in (None, "", 0, False), name
    kept = DeliveryRound.objects.get()
    assert kept.unreachable_at == MONDAY
    assert (kept.notified_at, kept.urges, kept.relief, kept.fault_unreported) == (MONDAY, 3, "fault", True)


def test_the_units_clerks_are_told_again_and_only_once(city, signed_and_back, circular):
    announce(circular, at=MONDAY)
    insist(signed_and_back, why="应由贵局办理", by=city.sender, at=TUESDAY)
    announce(circular, at=TUESDAY)
    told = Message.objects.filter(person=city.clerk, key=f"delivery:{signed_and_back.pk}:2")
    assert [("再次发来" in message.text, "应由贵局办理" in message.text) for message in told] == [(True, True)]
    entry = Entry.objects.get(deed="delivery.insisted")
    assert (entry.facts["round"], entry.unit) == (2, city.attentive.pk)
    assert "应由贵局办理" not in entry.payload


def test_the_new_round_is_signed_for_like_any_other_and_may_come_back_again(city, signed_and_back):
    insist(signed_and_back, why="应由贵局办理", by=city.sender, at=TUESDAY)
    row = fresh(signed_and_back)
    row.open(by=city.clerk, at=TUESDAY)
    city.sign(row, at=TUESDAY + timedelta(minutes=20))
    row = back(city, fresh(row), at=TUESDAY + timedelta(minutes=30))
    insist(row, why="仍应由贵局办理", by=city.sender, at=TUESDAY + timedelta(hours=1))
    assert [kept.round for kept in row.rounds.all()] == [1, 2]
    assert fresh(row).round == 3


@pytest.mark.parametrize(
    "urgency, at, due, must_notify",
    [
        ("urgent", "2026-10-08 09:00", "2026-10-08 09:30", False),
        ("urgent", "2026-10-08 20:00", "2026-10-08 22:00", True),
        ("extra_urgent", "2026-10-08 09:00", "2026-10-08 09:30", True),
        ("normal", "2026-10-08 09:00", "2026-10-09 18:00", False),
    ],
)
def test_the_new_clock_is_that_of_the_moment_of_insisting(city, urgency, at, due, must_notify):
    delivery = back(city, city.opened(city.sent(urgency=urgency)))
    insist(delivery, why="应由贵局办理", by=city.sender, at=beijing(at))
    row = fresh(delivery)
    assert (row.due_at, row.must_notify) == (beijing(due), must_notify)


def test_an_ordinary_paper_off_duty_needs_a_reason_of_its_own(city, signed_and_back):
    night = beijing("2026-09-29 22:10")
    with pytest.raises(ReasonMissing, match="第二十一条"):
        insist(signed_and_back, why="应由贵局办理", by=city.sender, at=night)
    assert fresh(signed_and_back).state == "returned"
    insist(signed_and_back, why="应由贵局办理", off_hours_reason="明早开会要用", by=city.sender, at=night)
    kept = DeliveryRound.objects.get()
    assert kept.insisted_why == "应由贵局办理（非工作时间发送：明早开会要用）"


def test_insisting_twice_is_refused_the_second_time(city, signed_and_back):
    insist(signed_and_back, why="应由贵局办理", by=city.sender, at=TUESDAY)
    with pytest.raises(OutOfOrder, match="已由陈立新办理：再次发送"):
        insist(signed_and_back, why="应由贵局办理", by=city.sender, at=TUESDAY)
    assert DeliveryRound.objects.count() == 1


def test_nobody_insists_without_right_reason_or_signature_or_on_what_was_left(city, circular):
    delivery = city.opened(circular)
    delivery.send_back(code=ReturnCode.NOT_OURS, reason="", by=city.clerk, at=MONDAY)
    with pytest.raises(OutOfOrder, match="请先签收退文"):
        insist(delivery, why="应由贵局办理", by=city.sender, at=TUESDAY)
    acknowledge(delivery, by=city.sender, at=TUESDAY)
    for who in (city.drafter, city.department_reviewer, city.stranger):
        with pytest.raises(PermissionDenied):
            insist(delivery, why="应由贵局办理", by=who, at=TUESDAY)
    with pytest.raises(ValidationError):
        insist(delivery, why=" ", by=city.sender, at=TUESDAY)
    leave(delivery, why="改由住建局办理", by=city.sender, at=TUESDAY)
    with pytest.raises(OutOfOrder, match="不再发送"):
        insist(delivery, why="应由贵局办理", by=city.sender, at=TUESDAY)
    assert not DeliveryRound.objects.exists()


def test_a_closed_round_is_not_changed_any_more(city, signed_and_back):
    insist(signed_and_back, why="应由贵局办理", by=city.sender, at=TUESDAY)
    for change in ({"signed_at": MONDAY}, {"urges": 9}):
        with pytest.raises(DatabaseError), transaction.atomic():
            DeliveryRound.objects.update(**change)


def test_what_was_annulled_meanwhile_is_not_sent_again(city, circular, signed_and_back):
    reference = Reference(relation="annuls", title=circular.title, number=circular.number, circular=circular)
    notice = city.registered(title="关于作废旧通知的通知", references=[reference])
    city.dispatch(notice)
    with pytest.raises(OutOfOrder, match=f"已由 {notice.number} 作废，不能再发送"):
        insist(signed_and_back, why="应由贵局办理", by=city.sender, at=TUESDAY)
    assert not DeliveryRound.objects.exists()


# The figures of a month


def test_the_figures_of_september_stay_what_they_were_when_the_sender_insists_in_october(city, signed_and_back):
    before = figures(SEPTEMBER)
    insist(signed_and_back, why="应由贵局办理", by=city.sender, at=BACK_AT_WORK)
    assert figures(SEPTEMBER) == before
    one = before["市公安局"]
    assert (one.required, one.on_time, one.returned, one.normal_signed) == (1, 1, 1, 1)
    october = figures(OCTOBER)["市公安局"]
    assert (october.required, october.unsigned, october.on_time) == (1, 1, 0)
    assert "市公安局" not in figures(OCTOBER, as_of=BACK_AT_WORK - timedelta(minutes=1))


def test_two_rounds_of_one_month_are_two_receipts_of_it(city, signed_and_back):
    insist(signed_and_back, why="应由贵局办理", by=city.sender, at=TUESDAY)
    one = figures(SEPTEMBER)["市公安局"]
    assert (one.required, one.on_time, one.unsigned) == (2, 1, 1)


def test_a_late_signing_stays_on_the_list_after_a_new_round_has_begun(city, circular):
    delivery = back(city, city.sign(city.opened(circular), at=TOO_LATE), at=beijing("2026-09-30 09:00"))
    before = late_rows(SEPTEMBER, as_of=END_OF_OCTOBER, issuers=Issuers.ALL)
    insist(delivery, why="应由贵局办理", by=city.sender, at=BACK_AT_WORK)
    after = late_rows(SEPTEMBER, as_of=END_OF_OCTOBER, issuers=Issuers.ALL)
    assert after == before
    assert [(row.unit_name, row.lateness) for row in after] == [
        ("市公安局", Lateness.LATE),
        ("市住建局", Lateness.UNSIGNED),
    ]


def test_an_unsigned_late_return_stays_on_the_list_too(city, circular):
    delivery = back(city, city.opened(circular), at=beijing("2026-09-30 09:00"))
    insist(delivery, why="应由贵局办理", by=city.sender, at=BACK_AT_WORK)
    row = late_rows(SEPTEMBER, as_of=END_OF_OCTOBER, issuers=Issuers.ALL)[0]
    assert (row.lateness, row.remark) == (Lateness.RETURNED_LATE, "退回：应由住建局办理")
