"""The sender's screens for what came back and for taking a circular back, and what the receiving unit sees of both (Article 20)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from circulars.deliveries import Delivery, DeliveryRound, ReturnCode
from circulars.origins import Origin
from circulars.registration import Circular
from circulars.returns import ReturnOutcome, acknowledge
from cms.messages import Message
from tests.cast import BACK_AT_WORK, MONDAY, attached

AN_HOUR_LATER = MONDAY + timedelta(hours=1)


def url(name, *args):
    return reverse(f"circulars:{name}", args=args)


def body(answer):
    return answer.content.decode()


def fresh(delivery):
    return Delivery.objects.get(pk=delivery.pk)


@pytest.fixture
def returned(city, circular):
    delivery = city.opened(circular)
    delivery.send_back(code=ReturnCode.NOT_OURS, reason="应由住建局办理", by=city.clerk, at=MONDAY)
    return delivery


@pytest.fixture
def acknowledged(city, returned):
    acknowledge(returned, by=city.sender, at=MONDAY)
    return fresh(returned)


# The list


def test_the_list_shows_unit_reason_and_whose_turn_it_is_and_the_rail_counts_it(city, returned):
    desk = city.desk(city.sender)
    page = desk.get(url("returns"))
    for said in ("市公安局", "不属于本单位办理", "应由住建局办理", "请签收退文"):
        assert said in body(page)
    item = next(item for group in page.context["rail_groups"] for item in group.items if item.label == "退文待签收")
    assert (item.count, item.url) == (len(page.context["page_obj"]), url("returns"))
    acknowledge(returned, by=city.sender, at=MONDAY)
    assert not desk.get(url("returns")).context["page_obj"].object_list
    assert "核实职责分工" in body(desk.get(url("returns"), {"show": "open"}))


def test_only_those_who_follow_the_units_sendings_see_it(city, returned):
    for who in ("department_reviewer", "stranger"):
        desk = city.desk(getattr(city, who))
        assert not desk.get(url("returns")).context["page_obj"].object_list
        assert desk.get(url("returned", returned.pk)).status_code == 404
    for who in ("clerk", "secretary", "superuser"):
        assert city.desk(getattr(city, who)).get(url("returns")).status_code == 404


# Signing for it


def test_the_sender_signs_for_it_and_is_led_on(city, returned):
    desk = city.desk(city.sender)
    assert "签收退文" in body(desk.get(url("returned", returned.pk)))
    assert not Message.objects.unread_by(city.sender).filter(key__startswith="sent-back").exists()
    for _ in range(2):
        page = body(desk.post(url("acknowledge", returned.pk), follow=True))
    for said in ("再次发送", "不再发送", "由拟稿人打开本页起草更正稿"):
        assert said in page
    assert "陈立新" in page
    assert fresh(returned).acknowledged_by == city.sender


def test_the_drafter_sees_it_and_does_not_sign_for_it(city, returned):
    desk = city.desk(city.drafter)
    page = body(desk.get(url("returned", returned.pk)))
    assert "由发文员签收退文" in page
    assert desk.post(url("acknowledge", returned.pk)).status_code == 404
    assert city.desk(city.sender).get(url("acknowledge", returned.pk)).status_code == 405


# Sending it again


def test_the_sender_insists_and_the_unit_reads_why(city, acknowledged):
    desk = city.desk(city.sender)
    assert "9月29日 18:00 前" in body(desk.get(url("insist", acknowledged.pk)))
    answer = desk.post(url("insist", acknowledged.pk), {"why": "三定方案写明由贵局牵头"}, follow=True)
    assert "已再次发送" in body(answer)
    assert "没有待签收" in body(desk.get(url("returns")))
    page = body(city.desk(city.clerk).get(url("reading", acknowledged.pk)))
    for said in ("三定方案写明由贵局牵头", "第 1 轮发送", "再次发送", "核对后签收"):
        assert said in page
    for slower in ("insist", "leave_return"):
        again = body(desk.post(url(slower, acknowledged.pk), {"why": "再来"}, follow=True))
        assert "这件退文已由陈立新办理：再次发送" in again
    assert DeliveryRound.objects.count() == 1
    assert not ReturnOutcome.objects.exists()


def test_what_was_sent_again_stays_readable_and_stands_among_the_finished_with_its_outcome(city, acknowledged):
    city.desk(city.sender).post(url("insist", acknowledged.pk), {"why": "三定方案写明由贵局牵头"})
    for who in (city.sender, city.drafter):
        desk = city.desk(who)
        page = body(desk.get(url("returned", acknowledged.pk), follow=True))
        for said in ("应由住建局办理", "办理结果", "再次发送：三定方案写明由贵局牵头", "第 1 轮", "?show=done"):
            assert said in page
        assert "起草更正稿" not in page
        listed = body(desk.get(url("returns"), {"show": "done"}))
        assert "再次发送<" in listed
        assert url("returned_round", acknowledged.pk, 1) in listed
        assert desk.get(url("returned_round", acknowledged.pk, 2)).status_code == 404
    for who in (city.department_reviewer, city.stranger, city.clerk):
        desk = city.desk(who)
        assert desk.get(url("returned", acknowledged.pk)).status_code == 404
        assert desk.get(url("returned_round", acknowledged.pk, 1)).status_code == 404
    assert not city.desk(city.stranger).get(url("returns"), {"show": "done"}).context["page_obj"].object_list


def test_a_paper_that_came_back_twice_stands_twice_among_the_finished(city, acknowledged):
    desk = city.desk(city.sender)
    desk.post(url("insist", acknowledged.pk), {"why": "由贵局牵头"})
    again = fresh(acknowledged)
    again.open(by=city.clerk, at=AN_HOUR_LATER)
    again.send_back(code=ReturnCode.NOT_OURS, reason="仍应由住建局办理", by=city.clerk, at=AN_HOUR_LATER)
    acknowledge(again, by=city.sender, at=AN_HOUR_LATER)
    page = body(desk.get(url("returned", acknowledged.pk)))
    assert "再次发送</a>" in page
    assert len(desk.get(url("returns"), {"show": "done"}).context["finished"]) == 1
    desk.post(url("leave_return", acknowledged.pk), {"why": "改由住建局办理"})
    finished = desk.get(url("returns"), {"show": "done"}).context["finished"]
    assert [(row.outcome, row.kept.round) for row in finished] == [("不再发送", 2), ("再次发送", 1)]


def test_a_second_hand_that_was_slower_is_told(city, acknowledged):
    desk = city.desk(city.sender)
    desk.post(url("leave_return", acknowledged.pk), {"why": "改由住建局办理"})
    page = body(desk.post(url("insist", acknowledged.pk), {"why": "再来"}, follow=True))
    assert "已由陈立新办理：不再发送" in page
    assert fresh(acknowledged).state == "returned"


def test_off_duty_the_form_asks_for_the_reason_and_keeps_what_was_typed(city, acknowledged, week):
    week.move_to(BACK_AT_WORK.replace(hour=22), tick=False)
    desk, form = city.desk(city.sender), {"why": "由贵局牵头"}
    assert "第二十一条" in body(desk.get(url("insist", acknowledged.pk)))
    page = desk.post(url("insist", acknowledged.pk), form)
    assert list(page.context["form"].errors) == ["off_hours_reason"]
    assert "由贵局牵头" in body(page)
    desk.post(url("insist", acknowledged.pk), form | {"off_hours_reason": "明早开会要用"})
    assert fresh(acknowledged).round == 2


@pytest.mark.parametrize("name", ["insist", "leave_return"])
def test_a_reason_is_needed_and_nobody_else_finds_the_page(city, acknowledged, name):
    where = url(name, acknowledged.pk)
    for why in ("", " ", "长" * 301):
        assert list(city.desk(city.sender).post(where, {"why": why}).context["form"].errors) == ["why"]
    city.desk(city.sender).get(where, {"why": "看一看"})
    for who in ("drafter", "clerk", "stranger", "department_reviewer", "secretary", "superuser"):
        desk = city.desk(getattr(city, who))
        assert (desk.get(where).status_code, desk.post(where, {"why": "我来"}).status_code) == (404, 404)
    assert fresh(acknowledged).state == "returned"
    assert not ReturnOutcome.objects.exists()


# Leaving it and correcting it


def test_the_sender_leaves_it_and_both_sides_read_the_end(city, acknowledged):
    desk = city.desk(city.sender)
    answer = desk.post(url("leave_return", acknowledged.pk), {"why": "改由住建局办理"}, follow=True)
    assert "已办结" in body(answer)
    assert "不再发送" in body(desk.get(url("returns"), {"show": "done"}))
    assert "改由住建局办理" in body(desk.get(url("returned", acknowledged.pk)))
    assert "改由住建局办理" in body(city.desk(city.clerk).get(url("reading", acknowledged.pk)))


def test_the_drafter_corrects_it_once(city, acknowledged):
    desk, key = city.desk(city.drafter), uuid4()
    assert "起草更正稿" in body(desk.get(url("returned", acknowledged.pk)))
    first, second = (desk.post(url("correct_return", acknowledged.pk), {"key": key}) for _ in range(2))
    assert first.url == second.url
    assert "/cms/pages/" in first.url
    assert Origin.objects.filter(kind="reissued").count() == 1
    assert "已经失效" in body(desk.post(url("correct_return", acknowledged.pk), follow=True))
    other = body(desk.post(url("correct_return", acknowledged.pk), {"key": uuid4()}, follow=True))
    assert "已由王文静办理：另行更正" in other
    for who in ("sender", "stranger", "clerk", "department_drafter"):
        assert (
            city.desk(getattr(city, who)).post(url("correct_return", acknowledged.pk), {"key": key}).status_code == 404
        )
    assert desk.get(url("correct_return", acknowledged.pk)).status_code == 405


def test_the_board_leads_to_the_return(city, returned):
    page = body(city.desk(city.sender).get(url("board", returned.circular.uuid)))
    assert url("returned", returned.pk) in page
    assert url("returned", returned.pk) not in body(city.desk(city.secretary).get(url("board", returned.circular.uuid)))


# Taking a circular back


def test_the_sender_takes_it_back_from_the_board_and_the_unit_reads_why_and_no_text(city):
    circular = city.sent(attachments=attached())
    delivery, desk = city.opened(circular), city.desk(city.sender)
    assert url("recall", circular.uuid) in body(desk.get(url("board", circular.uuid)))
    answer = body(desk.post(url("recall", circular.uuid), {"reason": "附件发错"}, follow=True))
    assert f"已撤回 {circular.number}，3 家单位" in answer
    assert url("recall", circular.uuid) not in answer
    clerk = city.desk(city.clerk)
    listed = body(clerk.get(url("inbox"), {"show": "recalled"}))
    assert "附件发错" in listed
    assert circular.number not in body(clerk.get(url("inbox")))
    page = body(clerk.get(url("reading", delivery.pk)))
    assert "附件发错" in page
    for text in ("严格落实值班制度", "值班表"):
        assert text not in page
    assert clerk.get(url("attachment", delivery.pk, 1)).status_code == 404
    told = body(clerk.post(url("sign", delivery.pk), {"checked": ["all"], "key": uuid4()}, follow=True))
    assert "已撤回" in told
    assert "严格落实" not in told
    assert "严格落实" not in body(clerk.post(url("sign", delivery.pk), {}, follow=True))
    assert fresh(delivery).signed_at is None
    own = body(desk.get(url("own_text", circular.uuid)))
    assert "严格落实值班制度" in own
    assert "附件发错" in own
    assert "已撤回" in body(desk.get(url("outbox")))
    assert "附件发错" in body(city.desk(city.secretary).get(url("board", circular.uuid)))
    assert "已撤回" in body(city.desk(city.drafter).get(url("drafts")))


def test_what_came_back_before_a_recall_is_not_read_any_more_either(city, returned):
    city.desk(city.sender).post(url("recall", returned.circular.uuid), {"reason": "附件发错"})
    page = body(city.desk(city.clerk).get(url("reading", returned.pk)))
    assert "附件发错" in page
    assert "严格落实" not in page


def test_twice_is_once_and_a_late_press_is_offered_the_notice(city, circular):
    desk = city.desk(city.sender)
    desk.post(url("recall", circular.uuid), {"reason": "附件发错"})
    again = body(desk.post(url("recall", circular.uuid), {"reason": "附件发错"}, follow=True))
    assert "已撤回，不能撤回" in again
    other = city.sent()
    city.sign(city.opened(other))
    assert url("recall", other.uuid) not in body(desk.get(url("board", other.uuid)))
    late = body(desk.post(url("recall", other.uuid), {"reason": "附件发错"}, follow=True))
    assert "请发更正通知或者作废通知" in late
    assert Circular.objects.get(pk=other.pk).state == "sent"


def test_what_was_recalled_is_not_sent_again(city, circular):
    desk = city.desk(city.sender)
    desk.post(url("recall", circular.uuid), {"reason": "附件发错"})
    assert "不能再发送" in body(desk.post(url("send", circular.uuid), follow=True))


def test_a_recall_needs_its_reason_and_its_sender(city, circular):
    where = url("recall", circular.uuid)
    for reason in ("", " ", "长" * 301):
        assert list(city.desk(city.sender).post(where, {"reason": reason}).context["form"].errors) == ["reason"]
    city.desk(city.sender).get(where, {"reason": "看一看"})
    for who in ("drafter", "clerk", "stranger", "department_reviewer", "secretary", "superuser"):
        desk = city.desk(getattr(city, who))
        assert (desk.get(where).status_code, desk.post(where, {"reason": "我来"}).status_code) == (404, 404)
    assert Circular.objects.get(pk=circular.pk).state == "sent"
