"""核稿 and 签发 behind the screens: handing over, taking a step, taking back, and who is told."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from wagtail.models import TaskState

from accounts.people import Post, take_post
from accounts.roles import Role
from circulars.decisions import Decision
from circulars.moderation import NotReady, decide, submit, withdraw
from circulars.pages import CircularPage
from circulars.progress import progress_of
from circulars.turns import Turn
from circulars.versions import approval_of
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from tests.cast import MONDAY


def fresh(page):
    return CircularPage.objects.get(pk=page.pk)


def told(person):
    return list(Message.objects.filter(person=person).order_by("pk").values_list("text", flat=True))


def titles_in_hand(person):
    return [turn.page.title for turn in Turn.objects.in_hand(person)]


# Handing over


def test_a_draft_with_something_wrong_stays_with_its_drafter_and_every_fault_is_named(city):
    page = city.change(city.draft(), body="", issuer_mark="")
    with pytest.raises(NotReady) as refused:
        submit(page, by=city.drafter, at=MONDAY)
    assert {problem.code for problem in refused.value.problems} == {"E-BODY", "E-MARK"}
    assert not fresh(page).workflow_in_progress
    assert not TaskState.objects.exists()
    assert not Entry.objects.filter(deed="draft.submitted").exists()


def test_what_is_handed_over_is_the_text_last_saved(city):
    page = city.change(city.draft(), body="后来的正文。")
    submit(page, by=city.drafter, at=MONDAY)
    assert TaskState.objects.get().revision.as_object().body == "后来的正文。"


def test_a_draft_is_handed_over_once(city):
    page = city.submitted()
    with pytest.raises(OutOfOrder, match="已经送审"):
        submit(fresh(page), by=city.drafter, at=MONDAY)
    assert Entry.objects.filter(deed="draft.submitted").count() == 1


def test_a_drafter_who_has_left_hands_nothing_over(city):
    page = city.draft()
    Post.objects.get(person=city.drafter).leave(by=None, at=MONDAY)
    page.owner.refresh_from_db()
    with pytest.raises(PermissionDenied):
        submit(fresh(page), by=fresh(page).owner, at=MONDAY)


def test_each_step_is_announced_to_those_who_may_take_it(city):
    page = city.submitted()
    assert [("核稿" in text, page.title in text) for text in told(city.reviewer)] == [(True, True)]
    assert told(city.approver) == []
    decide(page, "agree", by=city.reviewer, at=MONDAY)
    assert ["签发" in text for text in told(city.approver)] == [True]


def test_an_approval_asks_the_registrar_for_something_and_tells_the_drafter(city):
    city.approved()
    assert "张志远 已签发" in told(city.registrar)[-1]
    assert told(city.registrar)[-1].endswith("请复核登记。")
    assert "张志远 已签发" in told(city.drafter)[-1]
    assert told(city.drafter)[-1].endswith("等待登记员复核登记。")


# Taking a step


def test_a_draft_waits_for_the_one_step_in_hand(city):
    page = city.submitted()
    assert (titles_in_hand(city.reviewer), titles_in_hand(city.approver)) == ([page.title], [])
    decide(page, "agree", by=city.reviewer, at=MONDAY)
    assert (titles_in_hand(city.reviewer), titles_in_hand(city.approver)) == ([], [page.title])
    decide(page, "agree", by=city.approver, at=MONDAY)
    assert titles_in_hand(city.approver) == []


def test_nothing_waits_for_anybody_else(city):
    city.submitted()
    for who in ("drafter", "stranger", "superuser", "nobody", "secretary", "department_reviewer"):
        assert not Turn.objects.in_hand(getattr(city, who))


def test_a_step_taken_twice_counts_once(city):
    page = city.submitted()
    decide(page, "agree", by=city.reviewer, at=MONDAY)
    with pytest.raises(PermissionDenied):
        decide(page, "agree", by=city.reviewer, at=MONDAY)
    assert Decision.objects.count() == 1


def test_there_is_no_third_way_beside_agreeing_and_returning(city):
    page = city.submitted()
    for action in ("approve", "reject", "publish", ""):
        with pytest.raises(PermissionDenied):
            decide(page, action, by=city.reviewer, at=MONDAY)
    assert not Decision.objects.exists()


def test_an_approver_by_a_post_of_the_governments_office_approves_for_the_government(city):
    page = city.submitted(issuer=city.government)
    decide(page, "agree", by=city.reviewer, at=MONDAY)
    decide(page, "agree", by=city.approver, at=MONDAY)
    assert approval_of(fresh(page)).approved_by == city.approver


def test_an_approved_draft_does_not_go_live(city):
    page = fresh(city.approved())
    assert not page.live
    assert not page.workflow_in_progress
    assert page.status_string != "live"


def test_a_decision_made_at_a_given_time_bears_that_time(city):
    page = city.submitted()
    at = MONDAY + timedelta(minutes=40)
    decide(page, "agree", by=city.reviewer, at=at)
    assert page.decisions.get().at == at
    assert Entry.objects.get(deed="draft.reviewed").happened_at == at


# Taking back


def test_a_drafter_may_take_the_draft_back_before_it_is_approved(city):
    page = city.submitted()
    withdraw(page, by=city.drafter, at=MONDAY)
    assert not fresh(page).workflow_in_progress
    assert not Turn.objects.in_hand(city.reviewer)
    assert Entry.objects.filter(deed="draft.withdrawn", person=city.drafter).exists()


def test_what_was_reviewed_before_it_was_taken_back_is_reviewed_anew(city):
    page = city.submitted()
    decide(page, "agree", by=city.reviewer, at=MONDAY)
    withdraw(page, by=city.drafter, at=MONDAY)
    submit(fresh(page), by=city.drafter, at=MONDAY)
    assert titles_in_hand(city.reviewer) == [page.title]


def test_nobody_takes_back_the_draft_of_another(city):
    page = city.submitted()
    for person in (city.reviewer, city.stranger, city.superuser):
        with pytest.raises(PermissionDenied):
            withdraw(page, by=person, at=MONDAY)
    assert fresh(page).workflow_in_progress


@pytest.mark.parametrize("stage", ["draft", "approved"])
def test_there_is_nothing_to_take_back_outside_a_review(city, stage):
    with pytest.raises(OutOfOrder):
        withdraw(getattr(city, stage)(), by=city.drafter, at=MONDAY)


# Where it stands


def test_the_drafter_reads_where_the_draft_stands(city):
    page = city.draft()
    assert progress_of(page).label == "草稿"
    submit(page, by=city.drafter, at=MONDAY)
    assert progress_of(fresh(page)).label == "核稿中"
    decide(page, "agree", by=city.reviewer, at=MONDAY)
    assert progress_of(fresh(page)).label == "签发中"
    decide(page, "return", by=city.approver, at=MONDAY, opinion="标题不妥。")
    assert (progress_of(fresh(page)).label, "标题不妥" in progress_of(fresh(page)).sentence) == ("退回修改", True)


def test_the_drafter_reads_what_became_of_an_approved_draft(city):
    page = city.approved()
    assert progress_of(fresh(page)).label == "已签发"
    circular = city.register(page)
    assert (progress_of(fresh(page)).label, progress_of(fresh(page)).is_editable) == ("已登记", False)
    city.dispatch(circular)
    assert progress_of(fresh(page)).label == "已发送"


def test_a_reviewer_who_became_the_approver_meanwhile_does_not_approve_what_he_reviewed(city):
    page = city.submitted()
    decide(page, "agree", by=city.reviewer, at=MONDAY)
    take_post(city.reviewer, city.office, Role.APPROVER, by=None, at=MONDAY)
    assert not Turn.objects.in_hand(city.reviewer)
