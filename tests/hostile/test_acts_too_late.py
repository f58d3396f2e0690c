"""Forms that were open while the paper moved on: the press is refused, and what is on record stays (Articles 5, 20 and 23)."""

import pytest
from django.urls import reverse

from accounts.people import Post
from circulars.deliveries import Delivery
from circulars.pages import CircularPage
from circulars.papercopies import PaperCopy
from circulars.purging import block
from circulars.recalling import recall
from circulars.registration import Circular
from tests.cast import MONDAY
from tests.hostile import answeracts, archiveacts, handlingacts, handoveracts, lineacts, officeacts, registeracts  # noqa: F401  their acts are kept with the others
from tests.hostile.deskacts import ACTS, REASON
from tests.hostile.test_acts_twice import on_record, said

# What concerns no paper that exists. A number may be voided whatever its paper is: the register must come out even.
OF_NO_PAPER = {
    "circulars:report_missing", "circulars:close_problem by the unit", "circulars:void_missing", "circulars:void",
    "circulars:new", "circulars:new_recipient_list", "circulars:recipient_list", "circulars:delete_recipient_list",
    "circulars:issuing_template", "circulars:secrecy_lift", "circulars:secrecy_uphold", "circulars:secrecy_block",
    "circulars:secrecy_confirm", "circulars:secrecy_release",
    "circulars:scope", "circulars:new_scope_line", "circulars:end_scope_line",
    "circulars:handling_levels", "circulars:register_outside", "circulars:return_outside",
    "circulars:correct_entry", "circulars:start_book",
}  # fmt: skip
OF_A_PAPER = sorted(name for name in ACTS if name not in OF_NO_PAPER and name.startswith("circulars:"))
# What is right after a recall too: what came back is signed for and settled, what was done is entered.
RIGHT_AFTER_A_RECALL = {
    "circulars:acknowledge", "circulars:leave_return", "circulars:correct_return", "circulars:problem",
    "circulars:close_problem by the sender", "circulars:call",
}  # fmt: skip
OF_WHAT_WAS_SENT = (
    "sign", "send_back", "report_problem", "urge", "checked", "hand_over", "insist", "recall", "supplement", "amend",
)  # fmt: skip


def shut_every_paper(city):
    for page in CircularPage.objects.order_by("pk"):
        block(page, reason="来函", by=city.secretary, at=MONDAY)


@pytest.mark.parametrize("name", OF_A_PAPER)
def test_with_a_paper_that_was_blocked_meanwhile_nothing_is_done(city, name):
    act = ACTS[name](city)
    desk = city.desk(getattr(city, act.who))
    shut_every_paper(city)
    before = on_record()
    answer = desk.post(act.path, act.posted, follow=True)
    assert on_record() == before
    assert answer.status_code == 404 or "封存" in "".join(said(answer))


@pytest.mark.parametrize("name", OF_WHAT_WAS_SENT)
def test_with_a_circular_that_was_recalled_meanwhile_nothing_is_done(city, name):
    act = ACTS[f"circulars:{name}"](city)
    desk = city.desk(getattr(city, act.who))
    recall(Circular.objects.get(), reason=REASON, by=city.sender, at=MONDAY)
    before = on_record()
    answer = desk.post(act.path, act.posted, follow=True)
    assert on_record() == before
    assert answer.status_code == 404 or "撤回" in "".join(said(answer))


@pytest.mark.parametrize("name", sorted(RIGHT_AFTER_A_RECALL))
def test_what_is_settled_after_a_recall_moves_no_clock(city, name):
    act = ACTS[name](city)
    desk = city.desk(getattr(city, act.who))
    recall(Circular.objects.get(), reason=REASON, by=city.sender, at=MONDAY)
    clock = (
        "state",
        "due_at",
        "sent_at",
        "signed_at",
        "recalled_at",
        "returned_at",
        "round",
        "relief",
        "urges",
        "must_notify",
    )
    before = list(Delivery.objects.order_by("pk").values(*clock))
    assert desk.post(act.path, act.posted).status_code == 302
    assert list(Delivery.objects.order_by("pk").values(*clock)) == before


@pytest.mark.parametrize("name", sorted(ACTS))
def test_whose_post_ended_while_the_form_was_open_does_nothing_more(city, name):
    act = ACTS[name](city)
    person = getattr(city, act.who)
    desk = city.desk(person)
    for post in Post.objects.filter(person=person):
        post.leave(by=None, at=MONDAY)
    before = on_record()
    answer = desk.post(act.path, act.posted)
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/login/")
    assert on_record() == before


def test_of_a_return_whose_paper_was_blocked_the_sender_sees_nothing_and_it_waits_for_nobody(city):
    act = ACTS["circulars:acknowledge"](city)
    desk = city.desk(city.sender)
    assert REASON in desk.get(reverse("circulars:returns")).content.decode()
    shut_every_paper(city)
    delivery = Delivery.objects.returned().get()
    page = desk.get(reverse("circulars:returns"))
    assert not page.context["page_obj"].object_list
    counts = [item.count for group in page.context["rail_groups"] for item in group.items if item.label == "退文待签收"]
    assert counts == [None]
    for show in ("open", "done"):
        assert REASON not in desk.get(reverse("circulars:returns"), {"show": show}).content.decode()
    for path in (reverse("circulars:returned", args=[delivery.pk]), act.path):
        assert {desk.get(path).status_code, desk.post(path).status_code} <= {404, 405}


def test_no_copy_of_a_blocked_paper_is_taken_anywhere(city):
    city.sent()
    desk = city.desk(city.sender)
    assert "延政办发〔2026〕23号" in desk.get(reverse("circulars:paper_sheet")).content.decode()
    shut_every_paper(city)
    assert not PaperCopy.objects.owed().exists()
    assert "延政办发〔2026〕23号" not in desk.get(reverse("circulars:paper_sheet")).content.decode()
