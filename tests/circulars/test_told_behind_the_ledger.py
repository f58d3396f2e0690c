"""A unit that is made to have been told, or not to be reached, so that another answers for the delay: ``verify`` names it (Articles 21, 24 and 28)."""

import pytest

from circulars.deliveries import Delivery
from circulars.noticechecks import check_calls, check_told
from circulars.notices import Notice
from tests.cast import MONDAY
from tests.circulars.notices import FIVE_PAST, TEN_PAST, called, number_everybody, wrong_numbers
from tests.dbowner import as_its_owner
from tests.meanwhile import meanwhile


@pytest.fixture
def paper(city):
    """An extra urgent circular: the attentive unit was told by telephone, the other has left no number."""
    number_everybody(city)
    paper = city.sent(urgency="extra_urgent")
    called(city, city.delivery(paper), result="busy")
    called(city, city.delivery(paper))
    return paper


def told():
    return [str(fault) for check in (check_calls, check_told) for fault in check(None, MONDAY)]


def test_what_was_entered_is_no_fault_nor_what_is_entered_meanwhile(city, paper):
    other = city.sent(urgency="extra_urgent", title="关于防汛的通知")
    wrong_numbers(city, city.delivery(other))
    assert city.delivery(other).unreachable_at
    assert told() == []
    late = city.delivery(paper, city.late)
    with meanwhile("circulars_notice", lambda: called(city, late, number="0911-2112345")):
        told()
    assert told() == []


HARMS = {
    "a unit counts as told": (
        lambda city, row, late: Delivery.objects.filter(pk=late.pk).update(notified_at=FIVE_PAST),
        "通知到的单位：除登记的电话以外，台账登记短信通知到 0 家，现在写着已通知的有 1 家",
    ),
    "it was told earlier": (
        lambda city, row, late: Delivery.objects.filter(pk=row.pk).update(notified_at=MONDAY),
        "通知到的单位：除登记的电话以外，台账登记短信通知到 0 家，现在写着已通知的有 1 家",
    ),
    "a unit counts as not to be reached": (
        lambda city, row, late: Delivery.objects.filter(pk=late.pk).update(unreachable_at=TEN_PAST),
        "第 1 轮）：写着号码没有报备或有误，台账没有这样登记",
    ),
    "a call put in": (
        lambda city, row, late: Notice.objects.create(
            delivery=late, round=1, channel="phone", name="何迟", number="0911", caller=city.sender, result="reached",
            happened_at=FIVE_PAST, recorded_at=TEN_PAST, settled_at=TEN_PAST, reached_at=FIVE_PAST,
        ),
        "2026-09-28T09:05）：台账没有登记，是后来加入的",
    ),
    "a call taken out": (
        lambda city, row, late: as_its_owner("DELETE FROM circulars_notice WHERE result = 'busy'"),
        "2026-09-28T09:10）：台账登记了，数据库里没有，记录被删除",
    ),
    "a call of another minute": (
        lambda city, row, late: as_its_owner(
            "UPDATE circulars_notice SET happened_at = '2026-09-28 01:00:00+00:00' WHERE result = 'busy'"
        ),
        "2026-09-28T09:00）：台账没有登记，是后来加入的",
    ),
}  # fmt: skip


@pytest.mark.parametrize("harm", HARMS)
def test_verify_names_who_was_not_told_and_what_is_gone(city, paper, harm):
    do, named = HARMS[harm]
    do(city, city.delivery(paper), city.delivery(paper, city.late))
    said = told()
    assert any(named in line for line in said), said
