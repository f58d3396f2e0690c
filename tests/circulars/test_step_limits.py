"""Two working days for each step of review: reminded on the last day, taken higher when it has passed (Article 1; our reading)."""

from datetime import timedelta

from circulars.moderation import decide, submit
from circulars.pages import CircularPage
from circulars.progress import progress_of
from circulars.stepreminders import sweep_steps
from circulars.turns import Turn
from cms.messages import Message
from tests.cast import MONDAY
from tests.offices import beijing


def told(person):
    return list(Message.objects.filter(person=person).order_by("pk").values_list("text", flat=True))


def test_a_step_is_due_at_the_close_of_the_second_working_day(city):
    city.submitted()
    turn = Turn.objects.get()
    assert (turn.warn_at, turn.due_at) == (beijing("2026-09-30 08:00"), beijing("2026-09-30 18:00"))


def test_holidays_do_not_count_for_a_step(city):
    page = city.submitted()
    decide(page, "agree", by=city.reviewer, at=beijing("2026-09-30 17:00"))
    assert Turn.objects.open().get().due_at == beijing("2026-10-09 18:00")


def test_a_year_without_a_calendar_leaves_the_limit_open_and_hinders_nobody(city):
    city.submitted(at=beijing("2026-12-31 10:00"))
    assert Turn.objects.get().due_at is None
    sweep_steps(beijing("2027-03-01 10:00"))
    assert "期限待定" in progress_of(CircularPage.objects.get()).sentence


def test_the_reviewer_is_reminded_once_on_the_last_day(city):
    city.submitted()
    before = len(told(city.reviewer))
    sweep_steps(beijing("2026-09-29 17:59"))
    assert len(told(city.reviewer)) == before
    for minute in (0, 1, 30):
        sweep_steps(beijing(f"2026-09-30 08:{minute:02d}"))
    assert len(told(city.reviewer)) == before + 1
    assert "期限" in told(city.reviewer)[-1]


def test_past_the_limit_the_drafter_and_the_principal_leader_know_once(city):
    city.submitted()
    for minute in (0, 1):
        sweep_steps(beijing(f"2026-09-30 18:{minute:02d}"))
    for person in (city.drafter, city.principal, city.reviewer):
        assert sum("超过期限" in text for text in told(person)) == 1
    assert not told(city.stranger)


def test_a_step_that_was_taken_is_neither_reminded_nor_reported(city):
    page = city.approved()
    assert page
    sweep_steps(MONDAY + timedelta(days=30))
    assert not Message.objects.filter(text__contains="超过期限").exists()


def test_the_drafters_board_shows_whom_it_waits_for_until_when_and_when_that_has_passed(city, week):
    page = city.submitted()
    progress = progress_of(CircularPage.objects.get(pk=page.pk))
    assert "等待市政府办核稿" in progress.sentence
    assert "期限 9月30日 18:00" in progress.sentence
    assert not progress.is_late
    late = progress_of(CircularPage.objects.get(pk=page.pk), beijing("2026-09-30 18:01"))
    assert late.is_late
    assert "已超过期限" in late.sentence


def test_a_draft_handed_over_again_has_a_new_limit(city):
    page = city.submitted()
    decide(page, "return", by=city.reviewer, at=MONDAY, opinion="再改。")
    submit(CircularPage.objects.get(pk=page.pk), by=city.drafter, at=beijing("2026-09-29 09:00"))
    assert Turn.objects.open().get().due_at == beijing("2026-10-08 18:00")
