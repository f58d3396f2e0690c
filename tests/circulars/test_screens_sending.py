"""The issuing unit's screens after registration: sending, the board of receipts, its own text."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.faults import report_fault
from accounts.people import Post
from circulars.deliveries import Delivery
from circulars.destinations import destinations_of
from circulars.registration import Circular
from circulars.voiding import void
from cms.ledger import Entry
from cms.sweep import sweep
from tests.cast import LUNCH, MIDNIGHT, MONDAY, NEW_YEARS_EVE, attached
from tests.offices import beijing


def url(name, *args):
    return reverse(f"circulars:{name}", args=args)


def body(answer):
    return answer.content.decode()


@pytest.fixture(scope="module")
def standing_sealed(beforehand):
    return beforehand("sealed")


@pytest.fixture
def sealed(standing_sealed, city):
    """A normal circular that only needs sending."""
    return Circular.objects.get(pk=standing_sealed)


# What the browser sends with the one press, in office hours.
SEND = {"off_hours_reason": ""}


# Sending


def test_the_page_before_sending_says_to_whom_by_when_and_by_which_way(city, sealed):
    page = city.desk(city.sender).get(url("send", sealed.uuid))
    destinations = page.context["destinations"]
    assert (destinations.electronic, len(destinations.paper)) == (2, 1)
    assert page.context["due"].at == beijing("2026-09-29 18:00")
    assert [(row.unit.code, row.role, row.channel) for row in destinations.rows] == [
        ("BM05", "primary", "electronic"),
        ("BM12", "primary", "electronic"),
        ("QY16", "primary", "paper"),
    ]
    assert "未接入，送纸质件" in body(page)
    assert "印章验证通过，用印以后没有改动。" in body(page)
    assert f"{city.keeper}　今日 09:00 用印" in body(page)


def test_a_unit_without_a_clerk_is_named_before_sending(city, sealed):
    desk = city.desk(city.sender)
    assert "没有在岗收发员" not in body(desk.get(url("send", sealed.uuid)))
    Post.objects.get(person=city.late_clerk).leave(by=None, at=MONDAY)
    page = desk.get(url("send", sealed.uuid))
    assert [row.unit for row in page.context["destinations"].vacant] == [city.late]
    assert "市住建局现在没有在岗的收发员" in body(page)


def test_a_clerk_who_is_disabled_does_not_count_as_there(city, sealed):
    type(city.late_clerk).objects.filter(pk=city.late_clerk.pk).update(is_active=False)
    page = city.desk(city.sender).get(url("send", sealed.uuid))
    assert [row.unit for row in page.context["destinations"].vacant] == [city.late]


def test_a_unit_with_a_fault_is_named_before_sending_for_it_gets_paper_and_after_it_no_more(city, sealed):
    desk, sending = city.desk(city.sender), url("send", sealed.uuid)
    assert "单位有故障" not in body(desk.get(sending))
    fault = report_fault(city.attentive, "network", "光缆中断", detected_at=MONDAY, by=city.clerk, at=MONDAY)
    report_fault(city.elsewhere, "printer", "卡纸", detected_at=MONDAY, by=city.stranger, at=MONDAY)
    page = desk.get(sending)
    assert [(row.unit, row.fault) for row in page.context["destinations"].cut_off] == [(city.attentive, fault)]
    assert "市公安局</a>（网络线路，今日 09:00 发现）现在有故障没有恢复" in body(page)
    assert "故障中，另送纸质件" in body(page)
    assert "卡纸" not in body(page)
    assert "光缆中断" not in body(page)
    card = reverse("accounts:contact_card", args=[city.attentive.code])
    for address in (card, url("paper")):
        assert f'href="{address}"' in body(page)
        assert desk.get(address).status_code == 200
    desk.post(sending, SEND)
    sweep(MONDAY)
    assert sealed.number in body(desk.get(url("fault_paper", fault.pk)))
    fault.confirm(restored_at=MONDAY, by=city.engineer, at=MONDAY)
    assert not destinations_of(sealed).cut_off


def test_copies_stand_in_the_list_as_copies_in_the_registers_order(city):
    circular = city.sealed(primary_units=[city.late], cc_units=[city.county, city.attentive])
    page = city.desk(city.sender).get(url("send", circular.uuid))
    destinations = page.context["destinations"]
    assert [(row.unit.code, row.role) for row in destinations.rows] == [
        ("QX01", "cc"),
        ("BM05", "cc"),
        ("BM12", "primary"),
    ]
    assert "主送 1 · 抄送 2" in body(page)


def test_the_list_before_sending_takes_no_question_more_for_a_longer_list(city):
    def asked(units):
        circular, desk = city.sealed(primary_units=units), city.desk(city.sender)
        with CaptureQueriesContext(connection) as queries:
            desk.get(url("send", circular.uuid))
        return len(queries)

    few = asked([city.attentive])
    assert asked([city.attentive, city.late, city.county, city.department, city.paper, city.elsewhere]) == few


def test_sending_reaches_every_unit_and_leads_to_the_board(city, sealed):
    answer = city.desk(city.sender).post(url("send", sealed.uuid), SEND, follow=True)
    assert answer.redirect_chain == [(url("board", sealed.uuid), 302)]
    assert "电子 2 家，另有 1 家未接入，须送纸质件" in body(answer)
    assert Delivery.objects.count() == 3


def test_sending_twice_sends_once_and_says_when(city, sealed):
    desk = city.desk(city.sender)
    desk.post(url("send", sealed.uuid), SEND)
    answer = desk.post(url("send", sealed.uuid), SEND, follow=True)
    assert "已于 2026-09-28 09:00 发送" in body(answer)
    assert Entry.objects.filter(deed="circular.sent").count() == 1


@pytest.mark.parametrize("at", [LUNCH, MIDNIGHT])
def test_off_duty_a_normal_circular_asks_for_its_reason(city, sealed, week, at):
    week.move_to(at, tick=False)
    desk = city.desk(city.sender)
    asking = desk.get(url("send", sealed.uuid))
    assert asking.context["off_duty"]
    assert 'data-choices="later"' in body(asking)
    assert 'data-choices="now later"' in body(asking)
    assert "（现在就发的必填；定在非工作时间的也必填）" in body(asking)
    answer = desk.post(url("send", sealed.uuid), {"off_hours_reason": " "})
    assert "off_hours_reason" in answer.context["form"].errors
    assert not Delivery.objects.exists()
    desk.post(url("send", sealed.uuid), {"off_hours_reason": "会议当日印发"})
    assert Circular.objects.get(pk=sealed.pk).off_hours_reason == "会议当日印发"


def test_a_reason_too_long_to_be_kept_is_not_cut_off_silently(city, sealed, week):
    week.move_to(MIDNIGHT, tick=False)
    answer = city.desk(city.sender).post(url("send", sealed.uuid), {"off_hours_reason": "长" * 201})
    assert "off_hours_reason" in answer.context["form"].errors
    assert not Delivery.objects.exists()


def test_without_next_years_calendar_the_page_says_that_the_due_time_is_pending_and_it_goes_out(city, sealed, week):
    week.move_to(NEW_YEARS_EVE, tick=False)
    desk, waiting = city.desk(city.sender), "2027年工作日历未载入，签收时限待定"
    assert waiting in body(desk.get(url("send", sealed.uuid)))
    assert waiting in body(desk.post(url("send", sealed.uuid), SEND, follow=True))
    assert set(sealed.deliveries.values_list("due_at", "due_pending")) == {(None, True)}


def test_nobody_else_sends(city, sealed):
    for who in ("stranger", "registrar", "approver", "clerk", "secretary", "superuser", "nobody"):
        assert city.desk(getattr(city, who)).post(url("send", sealed.uuid), SEND).status_code == 404
    assert not Delivery.objects.exists()


def test_looking_at_the_page_before_sending_sends_nothing(city, sealed):
    city.desk(city.sender).get(url("send", sealed.uuid), {"off_hours_reason": "x"})
    assert not Delivery.objects.exists()


def test_a_form_from_another_site_is_refused(city, sealed):
    desk = Client(enforce_csrf_checks=True)
    desk.force_login(city.sender, backend="accounts.signin.NamedPersonBackend")
    assert desk.post(url("send", sealed.uuid), SEND).status_code == 403
    assert not Delivery.objects.exists()


# Following what was sent


def test_the_secretariat_sees_the_receipts_but_not_the_text(city, sealed):
    city.dispatch(sealed)
    desk = city.desk(city.secretary)
    board = desk.get(url("board", sealed.uuid))
    assert (board.status_code, board.context["may_read"], board.context["may_send"]) == (200, False, False)
    assert desk.get(url("own_text", sealed.uuid)).status_code == 404


def test_nobody_else_follows_the_circular(city, sealed):
    city.dispatch(sealed)
    for who in ("stranger", "clerk", "leader", "county_clerk", "superuser", "nobody"):
        desk = city.desk(getattr(city, who))
        assert desk.get(url("board", sealed.uuid)).status_code == 404
        assert desk.get(url("own_text", sealed.uuid)).status_code == 404


def test_a_page_that_only_shows_takes_no_post(city, sealed):
    desk = city.desk(city.sender)
    for page in (url("board", sealed.uuid), url("own_text", sealed.uuid), url("outbox")):
        assert desk.post(page).status_code == 405


def test_the_issuing_unit_reads_its_own_text_and_attachments(city):
    circular = city.sealed(attachments=attached("姓名,电话\n".encode()))
    desk = city.desk(city.approver)
    page = body(desk.get(url("own_text", circular.uuid)))
    assert "严格落实值班制度" in page
    assert "本页是办理情况，不是公文" in page
    assert f"{city.keeper}　2026-09-28 09:00 用印" in page
    answer = desk.get(url("own_attachment", circular.uuid, 1))
    assert b"".join(answer.streaming_content) == "姓名,电话\n".encode()
    assert city.desk(city.stranger).get(url("own_attachment", circular.uuid, 1)).status_code == 404


def test_what_was_sent_is_listed_with_how_many_signed(city, sealed):
    city.dispatch(sealed)
    city.sign(city.opened(sealed))
    (row,) = city.desk(city.sender).get(url("outbox")).context["sent"]
    assert (row.electronic_count, row.signed_count) == (2, 1)


def test_a_voided_circular_is_not_offered_for_sending(city, sealed):
    void(sealed, reason="停止印发", by=city.registrar, at=MONDAY)
    desk = city.desk(city.sender)
    assert not desk.get(url("outbox")).context["to_send"]
    for answer in (
        desk.get(url("send", sealed.uuid), follow=True),
        desk.post(url("send", sealed.uuid), SEND, follow=True),
    ):
        assert answer.redirect_chain == [(url("board", sealed.uuid), 302)]
        assert "已作废，不能发送" in body(answer)
    assert not Delivery.objects.exists()
