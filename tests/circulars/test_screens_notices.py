"""待通知 on the sender's desk: the list of units to be told, the numbers, the entry of a call (Article 21)."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from circulars.deliveries import ReturnCode
from circulars.notices import Notice
from circulars.registration import Circular
from cms.accesslog import Access
from tests.cast import MONDAY
from tests.circulars.notices import FIVE_PAST, TEN_PAST, called, fresh, number_everybody


def url(name, circular, *args):
    return reverse(f"circulars:{name}", args=[circular.uuid, *args])


def body(answer):
    return answer.content.decode()


@pytest.fixture(scope="module")
def standing_urgent(beforehand):
    return beforehand("sent", urgency="extra_urgent")


@pytest.fixture
def urgent(standing_urgent, city):
    """An extra urgent circular that went out on Monday at nine without any gateway for texts."""
    number_everybody(city)
    return Circular.objects.get(pk=standing_urgent)


def form(**changes):
    return {"key": str(uuid4()), "whom": "other", "number": "0911-2112345", "name": "钱门卫",
            "happened_at": "2026-09-28 09:05", "result": "reached", "of_round": "1", **changes}  # fmt: skip


def test_the_screen_lists_who_must_still_be_told_with_names_and_numbers(city, urgent):
    page = city.desk(city.sender).get(url("notices", urgent))
    assert [line.delivery.unit_name for line in page.context["lines"]] == ["市公安局", "市住建局"]
    assert [contact.name for contact in page.context["lines"][0].people] == ["孙早", "孙晚", "高建国"]
    for said in ("138 0000 0001", "0911-2112345", "收发员", "分管领导", "没有移动号码", "没有接短信网关"):
        assert said in body(page)


def test_each_look_at_the_numbers_is_in_the_log_and_does_not_count_as_reading_the_paper(city, urgent):
    desk = city.desk(city.sender)
    for path in (url("notices", urgent), url("call", urgent, city.delivery(urgent).pk)):
        desk.get(path)
        look = Access.objects.get(subject=f"联系电话 {path}")
        assert (look.person, look.circular) == (city.sender, None)


def test_numbers_are_not_shown_once_nobody_has_to_be_told(city, urgent):
    for unit, clerk in ((city.attentive, city.clerk), (city.late, city.late_clerk)):
        delivery = city.delivery(urgent, unit)
        delivery.open(by=clerk, at=MONDAY)
        city.sign(delivery, by=clerk)
    desk = city.desk(city.sender)
    shown = body(desk.get(url("notices", urgent))) + body(desk.get(url("call", urgent, city.delivery(urgent).pk)))
    assert "各单位都已通知到" in shown
    assert "138****0001" in shown
    for number in ("138 0000 0001", "13800000002", "0911-2112345"):
        assert number not in shown
    assert not Access.objects.filter(subject__startswith="联系电话").exists()


def test_a_call_is_entered_on_the_desk_and_the_unit_leaves_the_list(city, urgent, week):
    week.move_to(TEN_PAST, tick=False)
    desk, delivery = city.desk(city.sender), city.delivery(urgent)
    page = desk.get(url("call", urgent, delivery.pk))
    whom = [label for _, label in page.context["form"].fields["whom"].choices]
    assert "孙早（收发员） 138 0000 0001" in whom
    answer = desk.post(url("call", urgent, delivery.pk), form(whom=f"{city.clerk.pk}-mobile", name=""), follow=True)
    assert "打给市公安局（孙早），已通知到" in body(answer)
    assert [line.delivery.unit_name for line in answer.context["lines"]] == ["市住建局"]
    notice = Notice.objects.get()
    assert (notice.person, notice.number, notice.caller) == (city.clerk, "138****0001", city.sender)
    assert fresh(delivery).notified_at == FIVE_PAST


def test_a_call_that_nobody_answered_keeps_the_unit_on_the_list_and_says_so(city, urgent, week):
    week.move_to(TEN_PAST, tick=False)
    path = url("call", urgent, city.delivery(urgent).pk)
    answer = city.desk(city.sender).post(path, form(result="no_answer"), follow=True)
    assert "无人接听。还没有通知到，请换人或换号码再打" in body(answer)
    assert len(answer.context["lines"]) == 2


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"whom": ""}, "whom"),
        ({"whom": "999-mobile"}, "whom"),
        ({"number": ""}, "number"),
        ({"name": ""}, "name"),
        ({"result": ""}, "result"),
        ({"happened_at": "刚才"}, "happened_at"),
        ({"happened_at": "2026-09-28 08:59"}, "happened_at"),
        ({"happened_at": "2026-09-28 09:11"}, "happened_at"),
        ({"key": "x"}, "key"),
        ({"of_round": "一"}, "of_round"),
        ({"of_round": "9" * 5000}, "of_round"),
    ],
    ids=str,
)
def test_a_form_not_filled_in_right_enters_nothing(city, urgent, week, wrong, field):
    week.move_to(TEN_PAST, tick=False)
    answer = city.desk(city.sender).post(url("call", urgent, city.delivery(urgent).pk), form(**wrong))
    assert list(answer.context["form"].errors) == [field]
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    "number, said",
    [
        (" ", "请填写拨打的号码"),
        ("传达室", "里面没有数字"),
        ("12", "号码太短，至少 3 位数字"),
        ("一二三", "里面没有数字"),
    ],
)
def test_a_number_that_is_none_is_told_from_one_that_was_left_out(city, urgent, week, number, said):
    week.move_to(TEN_PAST, tick=False)
    answer = city.desk(city.sender).post(url("call", urgent, city.delivery(urgent).pk), form(number=number))
    assert said in answer.context["form"].errors["number"][0]
    assert not Notice.objects.exists()


def test_looking_enters_nothing_and_nobody_else_finds_the_pages(city, urgent, week):
    week.move_to(TEN_PAST, tick=False)
    path = url("call", urgent, city.delivery(urgent).pk)
    city.desk(city.sender).get(path, form())
    for who in ("stranger", "drafter", "registrar", "clerk", "leader", "secretary", "department_reviewer", "nobody"):
        desk = city.desk(getattr(city, who))
        assert [desk.get(path).status_code, desk.post(path, form()).status_code] == [404, 404]
        assert desk.get(url("notices", urgent)).status_code == 404
    assert not Notice.objects.exists()


def test_a_circular_stays_unfinished_until_every_unit_has_been_told(city, urgent, week):
    week.move_to(TEN_PAST, tick=False)
    desk = city.desk(city.sender)

    def said():
        outbox, board = desk.get(reverse("circulars:outbox")), desk.get(url("board", urgent))
        items = {item.label: item.count for group in outbox.context["rail_groups"] for item in group.items}
        listed = desk.get(reverse("circulars:to_notify")).context["page_obj"].object_list
        assert items["待通知"] == len(listed)
        return ["没有通知" in body(outbox), "没有通知" in body(board), len(listed)]

    assert "还有 2 家没有通知" in body(desk.get(url("board", urgent)))
    assert said() == [True, True, 1]
    called(city, city.delivery(urgent))
    assert said() == [True, True, 1]
    called(city, city.delivery(urgent, city.late), result="busy")
    assert said() == [True, True, 1]
    city.delivery(urgent, city.late).send_back(code=ReturnCode.DUPLICATE, reason="", by=city.late_clerk, at=TEN_PAST)
    assert said() == [False, False, 0]


def test_the_lists_ask_no_more_questions_for_more_units(city, urgent):
    def asked(circular):
        desk = city.desk(city.sender)
        with CaptureQueriesContext(connection) as queries:
            desk.get(url("notices", circular))
        return len(queries)

    asked(urgent)
    more = city.sent(urgency="extra_urgent", primary_units=[city.attentive, city.late, city.county, city.department])
    assert asked(more) == asked(urgent)
