"""What waits when somebody leaves a post, and what goes on with whoever takes over (Article 26)."""

import pytest
from django.urls import reverse

from accounts.handovers import Handover, open_handover
from accounts.pendingwork import left_with
from accounts.people import take_post
from accounts.roles import Role
from circulars.access import own_drafts
from circulars.moderation import decide
from circulars.pages import CircularPage
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from tests.cast import MONDAY
from tests.handovers import again, found, opened, post_of


def lines(handover):
    return dict(handover.items.filter(kind="pending").values_list("text", "count"))


def test_drafts_go_over_with_the_post_whatever_their_stage_and_the_receiver_goes_on_with_them(city):
    begun, returned, registered = city.draft(), city.submitted(), city.registered()
    decide(returned, "return", by=city.reviewer, at=MONDAY, opinion="请补充依据。")
    take_post(city.sender, city.office, Role.DRAFTER, by=None, at=MONDAY)
    handover = opened(city, giver=city.drafter, role=Role.DRAFTER, receiver=again(city.sender))
    assert set(own_drafts(again(city.sender))) == {begun, returned}
    assert CircularPage.objects.get(circular=registered).owner == city.drafter
    assert CircularPage.objects.get(pk=begun.pk).get_latest_revision_as_object().owner == city.sender
    entry = Entry.objects.get(deed="drafts.handed_on")
    assert (entry.facts["from"], entry.facts["to"], entry.facts["count"]) == (city.drafter.pk, city.sender.pk, 2)
    assert Message.objects.filter(person=city.sender, text__contains="未办结的文稿 2 件已随岗位转到您名下").exists()
    assert not left_with(city.drafter)
    desk = city.desk(city.sender)
    assert desk.get(reverse("wagtailadmin_pages:edit", args=[begun.pk])).status_code == 200
    handover.put_down("papers", "文件夹", 1, by=city.drafter, at=MONDAY)
    handover.give(by=city.drafter, at=MONDAY)
    line = handover.items.get(kind="pending")
    assert (line.text, line.count, line.has_moved) == ("未办结的文稿", 2, True), "and the sheet says what has gone over"


def test_drafts_that_the_receiver_may_not_go_on_with_keep_the_leader_from_signing(city):
    page = city.submitted()
    handover = opened(city, giver=city.drafter, role=Role.DRAFTER, receiver=city.reviewer)
    assert lines(handover) == {"未办结的文稿": 1}
    handover.give(by=city.drafter, at=MONDAY)
    handover.accept(found(handover), by=city.reviewer, at=MONDAY)
    with pytest.raises(OutOfOrder, match="未办结的文稿 1 件，接收人不能接办"):
        handover.countersign(by=city.principal, at=MONDAY)
    handover.send_back("另行指定", by=city.principal, at=MONDAY)
    take_post(city.sender, city.office, Role.DRAFTER, by=None, at=MONDAY)
    handover.name_receiver(again(city.sender), by=city.principal, at=MONDAY)
    assert CircularPage.objects.get(pk=page.pk).owner == city.sender
    handover.give(by=city.drafter, at=MONDAY)
    handover.accept(found(handover), by=city.sender, at=MONDAY)
    handover.countersign(by=city.principal, at=MONDAY)
    assert not Handover.objects.open().exists()


def test_nobody_becomes_the_drafter_of_a_paper_that_they_have_judged(city):
    page = city.reviewed(city.submitted())
    take_post(city.reviewer, city.office, Role.DRAFTER, by=None, at=MONDAY)
    opened(city, giver=city.drafter, role=Role.DRAFTER, receiver=again(city.reviewer))
    assert CircularPage.objects.get(pk=page.pk).owner == city.drafter


def test_who_drafts_there_still_keeps_the_drafts(city):
    page = city.draft()
    take_post(city.drafter, city.office, Role.HANDLER, by=None, at=MONDAY)
    opened(city, giver=city.drafter, role=Role.HANDLER, receiver=city.sender)
    assert CircularPage.objects.get(pk=page.pk).owner == city.drafter


def test_what_waits_for_the_post_is_counted_and_waits_for_the_next(city, circular):
    city.submitted(), city.approved(), city.registered()
    posts = [(city.reviewer, Role.REVIEWER), (city.registrar, Role.REGISTRAR), (city.keeper, Role.SEAL_KEEPER)]
    counted = [lines(open_handover(post_of(*post), None, by=None, at=MONDAY)) for post in posts]
    assert counted == [{"待核稿的文稿": 1}, {"待复核登记的文稿": 1, "待送达的纸质件": 1}, {"待用印的公文": 1}]
    assert lines(opened(city)) == {"待签收的公文": 1}


def test_a_receipt_without_its_signature_is_named_and_keeps_nobody(city, circular):
    city.sign(city.opened(circular))
    handover = opened(city)
    assert lines(handover) == {"本人未补签名的回执（离岗后不能补签，回执有效）": 1}
    handover.give(by=city.clerk, at=MONDAY)
    handover.accept(found(handover), by=city.second_clerk, at=MONDAY)
    handover.countersign(by=city.leader, at=MONDAY)
    assert not left_with(city.clerk)
