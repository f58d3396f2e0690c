"""Texts to telephones: whatever a gateway does, a text is never offered twice unless it was surely not sent (Article 21)."""

import json
import time
from datetime import datetime, timedelta

import pytest

from cms import gateways, textmessages
from cms.gateways import Answer, FileDrop, HttpGateway, Outgoing, Word
from cms.textmessages import (
    LOST_AFTER,
    WAITS,
    TextMessage,
    answered,
    hand_over,
    sweep_texts,
    take_reports,
    withdraw,
    write,
)
from tests.gateway import TextGateway, a_gateway, closed_address
from tests.offices import beijing

NINE = beijing("2026-11-18 09:00")
pytestmark = pytest.mark.django_db


@pytest.fixture
def gateway():
    with a_gateway() as server:
        yield server


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(gateways, "PATIENCE_SECONDS", 0.3)


def text(key: str = "a", said: str = "请签收。") -> TextMessage:
    write([(key, "13800000001", said)], at=NINE)
    return TextMessage.objects.get(key=key)


def after(gateway: TextGateway, at: datetime = NINE, key: str = "a") -> TextMessage:
    hand_over(at, gateway.way())
    return TextMessage.objects.get(key=key)


def test_a_text_is_kept_first_and_handed_over_once(gateway):
    text()
    write([("a", "13800000001", "请签收。")], at=NINE)
    for _ in range(3):
        handed = after(gateway)
    assert (handed.state, handed.tries) == ("accepted", 1)
    assert gateway.taken == [{"id": "a", "to": "13800000001", "text": "请签收。"}]


def test_an_address_that_slipped_into_a_text_is_left_out(gateway):
    text(said="请登录 http://a.cn/x 签收。")
    assert TextMessage.objects.get().text == "请登录 … 签收。"


@pytest.mark.parametrize("mood", ["broken", "nonsense", "take_and_drop"])
def test_an_answer_that_nobody_understands_is_flagged_and_never_tried_again(gateway, mood):
    text()
    gateway.mood = mood
    assert after(gateway).state == "unknown"
    gateway.mood = "accept"
    assert after(gateway, NINE + timedelta(days=1)).state == "unknown"
    assert gateway.asked == 1


@pytest.mark.parametrize("mood", ["hang", "drip"])
def test_a_gateway_that_hangs_is_left_and_the_others_wait_for_the_next_run(gateway, impatient, mood):
    text("a")
    text("b")
    gateway.mood = mood
    began = time.monotonic()
    assert hand_over(NINE, gateway.way()) == 1
    assert time.monotonic() - began < 5
    assert list(TextMessage.objects.order_by("key").values_list("state", flat=True)) == ["unknown", "waiting"]


def test_what_was_surely_not_sent_is_tried_again_a_few_times_and_then_fails(gateway):
    text()
    gateway.mood, at = "busy", NINE
    for wait in WAITS:
        assert after(gateway, at).state == "waiting"
        assert after(gateway, at + wait - timedelta(seconds=1)).tries == gateway.asked
        at += wait
    assert after(gateway, at).state == "failed"
    assert gateway.asked == len(WAITS) + 1


def test_where_nobody_listens_the_text_waits():
    text()
    hand_over(NINE, HttpGateway(closed_address()))
    assert TextMessage.objects.get().state == "waiting"


def test_a_plain_refusal_is_not_repeated(gateway):
    text()
    gateway.mood = "refuse"
    assert after(gateway).state == "failed"
    assert after(gateway, NINE + timedelta(days=1)).tries == 1


def test_a_claim_whose_holder_was_stopped_counts_as_unknown(gateway):
    text()
    TextMessage.objects.update(state="claimed", claimed_at=NINE)
    sweep_texts(NINE + LOST_AFTER)
    assert TextMessage.objects.get().state == "claimed"
    sweep_texts(NINE + LOST_AFTER + timedelta(seconds=1))
    assert after(gateway).state == "unknown"
    assert gateway.taken == []


def test_a_text_that_a_busy_gateway_delivered_after_all_is_not_handed_over_again(gateway):
    text()
    TextMessage.objects.update(tries=1, next_try_at=NINE + WAITS[0])
    gateway.reports = [{"id": "a", "status": "delivered"}]
    take_reports(NINE, gateway.way())
    assert after(gateway, NINE + WAITS[0]).state == "delivered"
    assert not gateway.taken


def test_a_report_decides_once_and_a_contrary_second_one_changes_nothing(gateway):
    text()
    after(gateway)
    gateway.reports = ["nonsense", {"id": "a", "status": "odd"}, {"id": "b", "status": "delivered"}]
    take_reports(NINE, gateway.way())
    assert TextMessage.objects.get().state == "accepted"
    gateway.reports = [{"id": "a", "status": "delivered"}, {"id": "a", "status": "refused"}]
    take_reports(NINE, gateway.way())
    take_reports(NINE + timedelta(hours=1), gateway.way())
    told = TextMessage.objects.get()
    assert (told.state, told.answered_at) == ("delivered", NINE)


def test_a_long_list_of_reports_is_read_to_its_end(gateway):
    text()
    after(gateway)
    gateway.reports = [{"id": f"other-{n}", "status": "delivered", "detail": "ok"} for n in range(800)]
    gateway.reports.append({"id": "a", "status": "delivered"})
    take_reports(NINE, gateway.way())
    assert TextMessage.objects.get().state == "delivered"


def test_a_gateway_that_hangs_holds_up_no_sweep(gateway, settings):
    text()
    settings.SMS = {"url": gateway.address, "reports": f"{gateway.address}/reports"}
    gateway.mood = "hang"
    sweep_texts(NINE)
    assert gateway.asked == 0


def test_a_slow_gateway_has_its_run_ended_before_the_queue_stops_it(gateway, monkeypatch):
    monkeypatch.setattr(textmessages, "RUN_SECONDS", 0)
    text("a")
    text("b")
    assert hand_over(NINE, gateway.way()) == 1
    assert hand_over(NINE, gateway.way()) == 1
    assert [taken["id"] for taken in gateway.taken] == ["a", "b"]


def test_what_was_withdrawn_is_never_handed_over(gateway):
    text()
    assert withdraw(TextMessage.objects.all(), why="公文已撤回", at=NINE) == 1
    assert after(gateway, NINE + timedelta(days=1)).state == "failed"
    assert withdraw(TextMessage.objects.all(), why="公文已撤回", at=NINE) == 0
    assert gateway.taken == []


def test_whoever_listens_hears_that_the_gateway_has_answered_and_cannot_hurt_the_outbox(gateway):
    heard = []

    def listener(sender, at, **kwargs):
        heard.append(at)
        raise RuntimeError

    answered.connect(listener)
    text()
    assert after(gateway).state == "accepted"
    take_reports(NINE, gateway.way())
    answered.disconnect(listener)
    assert heard == [NINE, NINE]


def test_a_taken_text_counts_as_told_only_where_gateways_never_report(gateway, settings):
    text()
    after(gateway)
    assert not TextMessage.objects.arrived().exists()
    settings.SMS_ACCEPTED_COUNTS = True
    assert TextMessage.objects.arrived().exists()


def test_across_the_gap_a_text_is_a_whole_file_and_the_report_comes_back_as_one(tmp_path):
    text("a-1")
    drop = FileDrop(str(tmp_path))
    hand_over(NINE, drop)
    drop.take(Outgoing("a-1", "13800000001", "请签收。"))
    lying = list((tmp_path / "out").iterdir())
    assert [path.name for path in lying] == ["a-1.json"]
    assert json.loads(lying[0].read_text()) == {"id": "a-1", "to": "13800000001", "text": "请签收。"}
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "1.json").write_text('{"id": "a-1", "status": "delivered"}')
    (tmp_path / "in" / "2.json").write_text("坏了")
    take_reports(NINE, drop)
    assert TextMessage.objects.get().state == "delivered"
    assert sorted(path.name for path in (tmp_path / "in" / "read").iterdir()) == ["1.json", "2.json"]


def test_a_folder_that_cannot_be_written_loses_nothing(tmp_path):
    text()
    (tmp_path / "out").write_text("a file where the folder should be")
    hand_over(NINE, FileDrop(str(tmp_path)))
    assert TextMessage.objects.get().state == "waiting"


def test_without_a_gateway_texts_wait_and_nothing_is_queued(settings):
    settings.SMS = {}
    text()
    assert hand_over(NINE) == 0
    sweep_texts(NINE)
    assert TextMessage.objects.get().state == "waiting"


def test_a_text_is_one_plain_line_of_bounded_length():
    kept = text(said="标题\r\n第二行\x00" + "长" * 300)
    assert kept.text.startswith("标题 第二行 长")
    assert (len(kept.text), kept.text[-1]) == (200, "…")


def test_two_runs_at_once_offer_a_text_once(gateway):
    class Meanwhile:
        """While the first run asks its gateway, a second run comes round."""

        def take(self, outgoing: Outgoing) -> Answer:
            hand_over(NINE, gateway.way())
            return Answer(Word.ACCEPTED)

        def reports(self):
            yield from ()

    text()
    hand_over(NINE, Meanwhile())
    assert gateway.taken == []
    assert TextMessage.objects.get().state == "accepted"
