"""Texts that still wait when nobody needs them any more, or that wait too long, are not sent (Articles 20 and 21)."""

from datetime import timedelta

import pytest

from accounts.people import User
from circulars.chasing import urge
from circulars.deliveries import ReturnCode
from circulars.insisting import insist
from circulars.notices import Notice
from circulars.noticing import sweep_notices
from circulars.phonelist import lines_of
from circulars.purging import block
from circulars.recalling import recall
from circulars.returns import acknowledge
from cms.textmessages import USEFUL_FOR, TextMessage, hand_over
from tests.cast import MONDAY
from tests.circulars.notices import FIVE_PAST, TEN_PAST, number_everybody

DUE = MONDAY + timedelta(minutes=30)


@pytest.fixture
def out(settings, tmp_path):
    """A folder carried across the gap; what lies there was handed over."""
    settings.SMS = {"folder": str(tmp_path)}
    return tmp_path / "out"


@pytest.fixture
def texted(city, out):
    """An extra urgent circular of nine o'clock, due at half past; a text waits for each of the attentive unit's two clerks."""
    number_everybody(city)
    return city.sent(urgency="extra_urgent")


def waiting():
    return TextMessage.objects.filter(state="waiting")


def handed_over(out, at):
    hand_over(at)
    return sorted(path.stem for path in out.glob("*.json")) if out.exists() else []


def test_at_the_signing_no_text_of_the_unit_waits_any_more(city, texted, out):
    urge(texted, text="请立即签收。", by=city.sender, at=FIVE_PAST)
    assert waiting().count() == 4
    city.sign(city.opened(texted), at=TEN_PAST)
    assert not waiting().exists()
    assert set(TextMessage.objects.values_list("state", "said")) == {("failed", "公文已经签收、退回或撤回，不再发送")}
    assert handed_over(out, TEN_PAST) == []


def test_at_the_return_too_and_the_new_round_has_texts_of_its_own(city, texted, out):
    delivery = city.opened(texted)
    delivery.send_back(code=ReturnCode.NOT_OURS, reason="", by=city.clerk, at=FIVE_PAST)
    assert not waiting().exists()
    acknowledge(delivery, by=city.sender, at=FIVE_PAST)
    insist(delivery, why="应由贵局办理", by=city.sender, at=TEN_PAST)
    assert waiting().count() == 2
    assert len(handed_over(out, TEN_PAST)) == 2


def test_at_the_recall_no_text_of_the_circular_waits_any_more(city, texted, out):
    urge(texted, text="请立即签收。", by=city.sender, at=FIVE_PAST)
    recall(texted, reason="发错", by=city.sender, at=TEN_PAST)
    assert not waiting().exists()
    assert handed_over(out, TEN_PAST) == []


def test_nor_when_it_is_blocked(city, texted, out):
    block(texted.page, reason="市保密局来函要求封存。", by=city.secretary, at=FIVE_PAST)
    assert not waiting().exists()


def test_a_signing_that_is_refused_withdraws_nothing(city, texted):
    other = city.delivery(texted)
    with pytest.raises(Exception, match="请先打开"):
        city.sign(other)
    assert waiting().count() == 2


def test_what_another_unit_still_needs_is_sent(city, out):
    for who in (city.clerk, city.late_clerk):
        User.objects.filter(pk=who.pk).update(mobile="13800000001")
    circular = city.sent(urgency="extra_urgent")
    city.sign(city.opened(circular), at=FIVE_PAST)
    assert len(handed_over(out, TEN_PAST)) == 1


def test_from_the_due_time_on_a_text_that_names_it_is_not_sent_and_the_unit_is_rung_up(city, texted, out):
    assert handed_over(out, DUE) == []
    sweep_notices(DUE)
    assert set(Notice.objects.values_list("result", flat=True)) == {"failed"}
    assert [line.delivery.unit_name for line in lines_of(texted, DUE) if line.must_be_called] == [
        "市公安局",
        "市住建局",
    ]


def test_just_before_the_due_time_it_is(city, texted, out):
    assert len(handed_over(out, DUE - timedelta(seconds=1))) == 2


def test_an_urge_or_a_text_without_a_due_time_is_not_sent_when_it_has_waited_for_two_hours(city, texted, out):
    urge(texted, text="请立即签收。", by=city.sender, at=TEN_PAST)
    assert waiting().count() == 4
    assert handed_over(out, TEN_PAST + USEFUL_FOR + timedelta(seconds=1)) == []
    assert not waiting().exists()
