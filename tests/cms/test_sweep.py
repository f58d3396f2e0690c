"""The minute sweep: its heartbeat, its jobs, and what the health page says of it."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from accounts.people import Post
from accounts.roles import Right, Role, may
from cms import sweep as sweeping
from cms.messages import Message, tell
from cms.sweep import STALE_AFTER, Heartbeat, is_alive, register, sweep
from tests.cast import MONDAY


@pytest.fixture
def jobs(monkeypatch):
    """The jobs of the product, to which a scene may add."""
    monkeypatch.setattr(sweeping, "_JOBS", dict(sweeping._JOBS))


def health():
    answer = Client().get("/healthz")
    return answer.status_code, answer.json()


def test_a_sweep_leaves_its_time(city):
    assert not is_alive(MONDAY)
    assert sweep(MONDAY) == []
    assert Heartbeat.objects.get(name="sweep").at == MONDAY
    sweep(MONDAY + timedelta(minutes=1))
    assert Heartbeat.objects.get(name="sweep").at == MONDAY + timedelta(minutes=1)


@pytest.mark.parametrize("late, alive", [(timedelta(0), True), (STALE_AFTER, True), (STALE_AFTER * 1.01, False)])
def test_after_five_silent_minutes_background_work_counts_as_stopped(city, late, alive):
    sweep(MONDAY)
    assert is_alive(MONDAY + late) is alive


def test_the_heartbeat_goes_on_with_every_job_and_says_when_the_last_one_was_done(city, jobs, week):
    """A long sweep is alive while it gets on, and one whose job hangs stops beating, whenever it began."""
    seen = []

    @register
    def takes_four_minutes(at):
        week.shift(timedelta(minutes=4))

    @register
    def takes_three_minutes(at):
        seen.append(is_alive(timezone.now()))
        week.shift(timedelta(minutes=3))

    @register
    def looks(at):
        seen.append((at, Heartbeat.objects.get(name="sweep").at, is_alive(timezone.now())))

    begun = timezone.now()
    sweep(begun, clock=timezone.now)
    assert seen == [True, (begun, begun + timedelta(minutes=7), True)]
    assert Heartbeat.objects.get(name="sweep").at == begun + timedelta(minutes=7)
    week.shift(STALE_AFTER + timedelta(seconds=1))
    assert not is_alive(timezone.now())


def test_a_failing_job_is_named_and_keeps_nobody_else_from_running(city, jobs, caplog):
    ran = []

    @register
    def breaks(at):
        raise ZeroDivisionError

    @register
    def runs(at):
        ran.append(at)

    assert [name.rpartition(".")[2] for name in sweep(MONDAY)] == ["breaks"]
    assert ran == [MONDAY]
    assert is_alive(MONDAY)
    assert "ZeroDivisionError" in caplog.text


def test_a_job_registered_twice_runs_once(city, jobs):
    ran = []

    def job(at):
        ran.append(at)

    register(register(job))
    sweep(MONDAY)
    assert ran == [MONDAY]


def test_the_product_sweeps_for_grants_and_unannounced_circulars(city):
    Post.objects.create(person=city.nobody, unit=city.county, role=Role.CLERK, held_from=MONDAY.date())
    city.sent()
    for minute in range(2):
        sweep(MONDAY + timedelta(minutes=minute))
    assert may(city.nobody, Right.RECEIVE)
    assert Message.objects.filter(person=city.clerk, key__startswith="delivery:").count() == 1


def test_the_command_sweeps_once(city):
    call_command("sweep")
    assert is_alive(timezone.now())


def test_the_command_says_which_job_failed(city, jobs, capsys):
    @register
    def breaks(at):
        raise ZeroDivisionError

    call_command("sweep")
    assert "breaks" in capsys.readouterr().err


# The health page


def test_the_health_page_needs_no_sign_in_and_tells_nothing_but_health(city, week):
    sweep(timezone.now())
    assert health() == (200, {"status": "ok", "database": True, "heartbeat": True})


def test_without_a_heartbeat_it_answers_503(city, week):
    assert health() == (503, {"status": "unwell", "database": True, "heartbeat": False})
    sweep(timezone.now())
    week.shift(STALE_AFTER + timedelta(seconds=1))
    assert health()[0] == 503


def test_without_a_database_it_answers_503_and_does_not_break(city):
    def is_down(execute, sql, params, many, context):
        raise OperationalError("gone")

    with connection.execute_wrapper(is_down):
        assert health() == (503, {"status": "unwell", "database": False, "heartbeat": False})


def test_the_health_page_takes_no_post(city):
    assert Client().post("/healthz").status_code == 405


# Messages


def test_a_person_is_told_once_under_one_key(city):
    for text in ("第一遍", "第二遍"):
        tell([city.clerk.pk, city.clerk.pk, city.leader.pk], key="k", text=text, at=MONDAY)
    assert sorted(Message.objects.filter(key="k").values_list("person__name", "text")) == [
        ("孙早", "第一遍"),
        ("高建国", "第一遍"),
    ]


def test_reading_ones_messages_leaves_those_of_others_unread(city):
    tell([city.clerk.pk, city.leader.pk], key="k", text="一句话", at=MONDAY)
    desk = city.desk(city.clerk)
    assert "一句话" in desk.get("/messages/").content.decode()
    assert desk.get("/messages/read/").status_code == 405
    for _ in range(2):
        desk.post("/messages/read/")
    assert not Message.objects.unread_by(city.clerk).exists()
    assert Message.objects.unread_by(city.leader).count() == 1
    assert Message.objects.get(person=city.clerk).read_at == MONDAY
