"""第四条: an electronic circular has the force of paper, so it is made as the 条例 says: 拟稿→核稿→签发→登记→用印→发送.

电子公文与纸质公文具有同等法定效力,办理时应当按照《党政机关公文处理工作条例》执行。
"""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from wagtail.models import PagePermissionTester, TaskState
from wagtail.test.utils.form_data import querydict_from_html

from accounts.people import take_post
from accounts.roles import Role
from circulars.answers.filling import answer_form
from circulars.answers.standing import owed_by, standings
from circulars.decisions import Decision
from circulars.deliveries import Delivery
from circulars.moderation import decide, submit, void_if_changed
from circulars.pages import CircularPage
from circulars.registration import ApprovalMissing, Circular
from circulars.sealing import Manifest, sealed_pdf
from cms.attachments import place_of
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from tests.answers import filled_in, sent_with_form
from tests.archives import filed, holding, staffed
from tests.cast import MONDAY

PATH = [
    "draft.submitted",
    "draft.reviewed",
    "draft.approved",
    "circular.registered",
    "circular.stamped",
    "circular.sealed",
    "circular.sent",
]

# What Wagtail lets a person do with a page; nobody may do any of these with a circular.
NEVER = (
    "can_publish", "can_unpublish", "can_publish_subpage", "can_set_view_restrictions", "can_unschedule", "can_lock",
    "can_unlock", "can_reorder_children", "can_move", "can_copy", "can_add_subpage",
)  # fmt: skip


def admin(name, *args):
    return reverse(f"wagtailadmin_pages:{name}", args=args)


def fresh(page):
    return CircularPage.objects.get(pk=page.pk)


def is_untouched(page):
    """Nothing has gone live or been decided, and there is no circular."""
    return not (fresh(page).live or Decision.objects.exists() or Circular.objects.exists())


# The path


def test_a_circular_goes_through_five_hands_in_their_order(city):
    city.sent()
    assert list(Entry.objects.filter(deed__in=PATH).order_by("pk").values_list("deed", flat=True)) == PATH
    assert Entry.objects.filter(deed__in=PATH).values("person").distinct().count() == 6


def test_a_draft_is_not_approved_before_it_is_reviewed(city):
    page = city.submitted()
    with pytest.raises(PermissionDenied, match="核稿"):
        decide(page, "agree", by=city.approver, at=MONDAY)
    assert is_untouched(page)


def test_a_draft_is_not_decided_on_before_it_is_handed_over(city):
    page = city.draft()
    with pytest.raises(OutOfOrder, match="不在审签中"):
        decide(page, "agree", by=city.reviewer, at=MONDAY)


def test_what_was_only_reviewed_is_not_registered(city):
    page = city.submitted()
    decide(page, "agree", by=city.reviewer, at=MONDAY)
    with pytest.raises(ApprovalMissing):
        city.register(page)


def test_the_approval_keeps_name_opinion_and_full_date(city):
    approval = city.approved().decisions.get(step="approve")
    assert (approval.by, approval.at, approval.opinion, approval.outcome) == (city.approver, MONDAY, "同意。", "agreed")


@pytest.mark.parametrize("step", ["reviewer", "approver"])
def test_a_returned_draft_goes_back_with_its_reason_and_begins_again_at_the_first_step(city, step):
    page = city.submitted()
    if step == "approver":
        decide(page, "agree", by=city.reviewer, at=MONDAY)
    decide(page, "return", by=getattr(city, step), at=MONDAY, opinion="第二条依据不足。")
    assert Message.objects.filter(person=city.drafter, text__contains="第二条依据不足").exists()
    submit(fresh(page), by=city.drafter, at=MONDAY)
    assert fresh(page).current_workflow_task.specific.step == "review"


def test_a_draft_is_not_returned_without_a_reason(city):
    page = city.submitted()
    with pytest.raises(PermissionDenied, match="理由"):
        decide(page, "return", by=city.reviewer, at=MONDAY, opinion="  ")
    assert is_untouched(page)


# Different people


def test_the_drafter_never_decides_on_an_own_draft(city):
    for role in (Role.REVIEWER, Role.APPROVER):
        take_post(city.drafter, city.office, role, by=None, at=MONDAY)
    page = city.submitted()
    with pytest.raises(PermissionDenied, match="拟稿人"):
        decide(page, "agree", by=city.drafter, at=MONDAY)
    decide(page, "agree", by=city.reviewer, at=MONDAY)
    with pytest.raises(PermissionDenied, match="拟稿人"):
        decide(page, "agree", by=city.drafter, at=MONDAY)


def test_nobody_takes_two_steps_of_one_draft(city):
    take_post(city.reviewer, city.office, Role.APPROVER, by=None, at=MONDAY)
    page = city.submitted()
    decide(page, "agree", by=city.reviewer, at=MONDAY)
    with pytest.raises(PermissionDenied, match="另一人"):
        decide(page, "agree", by=city.reviewer, at=MONDAY)


def test_nobody_reviews_without_the_post_for_the_issuing_unit(city):
    page = city.submitted()
    for person in (city.stranger, city.superuser, city.nobody, city.clerk, city.approver):
        with pytest.raises(PermissionDenied):
            decide(page, "agree", by=person, at=MONDAY)
    assert is_untouched(page)


def test_nobody_hands_over_the_draft_of_another(city):
    page = city.draft()
    for person in (city.stranger, city.superuser, city.reviewer):
        with pytest.raises(PermissionDenied, match="拟稿人"):
            submit(page, by=person, at=MONDAY)


# A changed text has no approval


@pytest.mark.parametrize(
    "change",
    [
        {"body": "现将有关事项通知如下：\n一、取消休假。"},
        {"title": "关于取消国庆假期的通知"},
        {"urgency": "urgent"},
        {"primary_groups": "county"},
        {"annotation": "此件公开发布"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_text_changed_after_approval_is_not_registered(city, change):
    page = city.change(city.approved(), **change)
    with pytest.raises(ApprovalMissing, match="重新送审"):
        city.register(page)
    assert not Circular.objects.exists()


def test_everybody_who_had_a_hand_in_it_is_told_that_the_approval_is_void(city):
    page = city.change(city.approved(), body="改过的正文。")
    assert void_if_changed(page, by=city.drafter, at=MONDAY)
    told = Message.objects.filter(text__contains="失效").values_list("person__name", flat=True)
    assert set(told) == {"王文静", "李正明", "张志远"}
    assert Entry.objects.filter(deed="approval.voided", person=city.drafter).count() == 1
    assert not void_if_changed(page, by=city.drafter, at=MONDAY)


def test_saving_the_same_text_again_leaves_the_approval_standing(city):
    page = city.change(city.approved())
    assert not void_if_changed(page, by=city.drafter, at=MONDAY)
    assert city.register(page).number == "延政办发〔2026〕23号"


def test_a_change_put_back_word_for_word_does_not_bring_the_approval_back(city):
    page = city.approved()
    body = page.body
    page = city.change(page, body="改过的正文。")
    void_if_changed(page, by=city.drafter, at=MONDAY)
    with pytest.raises(ApprovalMissing):
        city.register(city.change(page, body=body))


def test_a_text_changed_in_the_editor_loses_its_approval(city):
    page, desk = city.approved(), city.desk(city.drafter)
    form = querydict_from_html(desk.get(admin("edit", page.pk)).content.decode(), form_id="page-edit-form")
    form["body"] = "现将有关事项通知如下：\n一、取消休假。"
    assert desk.post(admin("edit", page.pk), form).status_code == 302
    assert fresh(page).get_latest_revision_as_object().body.endswith("取消休假。")
    assert fresh(page).decisions.last().outcome == "voided"
    with pytest.raises(ApprovalMissing):
        city.register(page)


# Nobody goes around


@pytest.mark.parametrize("stage", ["draft", "submitted", "approved"])
def test_nobody_may_publish_copy_move_or_unlock_a_draft(city, stage):
    page = getattr(city, stage)()
    for person in (city.drafter, city.reviewer, city.approver, city.superuser, city.stranger):
        tester = page.permissions_for_user(person)
        assert isinstance(tester, PagePermissionTester)
        assert [name for name in NEVER if getattr(tester, name)()] == []
        assert not tester.can_move_to(page.get_parent())
        assert not tester.can_copy_to(page.get_parent())


def test_nobody_edits_the_draft_of_another(city):
    page = city.draft()
    for person in (city.superuser, city.stranger, city.clerk, city.secretary):
        tester = page.permissions_for_user(person)
        assert not any([tester.can_edit(), tester.can_delete(), tester.can_submit_for_moderation()])
        assert city.desk(person).get(admin("edit", page.pk)).status_code in {302, 403, 404}


def test_the_publish_button_of_the_editor_publishes_nothing(city):
    page = city.draft()
    form = querydict_from_html(
        city.desk(city.drafter).get(admin("edit", page.pk)).content.decode(), form_id="page-edit-form"
    )
    form["action-publish"] = "action-publish"
    for person in (city.drafter, city.approver, city.superuser):
        city.desk(person).post(admin("edit", page.pk), form)
    assert is_untouched(page)


def test_no_step_is_taken_by_an_action_posted_to_the_admin(city):
    page = city.submitted()
    state = TaskState.objects.get()
    for person in (city.drafter, city.reviewer, city.approver, city.superuser, city.stranger):
        for action in ("approve", "agree", "publish"):
            city.desk(person).post(admin("workflow_action", page.pk, action, state.pk), {"comment": "同意"})
    assert is_untouched(page)


def test_no_bulk_action_reaches_a_draft(city):
    page = city.submitted()
    for person in (city.superuser, city.stranger, city.approver):
        for action in ("publish", "unpublish", "move", "delete"):
            url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action]) + f"?id={page.pk}"
            city.desk(person).post(url, {"chooser": page.get_parent().get_parent().pk})
    assert is_untouched(page)
    assert fresh(page).path == page.path


def test_a_superuser_finds_every_other_way_shut(city):
    page = city.submitted()
    desk = city.desk(city.superuser)
    for name in ("unpublish", "copy", "delete", "unlock", "lock"):
        desk.post(admin(name, page.pk), {"new_title": "x", "new_slug": "x"})
    assert is_untouched(page)
    assert CircularPage.objects.count() == 1
    assert not fresh(page).locked


def test_a_superuser_cannot_stop_a_running_review(city):
    page = city.submitted()
    city.desk(city.superuser).post(admin("edit", page.pk), {"action-cancel-workflow": "1"})
    assert fresh(page).workflow_in_progress


def test_a_registered_circular_is_not_edited_by_its_drafter_either(city):
    page = city.registered().page
    assert not fresh(page).permissions_for_user(city.drafter).can_edit()
    assert not fresh(page).permissions_for_user(city.drafter).can_submit_for_moderation()


def test_what_nobody_registered_cannot_be_sent(city):
    city.approved()
    assert not Delivery.objects.exists()
    assert not Circular.objects.exists()


# 答复 (2012 regulation art. 24(7))


def test_what_asks_for_an_answer_is_answered_to_its_sender_who_sees_who_owes_one(city):
    circular = sent_with_form(city)
    assert owed_by([city.attentive.pk, city.late.pk]).count() == 2
    answer_form(city.delivery(circular), filled_in(circular), hand_in=True, by=city.clerk, at=MONDAY)
    assert [delivery.unit for delivery in owed_by([city.attentive.pk, city.late.pk])] == [city.late]
    words = {each.delivery.unit: each.label for each in standings(circular, circular.demand, MONDAY)}
    assert words == {city.attentive: "已答复", city.late: "未签收、未答复", city.paper: "纸质送达，另行答复"}
    assert Message.objects.filter(person=city.sender, text__contains="上报了").exists()
    assert Entry.objects.filter(deed="answer.handed_in", circular=circular.uuid, unit=city.attentive.pk).exists()


def test_what_was_sealed_is_never_rewritten_on_its_way_into_the_archive(city, circular):
    staffed(city)
    sealed = Manifest.objects.get(circular=circular.pk)
    filed(city, holding(circular, city.office))
    assert place_of(sealed.pdf_digest).read_bytes() == sealed_pdf(circular)
    assert Manifest.objects.get(circular=circular.pk).digest == sealed.digest
