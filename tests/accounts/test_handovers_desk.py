"""交接 on the desk: the list, the page, and every press of it by those who may, those who may not, and twice (Article 26)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.handovers import Handover
from accounts.people import Post, User, take_post
from accounts.roles import Right, Role, may
from tests.accounts.providers import providers_of
from tests.cast import MONDAY
from tests.handovers import accepted, again, given, opened, post_of

LIST, NEW = reverse("accounts:handovers"), reverse("accounts:new_handover")


def path(handover, name="handover", *rest):
    return reverse(f"accounts:{name}", args=[handover.pk, *rest])


def words(answer):
    return answer.content.decode()


# Every press: at which stage, by whom, with what, and the state after it.
PRESSES = {
    "put_down_item": (opened, "clerk", {"kind": "device", "text": "打印机", "count": 1}, "opened"),
    "give_handover": (opened, "clerk", {}, "opened"),  # refused: the list is empty
    "accept_handover": (given, "second_clerk", {}, "given"),  # refused: nothing was checked
    "send_back_handover": (given, "second_clerk", {"reason": "漏列打印机"}, "opened"),
    "countersign_handover": (accepted, "leader", {}, "countersigned"),
}


@pytest.mark.parametrize("name", PRESSES)
def test_a_press_does_what_it_says_for_whom_it_is_and_strangers_find_nothing(city, name):
    stage, who, typed, state = PRESSES[name]
    handover = stage(city)
    stood = handover.state
    for stranger in ("late_clerk", "drafter", "principal", "stranger", "superuser"):
        desk = city.desk(getattr(city, stranger))
        assert desk.post(path(handover, name), typed).status_code == 404, stranger
        assert desk.get(path(handover)).status_code == 404, stranger
    assert city.desk(getattr(city, who)).get(path(handover, name)).status_code == 405
    city.desk(city.secretary).post(path(handover, name), typed)  # sees it and may not
    assert Handover.objects.get().state == stood
    city.desk(getattr(city, who)).post(path(handover, name), typed)
    assert Handover.objects.get().state == state


def test_the_network_office_ends_the_post_of_a_principal_and_of_a_providers_person_on_a_letter(city):
    carrier_person = providers_of(city).carrier_person
    desk = city.desk(city.engineer)
    posts = [post_of(city.principal, Role.PRINCIPAL), post_of(carrier_person, Role.PROVIDER)]
    assert f'value="{post_of(city.clerk).pk}"' not in words(desk.get(NEW))
    for post in posts:
        assert "权限已停止" in words(desk.post(NEW, {"post": post.pk, "receiver": ""}, follow=True))
        assert not Post.objects.in_force(MONDAY.date()).filter(pk=post.pk).exists()
    assert set(Handover.objects.values_list("giver", flat=True)) == {city.principal.pk, carrier_person.pk}
    clerks = city.desk(city.clerk)
    assert clerks.get(NEW).status_code == 404


def test_twice_is_once_and_the_second_is_told(city):
    handover = given(city)
    desk, item = city.desk(city.second_clerk), handover.items.get()
    checked = {f"finding-{item.pk}": "taken"}
    desk.post(path(handover, "accept_handover"), checked)
    assert "不能变为“待监交签字”" in words(desk.post(path(handover, "accept_handover"), checked, follow=True))
    leader = city.desk(city.leader)
    leader.post(path(handover, "countersign_handover"))
    assert "不能变为“已办结”" in words(leader.post(path(handover, "countersign_handover"), follow=True))


def test_what_was_typed_wrong_stands_beside_the_reason_and_is_not_lost(city):
    handover = opened(city)
    desk = city.desk(city.clerk)
    answer = desk.post(path(handover, "put_down_item"), {"kind": "", "text": "打印机", "count": "0"})
    assert answer.status_code == 200
    assert {"请选择类别。", "数量至少为 1。"} <= {
        error for errors in answer.context["item_form"].errors.values() for error in errors
    }
    assert 'value="打印机"' in words(answer)
    handover.put_down("device", "办公电脑", 1, by=city.clerk, at=MONDAY)
    handover.give(by=city.clerk, at=MONDAY)
    item = handover.items.get()
    typed = {f"finding-{item.pk}": "", f"remark-{item.pk}": "缺电源线"}
    answer = city.desk(city.second_clerk).post(path(handover, "accept_handover"), typed)
    assert "还没有核对" in words(answer)
    assert 'value="缺电源线"' in words(answer)
    answer = city.desk(city.second_clerk).post(path(handover, "send_back_handover"), {"reason": " "})
    assert "请写明退回的原因。" in words(answer)


def test_a_mark_of_secrecy_stands_in_no_line_remark_or_reason_and_what_was_typed_is_not_lost(city):
    handover, marked = opened(city), "机密★10年 会议材料"
    page = city.desk(city.clerk).post(path(handover, "put_down_item"), {"kind": "papers", "text": marked, "count": 1})
    assert "不要照抄密级标志" in words(page)
    assert f'value="{marked}"' in words(page)
    assert not handover.items.exists()
    handover.put_down("papers", "会议材料", 1, by=city.clerk, at=MONDAY)
    handover.give(by=city.clerk, at=MONDAY)
    item = handover.items.get()
    receiver = city.desk(city.second_clerk)
    for name, typed in (
        ("accept_handover", {f"finding-{item.pk}": "wrong", f"remark-{item.pk}": marked}),
        ("send_back_handover", {"reason": marked}),
    ):
        assert "不要照抄密级标志" in words(receiver.post(path(handover, name), typed))
    handover.refresh_from_db()
    assert (handover.state, handover.note, handover.items.get().remark) == ("given", "", "")


def test_lines_are_struck_while_the_list_is_open(city):
    handover = opened(city)
    desk = city.desk(city.clerk)
    desk.post(path(handover, "put_down_item"), {"kind": "device", "text": "打印机", "count": 1})
    strike = path(handover, "strike_item", handover.items.get().pk)
    assert city.desk(city.late_clerk).post(strike).status_code == 404
    assert "已从清单删去" in words(desk.post(strike, follow=True))
    assert "已经删去" in words(desk.post(strike, follow=True))
    assert not handover.items.exists()


def test_the_leader_ends_a_post_on_the_desk_and_names_who_takes_over(city):
    handler = User.objects.create(username="handler", name="钱承办")
    post = take_post(handler, city.attentive, Role.HANDLER, by=None, at=MONDAY)
    desk = city.desk(city.leader)
    assert "钱承办（市公安局承办人）" in words(desk.get(NEW))
    assert "孙早（市公安局收发员）" not in words(desk.get(NEW)), "a change that is filed by letter"
    refused = desk.post(NEW, {"post": post.pk, "receiver": city.late_clerk.pk})
    assert "请从列出的人员中选择接收人" in words(refused)
    answer = desk.post(NEW, {"post": post.pk, "receiver": ""}, follow=True)
    assert "钱承办的权限已停止" in words(answer)
    handover = Handover.objects.get()
    assert "未指定" in words(answer)
    answer = desk.post(path(handover, "name_receiver"), {"receiver": city.clerk.pk}, follow=True)
    assert "接收人是孙早" in words(answer)
    for who in ("clerk", "late_clerk", "secretary"):
        assert city.desk(getattr(city, who)).get(NEW).status_code == 404, who


def test_the_list_shows_each_what_concerns_them_and_what_waits_for_them(city, week):
    handover = given(city)
    for who, waits in {"second_clerk": True, "leader": False, "secretary": False}.items():
        text = words(city.desk(getattr(city, who)).get(LIST))
        assert "孙早" in text, who
        assert ("待您办理" in text) is waits, who
    assert "没有未办结的交接" in words(city.desk(city.late_clerk).get(LIST))
    assert "没有超过期限的交接" in words(city.desk(city.secretary).get(LIST, {"show": "hanging"}))
    week.move_to(MONDAY.replace(month=11), tick=False)
    assert "孙早" in words(city.desk(city.secretary).get(LIST, {"show": "hanging"}))
    assert handover in Handover.objects.waiting_for(again(city.second_clerk))


def test_the_rail_counts_what_waits(city):
    handover = given(city, receiver=None)
    assert handover in Handover.objects.waiting_for(again(city.leader)), "nobody takes over yet"
    handover.name_receiver(city.second_clerk, by=city.leader, at=MONDAY)
    rail = f'<a class="rail__link" href="{LIST}"'
    assert rail in words(city.desk(city.second_clerk).get(reverse("notices")))
    assert rail in words(city.desk(city.leader).get(reverse("notices")))
    assert rail not in words(city.desk(city.late_clerk).get(reverse("notices")))


def test_a_supervisor_who_is_a_party_is_not_asked_to_sign(city):
    handover = accepted(city, receiver=city.leader)
    assert handover not in Handover.objects.waiting_for(again(city.leader))
    assert "监交签字</button>" not in words(city.desk(city.leader).get(path(handover)))
    assert handover in Handover.objects.waiting_for(again(city.principal))


def test_when_all_is_done_the_account_still_finds_the_sheet_and_nothing_else(city):
    handover = accepted(city)
    handover.countersign(by=city.leader, at=MONDAY)
    desk = city.desk(city.clerk)
    answer = desk.get("/", follow=True)
    assert answer.request["PATH_INFO"] == LIST
    assert "账户只保留本人的交接" in words(answer)
    assert "工作交接单" in words(desk.get(path(handover, "handover_sheet")))
    take_post(again(city.clerk), city.late, Role.CLERK, by=None, at=MONDAY)
    desk = city.desk(city.clerk)
    assert desk.get(reverse("notices")).status_code == 200
    assert may(again(city.clerk), Right.RECEIVE)


def test_a_list_costs_the_same_however_long_it_is(city):
    def cost():
        desk = city.desk(city.secretary)
        desk.get(LIST)
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(LIST).status_code == 200
        return len(asked)

    opened(city)
    few = cost()
    for key in ("county_clerk", "late_clerk", "office_clerk"):
        opened(city, giver=getattr(city, key), receiver=None)
    assert cost() == few
