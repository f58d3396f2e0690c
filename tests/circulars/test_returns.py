"""退文: what comes back before and after signing, who must act next, and what the sender does once it has signed for it (Article 20)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.people import take_post
from accounts.roles import Role
from circulars.deliveries import NEXT_STEPS, Delivery, Party, ReturnCode
from circulars.demands.drafting import drafted
from circulars.elements import errors
from circulars.origins import Origin
from circulars.returns import ReturnOutcome, acknowledge, correct, decided, leave, outcome_of, to_decide
from circulars.snapshots import facts_about, snapshot_of
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from tests.answers import sent_with_form
from tests.cast import MONDAY, attached

AN_HOUR_LATER = MONDAY + timedelta(hours=1)
AFTER_SIGNING = {ReturnCode.WRONG_RECIPIENT, ReturnCode.CANNOT_OPEN, ReturnCode.SEAL_INVALID}


def fresh(delivery):
    return Delivery.objects.get(pk=delivery.pk)


@pytest.fixture
def returned(city, circular):
    delivery = city.opened(circular)
    delivery.send_back(code=ReturnCode.INCOMPLETE, reason="缺附件2", by=city.clerk, at=MONDAY)
    return delivery


@pytest.fixture
def acknowledged(city, returned):
    acknowledge(returned, by=city.sender, at=AN_HOUR_LATER)
    return fresh(returned)


# Sending back


@pytest.mark.parametrize("code", sorted(set(ReturnCode) - {ReturnCode.OTHER}))
def test_after_signing_only_what_a_first_review_finds_sends_a_paper_back(city, circular, code):
    delivery = city.sign(city.opened(circular))
    if code in AFTER_SIGNING:
        with pytest.raises(ValidationError):
            delivery.send_back(code=code, reason="", by=city.clerk, at=AN_HOUR_LATER)
        assert fresh(delivery).state == "signed_for"
        return
    delivery.send_back(code=code, reason="", by=city.second_clerk, at=AN_HOUR_LATER)
    kept = fresh(delivery)
    assert (kept.state, kept.signed_at, kept.signed_by) == ("returned", MONDAY, city.clerk)
    assert (kept.returned_at, kept.returned_by) == (AN_HOUR_LATER, city.second_clerk)
    assert not kept.is_late


def test_every_reason_says_who_must_act_next_and_how():
    assert set(NEXT_STEPS) == set(ReturnCode)
    assert NEXT_STEPS[ReturnCode.CANNOT_OPEN].party == Party.RECEIVER
    assert all(step.what for step in NEXT_STEPS.values())


def test_both_sides_are_told_what_came_back_and_whose_turn_it_is(city, returned):
    to_sender, to_unit = (Message.objects.get(key__startswith=key) for key in ("sent-back", "returned:"))
    assert (to_sender.person, to_unit.person) == (city.sender, city.second_clerk)
    for message in (to_sender, to_unit):
        for said in ("缺附件2", "延政办发〔2026〕23号", "下一步由发文单位办理", NEXT_STEPS[ReturnCode.INCOMPLETE].what):
            assert said in message.text
    assert to_sender.link == f"/returns/{returned.pk}/"


def test_who_sends_back_what_was_signed_for_meanwhile_is_told(city, circular):
    delivery = city.opened(circular)
    slow = fresh(delivery)
    city.sign(delivery)
    with pytest.raises(OutOfOrder, match=r"刚由孙早签收.*初审不合格"):
        slow.send_back(code=ReturnCode.NOT_OURS, reason="", by=city.second_clerk, at=MONDAY)
    assert fresh(delivery).state == "signed_for"


# Signing for what came back


def test_the_sender_signs_for_the_return_once(city, returned):
    for at in (AN_HOUR_LATER, AN_HOUR_LATER + timedelta(minutes=1)):
        acknowledge(fresh(returned), by=city.sender, at=at)
    kept = fresh(returned)
    assert (kept.acknowledged_by, kept.acknowledged_at) == (city.sender, AN_HOUR_LATER)
    assert Entry.objects.get(deed="return.acknowledged").unit == city.attentive.pk
    told = Message.objects.filter(key__startswith="acknowledged:").values_list("person__name", flat=True)
    assert sorted(told) == ["孙早", "孙晚"]


def test_a_second_sender_is_told_who_signed_for_it(city, returned):
    take_post(city.registrar, city.office, Role.SENDER, by=None, at=MONDAY)
    late = fresh(returned)
    acknowledge(returned, by=city.sender, at=AN_HOUR_LATER)
    with pytest.raises(OutOfOrder, match="已由陈立新于9月28日 10:00签收"):
        acknowledge(late, by=city.registrar, at=AN_HOUR_LATER)


def test_the_drafter_learns_that_a_correction_may_be_due(city, acknowledged):
    told = Message.objects.get(key__startswith="return-to-correct")
    assert (told.person, told.link) == (city.drafter, f"/returns/{acknowledged.pk}/")


@pytest.mark.parametrize("who", ["drafter", "clerk", "stranger", "department_reviewer", "secretary"])
def test_nobody_else_signs_for_it(city, returned, who):
    with pytest.raises(PermissionDenied):
        acknowledge(returned, by=getattr(city, who), at=AN_HOUR_LATER)
    assert fresh(returned).acknowledged_at is None


def test_what_did_not_come_back_is_not_signed_for(city, circular):
    with pytest.raises(OutOfOrder, match="没有待签收的退文"):
        acknowledge(city.delivery(circular), by=city.sender, at=MONDAY)


def test_the_lists_follow_the_return_from_hand_to_hand(city, returned):
    rows = Delivery.objects.returned()
    assert (list(rows.to_acknowledge()), list(to_decide(rows)), list(decided(rows))) == ([returned], [], [])
    acknowledge(returned, by=city.sender, at=AN_HOUR_LATER)
    assert (list(rows.to_acknowledge()), list(to_decide(rows)), list(decided(rows))) == ([], [returned], [])
    leave(returned, why="确系重复", by=city.sender, at=AN_HOUR_LATER)
    assert (list(rows.to_acknowledge()), list(to_decide(rows)), list(decided(rows))) == ([], [], [returned])


# Leaving it


def test_the_sender_leaves_it_with_a_reason_and_the_unit_knows(city, acknowledged):
    leave(acknowledged, why=" 改由市住建局办理 ", by=city.sender, at=AN_HOUR_LATER)
    outcome = outcome_of(acknowledged)
    assert (outcome.kind, outcome.reason, outcome.by) == ("left", "改由市住建局办理", city.sender)
    assert "改由市住建局办理" in Message.objects.filter(key__startswith="return-left").first().text
    assert Entry.objects.filter(deed="return.left").count() == 1
    with pytest.raises(OutOfOrder, match="已由陈立新办理：不再发送"):
        leave(acknowledged, why="再一次", by=city.sender, at=AN_HOUR_LATER)
    assert ReturnOutcome.objects.count() == 1


def test_nothing_is_decided_before_the_return_is_signed_for_or_without_a_reason(city, returned):
    with pytest.raises(OutOfOrder, match="请先签收退文"):
        leave(returned, why="重复", by=city.sender, at=MONDAY)
    acknowledge(returned, by=city.sender, at=MONDAY)
    for why in (" ", "长" * 301):
        with pytest.raises(ValidationError):
            leave(returned, why=why, by=city.sender, at=MONDAY)
    with pytest.raises(PermissionDenied):
        leave(returned, why="重复", by=city.drafter, at=MONDAY)
    assert not ReturnOutcome.objects.exists()


# Correcting it


@pytest.fixture
def draft(city, acknowledged):
    return correct(acknowledged, key=uuid4(), by=city.drafter, at=AN_HOUR_LATER)


def test_the_correction_is_a_draft_that_refers_to_the_paper_and_goes_to_the_unit(city, acknowledged, draft):
    text = draft.get_latest_revision_as_object()
    assert text.title == acknowledged.circular.title
    assert list(text.primary_units.all()) == [city.attentive]
    (reference,) = text.references.all()
    assert (reference.relation, reference.circular) == ("reissues", acknowledged.circular)
    assert draft.origin.kind == Origin.Kind.REISSUED
    assert "市公安局退回" in draft.origin.account
    snapshot = snapshot_of(text)
    assert not errors(snapshot, facts_about(snapshot))


def test_the_same_press_is_one_draft_and_another_hand_is_told(city, acknowledged):
    key = uuid4()
    first, second = (correct(acknowledged, key=key, by=city.drafter, at=AN_HOUR_LATER) for _ in range(2))
    assert first == second
    with pytest.raises(OutOfOrder, match="已由王文静办理：另行更正"):
        correct(acknowledged, key=uuid4(), by=city.drafter, at=AN_HOUR_LATER)
    assert Entry.objects.filter(deed="return.corrected").count() == 1


def test_the_form_for_answers_comes_along_into_the_correction_without_its_last_day(city):
    circular = sent_with_form(city, sign=False)
    delivery = city.opened(circular)
    delivery.send_back(code=ReturnCode.INCOMPLETE, reason="缺附件2", by=city.clerk, at=MONDAY)
    acknowledge(delivery, by=city.sender, at=AN_HOUR_LATER)
    page = correct(fresh(delivery), key=uuid4(), by=city.drafter, at=AN_HOUR_LATER)
    assert drafted(page) == drafted(circular.page) | {"due_on": None}


def test_a_draft_that_was_thrown_away_leaves_the_return_to_be_decided_again(city, acknowledged, draft):
    draft.delete()
    assert outcome_of(acknowledged) is None
    leave(acknowledged, why="不再更正", by=city.sender, at=AN_HOUR_LATER)


def test_who_does_not_draft_for_the_unit_corrects_nothing(city, acknowledged):
    for who in (city.sender, city.department_drafter, city.stranger):
        with pytest.raises(PermissionDenied):
            correct(acknowledged, key=uuid4(), by=who, at=AN_HOUR_LATER)


def test_files_of_the_paper_come_along(city):
    delivery = city.opened(city.sent(attachments=attached()))
    delivery.send_back(code=ReturnCode.FORMAT_ERROR, reason="", by=city.clerk, at=MONDAY)
    acknowledge(delivery, by=city.sender, at=MONDAY)
    draft = correct(delivery, key=uuid4(), by=city.drafter, at=MONDAY).get_latest_revision_as_object()
    assert [row.title for row in draft.attachments.all()] == ["值班表"]
