"""How the platform stands, in words for the network office and in numbers for a watcher; what is written down of each request (Article 7)."""

import json
import logging
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cms.accesslog import Access, Look
from cms.health import health_lines
from cms.sweep import sweep
from cms.vitals import Vitals, vitals
from config.logs import JSONLine
from tests.cast import MONDAY

TOKEN = "only-for-a-watcher"


@pytest.fixture
def watched(settings):
    settings.METRICS_TOKEN = TOKEN
    return settings


def asked(token=TOKEN, client=None):
    return (client or Client()).get("/metrics", headers={"Authorization": f"Bearer {token}"})


def figures():
    lines = asked().content.decode().splitlines()
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[0] != "#")}


# --- /metrics ---


def test_a_watcher_reads_heartbeat_queue_disk_clock_and_certificates(watched, circular, week, certified):
    sweep(MONDAY)
    week.move_to(MONDAY + timedelta(minutes=3), tick=False)
    found = figures()
    assert found["gongwen_heartbeat_age_seconds"] == 180
    assert found["gongwen_queue_tasks"] >= 0
    assert 0 < found['gongwen_disk_free_bytes{folder="attachments"}'] < found['gongwen_disk_size_bytes{folder="var"}']
    assert found['gongwen_certificate_left_seconds{certificate="签发证书"}'] > 0
    assert found["gongwen_deliveries_overdue"] == 0


def test_what_is_overdue_is_counted_and_no_word_of_a_paper_is_said(watched, circular, week):
    week.move_to(MONDAY + timedelta(days=30), tick=False)
    assert figures()["gongwen_deliveries_overdue"] > 0
    assert circular.title not in asked().content.decode()


@pytest.mark.parametrize("token", ["", "wrong", TOKEN[:-1], TOKEN + "x"])
def test_without_the_token_the_address_is_not_there_and_the_try_is_written_down(watched, city, token):
    assert asked(token).status_code == 404
    refused = Access.objects.get(look=Look.REFUSED)
    assert refused.subject == "运行指标口令不对"
    assert TOKEN not in refused.subject


def test_where_no_token_is_set_nobody_is_answered(city, settings):
    settings.METRICS_TOKEN = ""
    assert {asked(token).status_code for token in ("", "None", TOKEN)} == {404}


def test_who_is_signed_in_needs_the_token_as_well(watched, city):
    assert asked("", city.desk(city.clerk)).status_code == 404
    assert asked(TOKEN, city.desk(city.clerk)).status_code == 200


# --- the clock ---


@pytest.mark.parametrize("seconds, right", [(0, True), (2, True), (-2, True), (3, False), (-3, False)])
def test_two_seconds_apart_is_too_much_beyond(seconds, right):
    assert Vitals(None, timedelta(seconds=seconds), 0, None, None).is_clock_right is right


@pytest.mark.parametrize("seconds, said", [(90, "本机比数据库快 90 秒"), (-90, "本机比数据库慢 90 秒")])
def test_a_wrong_clock_stands_on_the_home_of_the_network_office(city, monkeypatch, seconds, said):
    found = vitals(MONDAY)
    changed = Vitals(found.beat, timedelta(seconds=seconds), found.waiting, found.waiting_since, found.checkpoint)
    monkeypatch.setattr("cms.health.vitals", lambda now: changed)
    assert said in {line.label: line.text for line in health_lines(MONDAY)}["时钟"]


# --- what is written down ---


def a_record(message, *args, **extra):
    return logging.getLogger("scene").makeRecord("scene", logging.WARNING, "here", 1, message, args, None, extra=extra)


@pytest.mark.parametrize("typed", ["a\nb", "a\r\nb", "a\u2028b", 'a"b', "\x1b[31m", "文件\x00"])
def test_42_whatever_was_typed_is_one_line_that_can_be_read_back(typed):
    line = JSONLine().format(a_record("looked for %s", typed))
    assert "\n" not in line
    assert "\r" not in line
    assert json.loads(line)["message"] == f"looked for {typed}"


def test_a_request_has_one_line_and_its_number_in_the_answer(city, caplog, settings):
    caplog.set_level(logging.INFO, "gongwen.requests")
    answer = city.desk(city.clerk).get(reverse("circulars:inbox"), {"q": "secret"})
    (line,) = [record for record in caplog.records if record.name == "gongwen.requests"]
    said = line.facts
    assert (said["method"], said["path"], said["status"]) == ("GET", reverse("circulars:inbox"), 200)
    assert said["person"] == city.clerk.pk
    assert said["address"] == "127.0.0.1"
    assert "secret" not in str(said)
    assert re.fullmatch("[0-9a-f]{32}", answer["X-Request-Id"])


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "a b c d e f", "<script>alert(1)</script>"])
def test_a_number_from_outside_is_believed_from_our_own_proxy_alone_and_only_if_it_is_one(city, settings, given):
    ours = "0123456789abcdef"
    for behind, sent, kept in ((False, ours, False), (True, ours, True), (True, given, False)):
        settings.BEHIND_PROXY = behind
        answer = Client().get("/healthz", headers={"X-Request-Id": sent, "X-Forwarded-For": "10.1.2.3"})
        assert (answer["X-Request-Id"] == sent) is kept


def test_the_key_of_a_wall_is_in_no_line(city, caplog):
    caplog.set_level(logging.INFO, "gongwen.requests")
    Client().get("/wall/a-key-that-nobody-reads/")
    assert "a-key-that-nobody-reads" not in str([getattr(record, "facts", "") for record in caplog.records])
