"""Where Wagtail's workflow has a text after each step: the rows and the history that its own verbs would leave."""

import pytest
from django.core.exceptions import PermissionDenied
from wagtail.models import PageLogEntry, TaskState, WorkflowState

from circulars.corrections import correct
from circulars.moderation import decide, send_back
from circulars.onward import onward
from circulars.pages import CircularPage
from circulars.turns import Step
from circulars.versions import approval_of, latest_version
from tests.cast import MONDAY


def fresh(page):
    return CircularPage.objects.get(pk=page.pk)


def way(page):
    states = TaskState.objects.filter(revision__object_id=str(page.pk)).order_by("pk").select_related("task")
    return [(state.task.name, state.status) for state in states]


def history(page):
    entries = PageLogEntry.objects.filter(page=page.pk, action__startswith="wagtail.workflow").order_by("pk")
    return [(entry.action.rpartition(".")[2], entry.user, entry.data["workflow"]["next"]) for entry in entries]


def test_the_first_step_is_in_hand_when_a_draft_is_handed_over(city):
    page = city.submitted()
    assert way(page) == [("核稿", "in_progress")]
    assert fresh(page).current_workflow_task.specific.step == Step.REVIEW
    assert WorkflowState.objects.get().get_next_task().specific.step == Step.REVIEW


def test_a_step_without_seats_is_skipped(city):
    page = city.submitted()
    city.reviewed(page)
    assert way(page) == [("核稿", "approved"), ("会签", "skipped"), ("签发", "in_progress")]
    assert WorkflowState.objects.get().get_next_task().specific.step == Step.APPROVE


def test_the_last_step_ends_the_way(city):
    page = city.approved(countersign_units=[city.department])
    assert way(page) == [("核稿", "approved"), ("会签", "approved"), ("签发", "approved")]
    state = WorkflowState.objects.get()
    assert (state.status, state.current_task_state.task.name) == ("approved", "签发")
    assert state.get_next_task() is None


def test_the_history_says_who_took_the_text_onward_and_to_where(city):
    page = city.approved()
    said = [(action, by, then and then["title"]) for action, by, then in history(page)]
    assert said == [
        ("start", city.drafter, "核稿"),
        ("approve", city.reviewer, "签发"),
        ("approve", city.approver, None),
    ]


def test_the_drafter_reads_that_history_in_the_editor(city):
    page = city.approved()
    text = city.desk(city.drafter).get(f"/cms/pages/{page.pk}/history/").content.decode()
    assert city.reviewer.name in text
    assert "核稿" in text


def test_a_step_is_passed_once(city):
    page = city.submitted()
    state = TaskState.objects.select_related("workflow_state__workflow", "task").get()
    onward(state, fresh(page), latest_version(page), by=city.reviewer, opinion="")
    with pytest.raises(PermissionDenied):
        onward(state, fresh(page), latest_version(page), by=city.reviewer, opinion="")
    assert len(way(page)) == 3


def test_a_text_saved_anew_while_a_step_was_in_hand_begins_at_the_first_step_again(city):
    page = city.submitted()
    city.reviewed(page)
    city.change(fresh(page), body="另一份正文。")
    decide(page, "agree", by=city.approver, at=MONDAY)
    assert fresh(page).current_workflow_task.specific.step == Step.REVIEW


def test_a_corrected_text_that_the_registrar_sends_back_to_its_approver_is_approved_when_he_agrees(city):
    page = city.approved(body="现将国庆假期值班工作有关事项通知如下：\n一、严格落实值班制渡。")
    text = approval_of(page).snapshot
    correct(
        fresh(page),
        title=text["title"],
        body=text["body"].replace("制渡", "制度"),
        reason="错字",
        by=city.registrar,
        at=MONDAY,
    )
    send_back(fresh(page), by=city.registrar, at=MONDAY, reason="请再看一遍。", to_step=Step.APPROVE)
    decide(fresh(page), "agree", by=city.approver, at=MONDAY)
    assert not fresh(page).workflow_in_progress
    assert approval_of(fresh(page)).approved_by == city.approver
