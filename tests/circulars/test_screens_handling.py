"""The desks of clerk, leader, division and reader: lists that count what they show, and one page with the form that is mine now (Article 19)."""

from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from circulars.circulation.acts import add_readers, circulate
from circulars.circulation.record import Circulation
from circulars.handling.instructing import instruct
from circulars.handling.opening import propose
from circulars.handling.record import Opinion
from circulars.incoming import Incoming, Kind
from tests.inhand import AT_TEN, registered, staff, work

LISTS = ("to_handle", "to_instruct", "to_read")


@pytest.fixture
def city(city):
    return staff(city)


@pytest.fixture
def paper(city, circular):
    return registered(city, circular)


@pytest.fixture
def proposed(city, paper):
    propose(paper, "建议由治安科主办。", work(city.order, city.law), by=city.clerk, at=AT_TEN)
    return paper


def url(name, *keys):
    return reverse(f"circulars:{name}", args=keys)


def standing(city, person, name):
    """The papers of the list, and the number beside its line on the rail."""
    page = city.desk(person).get(url(name))
    assert page.status_code == 200
    counts = [item.count for group in page.context["rail_groups"] for item in group.items if item.url == url(name)]
    return [line.incoming for line in page.context["lines"]], counts


def test_each_list_shows_what_waits_and_the_rail_counts_it(city, proposed, circular):
    assert standing(city, city.clerk, "to_handle") == ([], [0])
    assert standing(city, city.leader, "to_instruct") == ([proposed], [1])
    instruct(proposed, "同意。", work(city.order), seen=None, by=city.leader, at=AT_TEN)
    circulate(proposed, [city.reader], in_order=True, purpose="请阅。", by=city.clerk, at=AT_TEN)
    assert standing(city, city.leader, "to_instruct") == ([], [0])
    assert standing(city, city.head, "to_handle") == ([proposed], [1])
    assert standing(city, city.law_head, "to_handle") == ([], [0])
    assert standing(city, city.reader, "to_read") == ([proposed], [1])
    assert city.desk(city.head).get(url("to_instruct")).status_code == 404
    assert city.desk(city.sender).get(url("to_handle")).status_code == 404


def test_a_paper_goes_from_the_clerk_to_the_leader_to_the_division_and_is_handled(city, paper):
    clerk, leader, head = (city.desk(person) for person in (city.clerk, city.leader, city.head))
    page = clerk.get(url("handling", paper.pk))
    assert (page.context["name"], page.context["form"].fields.keys() >= {"text", "lead", "assisting"}) == (
        "propose",
        True,
    )
    sent = clerk.post(url("propose", paper.pk), {"text": "", "lead": ""})
    assert sent.status_code == 200
    assert "请写明拟办意见" in sent.content.decode()
    posted = {"text": "建议由治安科主办。", "lead": city.order.pk, "assisting": [city.law.pk]}
    assert "收〔2026〕1号已拟办" in clerk.post(url("propose", paper.pk), posted, follow=True).content.decode()

    page = leader.get(url("handling", paper.pk))
    assert page.context["name"] == "instruct"
    assert page.context["form"].initial["lead"] == str(city.order.pk), "what was proposed is filled in"
    assert "建议由治安科主办。" in page.content.decode()
    posted = {"text": "同意。", "lead": city.order.pk, "due_at": "2026-09-30 17:00"}
    leader.post(url("instruct", paper.pk), posted)

    page = head.get(url("handling", paper.pk))
    assert page.context["name"] == "finish"
    assert "9月30日 17:00" in page.content.decode()
    head.post(url("finish_handling", paper.pk), {"result": "已部署落实。"})
    assert Incoming.objects.get().state == "handled"
    page = clerk.get(url("handling", paper.pk)).content.decode()
    for word in ("登记", "拟办", "批示", "交治安科主办", "办结", "已部署落实。"):
        assert word in page
    assert not head.get(url("handling", paper.pk)).context["form"]


def test_the_page_does_not_exist_for_others_and_neither_do_its_acts(city, proposed):
    others = (city.late_clerk, city.sender, city.secretary, city.engineer, city.head, city.reader, city.stranger)
    for person in others:
        desk = city.desk(person)
        assert desk.get(url("handling", proposed.pk)).status_code == 404
        assert desk.post(url("instruct", proposed.pk), {"text": "同意。"}).status_code == 404
    assert city.desk(city.clerk).post(url("instruct", proposed.pk), {"text": "同意。"}).status_code == 404
    assert city.desk(city.leader).get(url("instruct", proposed.pk)).status_code == 405
    assert not Opinion.objects.filter(kind="instruction").exists()


def test_whoever_works_on_it_or_reads_it_opens_the_circular_and_nobody_else_of_the_divisions(city, proposed):
    instruct(proposed, "同意。", work(city.order), seen=None, by=city.leader, at=AT_TEN)
    paths = [url(name, proposed.delivery_id) for name in ("reading", "received_pages")]
    for path in paths:
        assert city.desk(city.head).get(path).status_code == 200
        assert city.desk(city.law_head).get(path).status_code == 404
        assert city.desk(city.reader).get(path).status_code == 404
    circulate(proposed, [city.reader], in_order=True, purpose="请阅。", by=city.clerk, at=AT_TEN)
    assert city.desk(city.reader).get(paths[0]).status_code == 200
    sign = city.desk(city.head).post(url("send_back", proposed.delivery_id), {"code": "not_ours"})
    assert sign.status_code == 404


def test_readers_go_in_the_order_in_which_they_were_ticked(city, circular):
    paper = registered(city, circular, kind=Kind.INFORMATION)
    clerk = city.desk(city.clerk)
    page = clerk.get(url("handling", paper.pk))
    assert page.context["name"] == "circulate"
    ticked = [city.leader.pk, city.reader.pk, city.head.pk]
    posted = {"readers": ticked, "order": f"{city.head.pk},{city.leader.pk}", "way": "in_order", "purpose": "请阅。"}
    clerk.post(url("circulate", paper.pk), posted)
    order = [str(reader.person) for reader in paper.circulations.get().readers.order_by("place")]
    assert order == ["丁科", "高建国", "己阅"]
    head = city.desk(city.head)
    assert head.get(url("handling", paper.pk)).context["name"] == "read"
    assert "已阅" in head.post(url("mark_read", paper.pk), {"remark": "阅。"}, follow=True).content.decode()
    skipped = {"reader": paper.circulations.get().readers.get(person=city.leader).pk, "reason": "出差"}
    clerk.post(url("skip_reader", paper.pk), skipped)
    posted = {"readers": [city.law_head.pk]}
    clerk.post(url("add_readers", paper.pk), posted)
    assert paper.circulations.get().readers.count() == 4
    posted = {"readers": [city.late_clerk.pk]}
    assert "传阅不出本单位" in clerk.post(url("add_readers", paper.pk), posted).content.decode()


def test_the_sender_sees_that_it_was_handled_and_when_and_nothing_else(city, proposed, circular):
    instruct(proposed, "机要词甲，同意。", work(city.order), seen=None, by=city.leader, at=AT_TEN)
    board = reverse("circulars:board", args=[circular.uuid])
    sender = city.desk(city.sender)
    assert "已办结" not in sender.get(board).content.decode()
    city.desk(city.head).post(url("finish_handling", proposed.pk), {"result": "机要词乙，已办。"})
    seen = sender.get(board).content.decode()
    assert "已办结" in seen
    assert not [word for word in ("机要词", "治安科", "丁科", "建议由") if word in seen]


def test_a_list_is_kept_as_a_workbook(city, proposed):
    kept = city.desk(city.leader).get(reverse("reports:handling_workbook", args=["to_instruct"]))
    sheet = load_workbook(BytesIO(kept.content))["待批"]
    cells = [cell.value for row in sheet.iter_rows() for cell in row]
    assert {"待批收文", "收〔2026〕1号", proposed.title, "待批示"} <= set(cells)
    other = reverse("reports:handling_workbook", args=["to_handle"])
    assert city.desk(city.leader).get(other).status_code == 404
    assert city.desk(city.sender).get(other).status_code == 404


def test_leader_and_clerk_set_the_steps_of_their_unit_and_of_no_other(city):
    path = url("handling_levels", city.attentive.code)
    posted = {"used": ["instruction"], "start_on": "2026-09-28"}
    for person in (city.head, city.late_clerk, city.secretary, city.engineer):
        assert city.desk(person).post(path, posted).status_code == 404
    leader = city.desk(city.leader)
    assert leader.get(url("all_handling_levels")).url == path
    assert "批示、办结" in leader.post(path, posted, follow=True).content.decode()
    again = leader.post(path, posted)
    assert again.status_code == 200
    assert "没有改动" in again.content.decode()
    assert "今天或者一年以内" in leader.post(path, {"used": [], "start_on": "2026-09-01"}).content.decode()


def test_where_nothing_circulates_the_clerk_is_offered_to_close_a_paper_for_information(city, circular):
    paper = registered(city, circular, kind=Kind.INFORMATION)
    clerk, page = city.desk(city.clerk), url("handling", paper.pk)
    assert 'name="purpose"' in clerk.get(page).content.decode()
    posted = {"used": ["proposal", "instruction", "work"], "start_on": "2026-09-28"}
    clerk.post(url("handling_levels", city.attentive.code), posted)
    seen = clerk.get(page).content.decode()
    assert 'name="purpose"' not in seen
    assert "<h2>办结</h2>" in seen
    given = {"readers": [city.leader.pk], "way": "in_order", "purpose": "请阅。"}
    assert "不用传阅" in clerk.post(url("circulate", paper.pk), given, follow=True).content.decode()
    assert not Circulation.objects.exists()
    assert "已办结" in clerk.post(url("finish_handling", paper.pk), {"result": "已阅。"}, follow=True).content.decode()


def test_the_page_and_the_lists_ask_no_more_when_there_is_more(city, proposed):
    """More readers, more work, more urges and another paper beside it: not one statement more."""

    def asked():
        counts = {}
        for person, name, keys in (
            (city.clerk, "handling", (proposed.pk,)),
            (city.head, "to_handle", ()),
            (city.reader, "to_read", ()),
        ):
            desk = city.desk(person)
            for _ in range(2):
                with CaptureQueriesContext(connection) as queries:
                    assert desk.get(url(name, *keys)).status_code == 200
            counts[name] = len(queries)
        return counts

    instruct(proposed, "同意。", work(city.order), seen=None, by=city.leader, at=AT_TEN)
    round_ = circulate(proposed, [city.reader, city.leader], in_order=False, purpose="请阅。", by=city.clerk, at=AT_TEN)
    before = asked()
    add_readers(round_, [city.head, city.handler, city.law_head], by=city.clerk, at=AT_TEN)
    last = Opinion.objects.latest("pk").pk
    instruct(proposed, "并请法制科协办。", work(city.order, city.law), seen=last, by=city.leader, at=AT_TEN)
    another = registered(city, city.sent())
    propose(another, "建议办。", work(city.order), by=city.clerk, at=AT_TEN)
    instruct(another, "同意。", work(city.order), seen=None, by=city.leader, at=AT_TEN)
    circulate(another, [city.reader], in_order=True, purpose="请阅。", by=city.clerk, at=AT_TEN)
    assert asked() == before
