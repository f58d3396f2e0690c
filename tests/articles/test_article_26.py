"""第二十六条: who retires or is moved hands over in writing, and the leader supervises it and signs.

工作人员退休或者调离岗位,要按照相关规定,向本单位移交本人保管的设备、文件和资料,并办理书面交接手续。分管领导要对交接工作进行监督,并对交接手续进行签字确认。
"""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.closing import close_account, close_at_once
from accounts.handovers import Handover, open_handover, overlap_until
from accounts.handovers.late import sweep_handovers
from accounts.people import User, take_post
from accounts.roles import Right, Role, may
from cms.areas import Area
from cms.ledger import Entry
from cms.lifecycles import OutOfOrder
from cms.messages import Message
from cms.workdays import CalendarDay, CalendarYear
from tests.cast import MONDAY
from tests.handovers import accepted, again, given, opened, post_of
from tests.offices import beijing


def test_a_clerk_who_retires_hands_over_in_writing_and_the_leader_signs(city):
    """On the desk, from the list to the sheet, each in their own browser."""
    handover = opened(city)
    giver, receiver, leader = city.desk(city.clerk), city.desk(city.second_clerk), city.desk(city.leader)

    def path(name, *rest):
        return reverse(f"accounts:{name}", args=[handover.pk, *rest])

    giver.post(path("put_down_item"), {"kind": "device", "text": "办公电脑 国资编号 0231", "count": 1})
    assert "已签字移交" in giver.post(path("give_handover"), follow=True).content.decode()
    item = handover.items.get()
    checked = {f"finding-{item.pk}": "wrong", f"remark-{item.pk}": "缺电源线"}
    assert "已签字接收" in receiver.post(path("accept_handover"), checked, follow=True).content.decode()
    shown = leader.get(path("handover")).content.decode()
    assert "缺电源线" in shown
    assert "监交签字" in shown
    assert "已办结" in leader.post(path("countersign_handover"), follow=True).content.decode()
    sheet = leader.get(path("handover_sheet")).content.decode()
    for word in ("工作交接单", "办公电脑 国资编号 0231", "缺电源线", "孙早", "孙晚", "高建国", "签名："):
        assert word in sheet


def test_who_is_moved_from_one_unit_to_another_loses_the_first_at_the_next_click(city, circular):
    desk = city.desk(city.clerk)
    paper = reverse("circulars:reading", args=[city.delivery(circular).pk])
    assert desk.get(paper).status_code == 200
    open_handover(post_of(city.clerk), city.second_clerk, by=city.secretary, at=MONDAY)
    take_post(again(city.clerk), city.late, Role.CLERK, by=city.secretary, at=MONDAY)
    refused = desk.get(paper)
    assert (refused.status_code, refused["Location"].split("?")[0]) == (302, reverse("login"))
    desk = city.desk(city.clerk)
    assert desk.get(paper).status_code == 404
    assert desk.post(reverse("circulars:sign", args=[city.delivery(circular).pk])).status_code == 404
    assert desk.get(reverse("circulars:reading", args=[city.delivery(circular, city.late).pk])).status_code == 200
    assert may(again(city.clerk), Right.RECEIVE, city.late.pk)


def test_of_the_account_of_who_left_there_remains_the_handover_and_nothing_else(city, circular):
    handover = opened(city)
    desk = city.desk(city.clerk)
    landed = desk.get("/", follow=True)
    assert landed.request["PATH_INFO"] == reverse("accounts:handover", args=[handover.pk])
    text = landed.content.decode()
    assert "您在“市公安局”的收发员权限已于" in text
    for name in ("notices", "messages", "circulars:check"):
        assert desk.get(reverse(name)).url == reverse("accounts:handovers"), name
    for name in ("circulars:inbox", "circulars:outbox", "accounts:own_keys"):
        assert desk.get(reverse(name)).status_code == 404, name
    assert reverse("circulars:check") not in text


def test_a_leaver_with_pending_work_or_an_open_handover_cannot_be_closed(city):
    city.draft()
    with pytest.raises(OutOfOrder, match="未办结的文稿 1 件"):
        close_account(city.drafter, reason="退休", by=city.engineer, at=MONDAY)
    handover = accepted(city)
    office, path = city.desk(city.engineer), reverse("accounts:close_account", args=[city.clerk.pk])
    refused = office.post(path, {"closing_reason": "退休"}, follow=True).content.decode()
    assert "孙早在“市公安局”的收发员交接还没有办完" in refused
    assert again(city.clerk).is_active
    handover.countersign(by=city.leader, at=MONDAY)
    assert Message.objects.filter(person=city.engineer, text__contains="可以停用账户").exists()
    office.post(path, {"closing_reason": "退休"})
    assert not again(city.clerk).is_active


def test_security_does_not_wait_for_a_handover_which_goes_on_without_the_giver(city):
    handover = opened(city)
    office, path = city.desk(city.engineer), reverse("accounts:close_account", args=[city.clerk.pk])
    office.post(path, {"closing_reason": "账户被冒用", "at_once": "on"})
    assert not again(city.clerk).is_active
    assert "还没有办完" in Entry.objects.get(deed="account.closed").facts["left"][0]
    with pytest.raises(OutOfOrder):
        close_at_once(city.engineer, reason="试试", by=city.engineer, at=MONDAY)
    handover.put_down("device", "办公电脑", 1, by=city.leader, at=MONDAY)
    handover.give(by=city.leader, at=MONDAY)


def test_a_hanging_handover_is_pressed_for_every_working_day_first_at_the_unit_then_by_the_offices(city, week):
    given(city)

    def told(at):
        week.move_to(at, tick=False)
        before = set(Message.objects.values_list("pk", flat=True))
        for _ in range(2):
            sweep_handovers(at)
        new = Message.objects.exclude(pk__in=before)
        return sorted(new.values_list("person__username", flat=True))

    unit, offices = ["clerk", "leader", "second-clerk"], ["engineer", "secretary"]
    assert told(beijing("2026-10-10 17:59")) == []
    assert told(beijing("2026-10-11 10:00")) == [], "a Sunday"
    assert told(beijing("2026-10-12 09:00")) == unit
    assert told(beijing("2026-10-12 15:00")) == []
    assert told(beijing("2026-10-13 09:00")) == sorted(unit + offices)
    assert told(beijing("2026-10-14 09:00")) == sorted(unit + offices)
    listed = city.desk(city.secretary).get(reverse("accounts:handovers"), {"show": "hanging"}).content.decode()
    assert "孙早" in listed
    Handover.objects.get().send_back("清单不全", by=city.second_clerk, at=beijing("2026-10-14 10:00"))
    assert told(beijing("2026-10-15 09:00")) == sorted(unit + offices)


def test_a_limit_that_waits_for_the_calendar_of_a_year_is_set_when_it_is_there(city, week):
    at = beijing("2026-12-30 09:00")
    week.move_to(at, tick=False)
    handover = opened(city, at=at)
    assert (handover.limit_at, overlap_until(city.attentive)) == (None, None)
    sweep_handovers(at + timedelta(days=30))
    assert not Handover.objects.hanging(at + timedelta(days=30)).exists()
    area = Area.objects.home()
    CalendarYear.objects.create(area=area, year=2027, source="放假通知")
    CalendarDay.objects.create(area=area, date=date(2027, 1, 1), is_working=False, name="元旦")
    sweep_handovers(at)
    assert Handover.objects.get().limit_at == beijing("2027-01-07 18:00")


def test_a_new_leader_never_signs_for_the_handover_to_themselves(city):
    new = User.objects.create(username="new-leader", name="新领导")
    handover = open_handover(post_of(city.leader, Role.LEADER), new, by=None, at=MONDAY)
    take_post(new, city.attentive, Role.LEADER, by=None, at=MONDAY)
    handover.put_down("papers", "值班表", 1, by=city.leader, at=MONDAY)
    handover.give(by=city.leader, at=MONDAY)
    item = handover.items.get()
    desk = city.desk(new)
    desk.post(reverse("accounts:accept_handover", args=[handover.pk]), {f"finding-{item.pk}": "taken"})
    desk.post(reverse("accounts:countersign_handover", args=[handover.pk]))
    assert Handover.objects.get().state == Handover.State.ACCEPTED
    city.desk(city.principal).post(reverse("accounts:countersign_handover", args=[handover.pk]))
    assert Handover.objects.get().countersigned_by == city.principal
