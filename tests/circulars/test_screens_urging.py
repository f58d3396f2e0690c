"""催签 on the desk: the list with its ticks, the one press, the record for both sides, and the senders who have not looked (Article 20)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from circulars.chasing import Urge, urge
from circulars.purging import block
from circulars.reminders import sweep_urges
from cms.ledger import Entry
from cms.sweep import sweep
from tests.cast import MONDAY
from tests.offices import beijing

AT_TEN = beijing("2026-09-28 10:00")
TUESDAY_NIGHT = beijing("2026-09-29 18:01")


def url(name, *args):
    return reverse(f"circulars:{name}", args=args)


def body(answer):
    return answer.content.decode()


def pressed(desk, circular, *units, text="请尽快签收。", seen=None):
    form = {"units": [unit.pk for unit in units], "text": text, "seen": (seen or timezone.now()).isoformat()}
    return desk.post(url("urge", circular.uuid), form, follow=True)


@pytest.fixture
def urged(city, circular):
    urge(circular, {city.attentive.pk}, text="请尽快签收。", by=city.sender, at=MONDAY)
    return circular


@pytest.fixture
def desk(city, week):
    week.move_to(AT_TEN, tick=False)
    return city.desk(city.sender)


# The press


def test_all_units_that_have_not_signed_are_ticked_and_urged_at_one_press(city, circular, desk):
    page = desk.get(url("urge", circular.uuid))
    assert page.context["ticked"] == {city.attentive.pk, city.late.pk}
    assert "请在2026年9月29日18:00前签收 延政办发〔2026〕23号。" in body(page)
    assert "已催签 2 家单位。" in body(pressed(desk, circular, city.attentive, city.late))
    assert Urge.objects.filter(delivery__circular=circular, by=city.sender, at=AT_TEN).count() == 2


def test_a_link_from_one_row_ticks_that_unit_alone(city, circular, desk):
    for asked, ticked in (
        (city.late.pk, {city.late.pk}),
        (city.paper.pk, set()),
        ("x", {city.attentive.pk, city.late.pk}),
    ):
        assert desk.get(url("urge", circular.uuid), {"unit": asked}).context["ticked"] == ticked


def test_who_was_urged_lately_is_not_ticked_and_the_page_says_from_when_on(city, urged, desk, week):
    week.move_to(MONDAY + timedelta(minutes=10), tick=False)
    page = desk.get(url("urge", urged.uuid))
    assert page.context["ticked"] == {city.late.pk}
    assert "今日 09:30" in body(page)
    assert "已催签 1 家单位；1 家刚催过，没有再催。" in body(pressed(desk, urged, city.attentive, city.late))


def test_pressing_twice_urges_once(city, circular, desk):
    seen = timezone.now()
    pressed(desk, circular, city.late, seen=seen)
    answer = pressed(desk, circular, city.late, seen=seen)
    assert "今日 10:30 起可以再催" in body(answer)
    assert Urge.objects.count() == Entry.objects.filter(deed="delivery.urged").count() == 1


@pytest.mark.parametrize(
    "wrong, said",
    [
        ({"units": []}, "请勾选要催签的单位"),
        ({"units": ["x"]}, "请核对后再催签"),
        ({"units": ["9" * 30]}, "请核对后再催签"),
        ({"text": " "}, "请写催签内容"),
        ({"text": "急" * 101}, "不能超过 100 个字"),
        ({"text": "机密★10年，请签收"}, "不要写密级标志"),
        ({"text": "请登录 http://a.cn 签收"}, "不要写网址、邮箱"),
        ({"seen": "昨天"}, "请刷新本页"),
    ],
    ids=str,
)
def test_a_form_not_filled_in_right_urges_nobody_and_keeps_what_was_typed(city, circular, desk, wrong, said):
    form = {"units": [city.late.pk], "text": "请速签收。", "seen": AT_TEN.isoformat()} | wrong
    answer = desk.post(url("urge", circular.uuid), form)
    assert said in body(answer)
    assert form["text"].strip() in body(answer)
    assert not Urge.objects.exists()


def test_a_unit_that_signs_meanwhile_is_not_urged(city, circular, desk):
    city.sign(city.opened(circular))
    assert "有的单位已经签收或退回" in body(pressed(desk, circular, city.attentive, city.late))
    assert not Urge.objects.exists()


def test_looking_urges_nobody_and_nobody_else_finds_the_page(city, circular, desk):
    desk.get(url("urge", circular.uuid), {"units": city.late.pk, "text": "x", "seen": AT_TEN.isoformat()})
    for who in ("stranger", "drafter", "registrar", "clerk", "department_reviewer", "secretary", "superuser", "nobody"):
        other = city.desk(getattr(city, who))
        assert pressed(other, circular, city.late).status_code == 404
        assert other.post(url("checked", circular.uuid)).status_code == 404
    assert desk.get(url("checked", circular.uuid)).status_code == 405
    assert not Urge.objects.exists()


def test_what_is_not_sent_or_blocked_cannot_be_urged(city, circular, desk):
    registered = city.registered()
    block(circular.page, reason="市保密局来函要求封存。", by=city.secretary, at=MONDAY)
    for paper in (registered, circular):
        assert desk.get(url("urge", paper.uuid)).status_code == 404
        assert desk.post(url("checked", paper.uuid)).status_code == 404


# The record


def test_sender_and_receiving_unit_read_the_same_record(city, urged, desk):
    sweep_urges(TUESDAY_NIGHT)
    delivery = city.delivery(urged)
    log = desk.get(url("urge_log", urged.uuid), {"unit": city.attentive.pk})
    assert [(row.kind, row.level) for row in log.context["page_obj"]] == [("due", "leader"), ("manual", "clerk")]
    reading = city.desk(city.clerk).get(url("reading", delivery.pk))
    assert {row.delivery_id for row in reading.context["urges"]} == {delivery.pk}
    for page in (body(log), body(reading)):
        for said in ("人工催签", "到期催办", "陈立新", "分管领导", "站内"):
            assert said in page
    everybody = desk.get(url("urge_log", urged.uuid)).context["page_obj"]
    assert len(everybody.object_list) == 3


def test_the_secretariat_reads_every_record_and_a_stranger_none(city, urged):
    assert city.desk(city.secretary).get(url("urge_log", urged.uuid)).status_code == 200
    for who in ("stranger", "clerk", "department_reviewer", "nobody"):
        assert city.desk(getattr(city, who)).get(url("urge_log", urged.uuid)).status_code == 404


def test_the_board_leads_to_the_press_and_says_how_often_it_was_done(city, urged, desk):
    shown = body(desk.get(url("board", urged.uuid)))
    assert url("urge", urged.uuid) in shown
    assert ">1 次</a>" in shown
    assert url("urge", urged.uuid) not in body(city.desk(city.secretary).get(url("board", urged.uuid)))


def test_a_clerk_finds_what_was_urged_marked_counted_and_in_a_list_of_its_own(city, urged, desk):
    other = city.sent()
    clerk = city.desk(city.clerk)
    page = clerk.get(url("inbox"), {"show": "urged"})
    assert [row.circular for row, _ in page.context["rows"]] == [urged]
    assert "被催办" in body(page)
    items = {item.label: item for group in page.context["rail_groups"] for item in group.items}
    assert (items["被催办"].count, items["待签收"].count) == (1, 2)
    city.sign(city.opened(urged))
    assert not clerk.get(url("inbox"), {"show": "urged"}).context["rows"]
    assert other.number in body(clerk.get(url("inbox")))


# The sender's own look


def unchecked(city, who):
    page = city.desk(who).get(url("unchecked"))
    items = {item.label: item for group in page.context["rail_groups"] for item in group.items}
    assert items["未核对"].count == len(page.context["rows"])
    return {circular.number for circular in page.context["rows"]}


def test_what_nobody_looked_at_after_the_due_time_is_listed_until_somebody_does(city, circular, desk, week):
    assert unchecked(city, city.sender) == set()
    desk.post(url("checked", circular.uuid))  # before the due time: no look at who is late
    week.move_to(TUESDAY_NIGHT, tick=False)
    for who in (city.sender, city.secretary):
        assert unchecked(city, who) == {circular.number}
    assert unchecked(city, city.department_reviewer) == set()
    answer = city.desk(city.sender).post(url("checked", circular.uuid), follow=True)
    assert "签收情况由您核对过" in body(answer)
    assert unchecked(city, city.secretary) == set()
    assert [entry.person for entry in Entry.objects.filter(deed="circular.checked")] == [city.sender, city.sender]


def test_what_everybody_signed_for_or_what_was_urged_since_is_not_listed(city, circular, week):
    second = city.sent()
    for delivery in (city.opened(second), city.delivery(second, city.late)):
        delivery.open(by=city.late_clerk, at=MONDAY)
        city.sign(delivery)
    week.move_to(TUESDAY_NIGHT, tick=False)
    assert unchecked(city, city.secretary) == {circular.number}
    urge(circular, text="请签收。", by=city.sender, at=TUESDAY_NIGHT)
    assert unchecked(city, city.secretary) == set()


# A stopped worker


def test_where_people_land_it_is_said_that_background_work_has_stopped(city, week):
    sweep(MONDAY)
    pages = {
        "secretary": reverse("reports:overview"),
        "sender": url("outbox"),
        "engineer": reverse("home"),
    }
    for minutes, stopped in ((4, False), (6, True)):
        week.move_to(MONDAY + timedelta(minutes=minutes), tick=False)
        for who, path in pages.items():
            assert ("后台任务停止" in body(city.desk(getattr(city, who)).get(path))) is stopped, who


def test_a_key_of_thousands_of_digits_is_nobodys(city, circular):
    page, digits = reverse("circulars:urge", args=[circular.uuid]), "9" * 5_000
    desk = city.desk(city.sender)
    assert desk.get(page, {"unit": digits}).status_code == 200
    assert desk.post(page, {"units": digits, "text": "请尽快签收。"}).status_code == 200
