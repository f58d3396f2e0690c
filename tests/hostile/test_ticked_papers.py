"""Lists that are posted: one key that is not there for the person refuses them all, and odd keys break nothing (Articles 6 and 27)."""

import pytest
from django.urls import reverse

from circulars.archive.appraisal import appraise
from circulars.archive.destructionlists import DestructionList
from circulars.archive.holdings import Holding
from circulars.archive.packagechecks import PackageCheck
from circulars.archive.transferrecords import Transfer
from circulars.views.ticked import NOT_ALL
from cms.messages import Message
from tests.answers import sent_with_form
from tests.archives import LONG_AFTER, filed, holding, received, staffed

ODD = ["²", "9" * 40, "9" * 5000, "-1", "\0", "１２", "1e3", " 1", "0", "", "x' OR 1=1"]
PAGES = ("file_papers", "new_destruction", "new_transfer")


def url(name, *args):
    return reverse(f"circulars:{name}", args=args)


def told(answer):
    return [str(message) for message in answer.context["messages"]]


@pytest.mark.parametrize("name", PAGES)
def test_odd_keys_are_papers_that_are_not_there(city, name):
    staffed(city)
    desk = city.desk(city.filer)
    for key in ODD:
        for act in ("", "check"):
            answer = desk.post(url(name), {"paper": [key], "reason": "期满", "act": act}, follow=True)
            assert answer.status_code == 200
            assert any("没有选中" in sentence for sentence in told(answer)), key


def test_a_paper_of_another_unit_among_ones_own_refuses_them_all(city, week):
    staffed(city)
    kept = received(city, city.sent())
    foreign = holding(city.sent(), city.office)
    desk = city.desk(city.filer)
    for other in (foreign.pk, 10**9, "9" * 40):
        posted = {"paper": [kept.pk, other], f"term-{kept.pk}": "D10", f"term-{other}": "D10"}
        assert told(desk.post(url("file_papers"), posted, follow=True)) == [NOT_ALL]
    assert set(Holding.objects.values_list("state", flat=True)) == {"held"}
    kept = filed(city, kept)
    for act in ("check", "draw"):
        assert told(desk.post(url("new_transfer"), {"paper": [kept.pk, foreign.pk], "act": act})) == [NOT_ALL]
    assert not Transfer.objects.exists()
    assert not PackageCheck.objects.exists()
    week.move_to(LONG_AFTER)
    desk = city.desk(city.filer)
    appraise(kept, "destroy", "没有继续保存的价值。", by=city.filer, at=LONG_AFTER)
    assert told(desk.post(url("new_destruction"), {"paper": [kept.pk, foreign.pk], "reason": "期满"})) == [NOT_ALL]
    assert not DestructionList.objects.exists()
    desk.post(url("new_destruction"), {"paper": [kept.pk], "reason": "期满"})
    assert DestructionList.objects.get().lines.get().holding == kept


def test_more_papers_than_a_page_has_are_not_filed_in_part(city):
    staffed(city)
    kept = received(city, city.sent())
    posted = {"paper": [kept.pk, *range(10**6, 10**6 + 25)], f"term-{kept.pk}": "D10"}
    assert told(city.desk(city.filer).post(url("file_papers"), posted, follow=True)) == [
        "一次最多勾选 25 件，现在勾选了 26 件，请分几次办理。"
    ]
    assert Holding.objects.get(pk=kept.pk).state == "held"


def test_no_unit_is_pressed_beside_one_that_was_not_asked(city):
    circular = sent_with_form(city)
    desk = city.desk(city.sender)
    before = Message.objects.count()
    for other in (city.county.pk, "9" * 40, "²"):
        answer = desk.post(url("press_answers", circular.uuid), {"units": [city.attentive.pk, other]})
        assert answer.status_code == 404
    assert Message.objects.count() == before
    assert desk.post(url("press_answers", circular.uuid), {"units": [city.attentive.pk]}).status_code == 302
    assert Message.objects.count() > before
