"""撤回: while nobody has signed the whole circular is taken back; afterwards only a notice corrects it (Article 20)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.people import Post
from circulars.access import legible, received, trackable
from circulars.deliveries import Delivery, ReturnCode
from circulars.dispatch import announce, sweep_unannounced
from circulars.insisting import insist
from circulars.papercopies import PaperCopy
from circulars.recalling import NotRecallable, recall
from circulars.registration import Circular
from circulars.returns import acknowledge, leave
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from reports.oversight import latest_circulars, paper_owed
from tests.cast import MONDAY

AN_HOUR_LATER = MONDAY + timedelta(hours=1)
WHY = "附件发错"


@pytest.fixture
def recalled(city, circular):
    announce(circular, at=MONDAY)
    recall(circular, reason=WHY, by=city.sender, at=AN_HOUR_LATER)
    return Circular.objects.get(pk=circular.pk)


def test_a_recall_takes_every_delivery_back_and_says_who_when_and_why(city, recalled):
    assert (recalled.state, recalled.recalled_at, recalled.recalled_by, recalled.recall_reason) == (
        "recalled",
        AN_HOUR_LATER,
        city.sender,
        WHY,
    )
    assert {(row.state, row.recalled_at) for row in recalled.deliveries.all()} == {("recalled", AN_HOUR_LATER)}
    assert Entry.objects.get(deed="circular.recalled").unit == city.office.pk
    assert Entry.objects.get(deed="deliveries.recalled").facts["count"] == 3
    assert not Entry.objects.filter(deed__contains="recalled", payload__contains=WHY).exists()


def test_the_clerks_who_were_told_of_it_are_told_that_it_is_gone(city, recalled):
    told = Message.objects.filter(key__startswith="recalled:")
    assert sorted(told.values_list("person__name", flat=True)) == ["何迟", "孙早", "孙晚"]
    assert all(WHY in message.text for message in told)


def test_who_was_told_and_serves_there_no_more_learns_of_the_recall_too(city, circular):
    announce(circular, at=MONDAY)
    Post.objects.get(person=city.second_clerk).leave(by=None, at=MONDAY)
    recall(circular, reason=WHY, by=city.sender, at=AN_HOUR_LATER)
    told = Message.objects.filter(key__startswith="recalled:")
    assert sorted(told.values_list("person__name", flat=True)) == ["何迟", "孙早", "孙晚"]


def test_the_receiving_unit_reads_it_no_more_while_the_secretariat_and_the_issuer_see_the_record(city, recalled):
    assert not legible(city.clerk).filter(circular=recalled).exists()
    assert recalled in trackable(city.secretary)
    assert received(city.clerk).recalled().exists()
    assert [circular.pk for circular in latest_circulars(city.office.area)] == [recalled.pk]


def test_nothing_is_owed_urged_or_counted_for_it_any_more(city, recalled):
    assert not Delivery.objects.open().exists()
    assert not PaperCopy.objects.owed().exists()
    assert not paper_owed(city.office.area)
    copy = PaperCopy.objects.get()
    with pytest.raises(OutOfOrder, match="已经撤回"):
        copy.deliver(MONDAY, "钱门卫", by=city.sender, at=AN_HOUR_LATER)


def test_a_notice_that_was_lost_with_its_task_is_not_given_after_a_recall(city, circular):
    recall(circular, reason=WHY, by=city.sender, at=AN_HOUR_LATER)
    sweep_unannounced(AN_HOUR_LATER)
    announce(circular, at=AN_HOUR_LATER)
    assert not Message.objects.filter(key__startswith="delivery:").exists()


def test_its_number_stays_taken(city, recalled):
    assert city.registered().number == "延政办发〔2026〕24号"


def test_once_somebody_has_signed_a_notice_is_the_way(city, circular):
    city.sign(city.opened(circular))
    with pytest.raises(NotRecallable, match=r"市公安局已经签收.*更正通知或者作废通知"):
        recall(circular, reason=WHY, by=city.sender, at=AN_HOUR_LATER)
    assert city.delivery(circular, city.late).is_open


def test_a_signature_in_an_earlier_round_or_on_what_came_back_counts(city, circular):
    delivery = city.sign(city.opened(circular))
    delivery.send_back(code=ReturnCode.NOT_OURS, reason="", by=city.clerk, at=MONDAY)
    with pytest.raises(NotRecallable):
        recall(circular, reason=WHY, by=city.sender, at=AN_HOUR_LATER)
    acknowledge(delivery, by=city.sender, at=MONDAY)
    insist(delivery, why="应由贵局办理", by=city.sender, at=MONDAY)
    with pytest.raises(NotRecallable, match="市公安局"):
        recall(circular, reason=WHY, by=city.sender, at=AN_HOUR_LATER)


def test_a_copy_on_paper_that_was_handed_over_stands_in_the_way(city, circular):
    PaperCopy.objects.get().deliver(MONDAY, "钱门卫", by=city.sender, at=AN_HOUR_LATER)
    with pytest.raises(NotRecallable, match="纸质件已经送达"):
        recall(circular, reason=WHY, by=city.sender, at=AN_HOUR_LATER)


def test_what_came_back_unsigned_does_not_stand_in_the_way_and_is_not_sent_again(city, circular):
    delivery = city.opened(circular)
    delivery.send_back(code=ReturnCode.INCOMPLETE, reason="", by=city.clerk, at=MONDAY)
    assert recall(circular, reason=WHY, by=city.sender, at=AN_HOUR_LATER) == 2
    acknowledge(delivery, by=city.sender, at=AN_HOUR_LATER)
    with pytest.raises(OutOfOrder, match="已撤回，不能再次发送"):
        insist(delivery, why="应由贵局办理", by=city.sender, at=AN_HOUR_LATER)
    leave(delivery, why="已撤回", by=city.sender, at=AN_HOUR_LATER)


def test_a_recall_is_made_once_with_a_reason_by_who_sends(city, circular):
    for who in (city.drafter, city.stranger, city.department_reviewer, city.clerk):
        with pytest.raises(PermissionDenied):
            recall(circular, reason=WHY, by=who, at=AN_HOUR_LATER)
    for reason in ("", "  ", "长" * 301):
        with pytest.raises(ValidationError):
            recall(circular, reason=reason, by=city.sender, at=AN_HOUR_LATER)
    stale = Circular.objects.get(pk=circular.pk)
    recall(circular, reason=WHY, by=city.sender, at=AN_HOUR_LATER)
    with pytest.raises(OutOfOrder):
        recall(stale, reason=WHY, by=city.sender, at=AN_HOUR_LATER)
    assert Entry.objects.filter(deed="circular.recalled").count() == 1


def test_what_was_never_sent_is_not_recalled(city):
    with pytest.raises(OutOfOrder):
        recall(city.registered(), reason=WHY, by=city.sender, at=AN_HOUR_LATER)
