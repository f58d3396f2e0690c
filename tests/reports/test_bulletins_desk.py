"""The bulletin on the screens: the secretariat's five steps, the unit's explanations, and who gets in nowhere (Article 28)."""

from html import unescape
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.people import User, take_post
from accounts.roles import Role
from circulars.purging import block
from cms.ledger import Entry
from reports.approving import approve
from reports.bulletins import Bulletin
from reports.explanations import AskedReceipt, Explanation, Ruling
from reports.receipts import Issuers
from reports.snapshots import MonthlySnapshot
from tests.reports.bulletins import AFTER, OPENED, SINCE, UNTIL
from tests.walking import everything

LIST, NEW, MINE = (reverse(f"reports:{name}") for name in ("bulletins", "new_bulletin", "explanations"))


def url(name, key):
    return reverse(f"reports:{name}", args=[key])


def at_desk(person):
    client = Client()
    client.force_login(User.objects.get(pk=person.pk), backend="accounts.signin.NamedPersonBackend")
    return client


def text(answer):
    return unescape(answer.content.decode())


def waiting_on_rail(answer):
    """What the rail says waits to be explained; None where it has no such line."""
    items = [item for group in answer.context["rail_groups"] for item in group.items]
    return next((item.count for item in items if item.url == MINE), None)


@pytest.fixture
def drafting(desk):
    """The second of the secretariat drafts for the office as well."""
    office = desk.records.units["YA-ZFB"]
    type(office).objects.filter(pk=office.pk).update(can_issue=True)
    take_post(desk.second, office, Role.DRAFTER, by=None, at=SINCE)
    return desk


def test_the_secretariat_goes_from_the_month_to_the_draft_and_units_explain_on_their_desk(drafting, time_machine):
    desk = drafting
    time_machine.move_to(OPENED, tick=False)
    first, second, clerk = at_desk(desk.secretary), at_desk(desk.second), at_desk(desk.clerk)
    assert "还没有办理过通报" in text(first.get(LIST))
    answer = first.post(NEW, {"month": "2026-11", "issuers": "government"}, follow=True)
    bulletin = Bulletin.objects.get()
    page = url("bulletin", bulletin.pk)
    assert answer.redirect_chain[-1][0] == page
    assert "请各单位说明" in text(answer)
    assert "逾期签收明细" in text(answer)
    assert waiting_on_rail(clerk.get(MINE)) is None
    assert "年-月-日" in text(first.post(url("ask_units", bulletin.pk), {"until": "周五"}))
    answer = first.post(url("ask_units", bulletin.pk), {"until": f"{UNTIL:%Y-%m-%d %H:%M}"}, follow=True)
    assert "共 3 件" in text(answer)

    mine = clerk.get(MINE)
    asked = list(AskedReceipt.objects.for_person(desk.clerk).waiting(OPENED).order_by("due_at"))
    assert waiting_on_rail(mine) == len(mine.context["page_obj"].object_list) == len(asked) == 3
    leaders_home = at_desk(desk.leader).get(reverse("leader_home"))
    (block,) = [each for each in leaders_home.context["blocks"] if each.title == "逾期待说明"]
    assert len(block.lines) == 3
    assert "请写明逾期的原因" in text(clerk.post(url("explain", asked[0].pk), {"text": ""}))
    for one in asked[:2]:
        assert "说明已交出" in text(clerk.post(url("explain", one.pk), {"text": "网络中断"}, follow=True))
    mine = clerk.get(MINE)
    assert waiting_on_rail(mine) == len(mine.context["page_obj"].object_list) == 1
    assert "审定以后告知" in text(clerk.get(MINE, {"show": "given"}))

    for given, verdict in zip(Explanation.objects.order_by("pk"), ("accepted", "refused"), strict=True):
        posted = {"verdict": verdict, "reason": "核对了故障记录"}
        assert "已认定" in text(first.post(url("rule_explanation", given.pk), posted, follow=True))
    assert "截止以后才能审定" in text(second.get(page))

    time_machine.move_to(AFTER, tick=False)
    first, second, clerk = at_desk(desk.secretary), at_desk(desk.second), at_desk(desk.clerk)
    assert waiting_on_rail(clerk.get(MINE)) is None
    assert "不再受理" in text(clerk.post(url("explain", asked[2].pk), {"text": "网络中断"}))
    assert "另一人审定" in text(first.post(url("approve_bulletin", bulletin.pk), follow=True))
    answer = second.post(url("approve_bulletin", bulletin.pk), follow=True)
    assert "已审定" in text(answer)
    assert "市财政局（40.00%）" in text(answer)
    assert "核对了故障记录" in text(clerk.get(MINE, {"show": "given"}))

    unit = desk.records.units["YA-ZFB"].pk
    answer = second.post(url("draft_bulletin", bulletin.pk), {"unit": unit, "key": str(uuid4())})
    bulletin.refresh_from_db()
    assert answer["Location"] == reverse("wagtailadmin_pages:edit", args=[bulletin.page_id])
    assert "接着写" in text(second.get(page))
    assert "已起草" in text(first.get(LIST))
    bulletin.page.delete()
    assert "起草通报" in text(second.get(page))


def test_nobody_else_gets_in_and_looking_does_nothing(drafting, time_machine):
    desk = drafting
    time_machine.move_to(OPENED, tick=False)
    bulletin = desk.ask()
    one = desk.asked(bulletin)[0]
    given = desk.asked(bulletin)[1].explain(text="网络中断", by=desk.clerk, at=OPENED)
    until, verdict = {"until": "2026-12-09 18:00"}, {"verdict": "accepted", "reason": "属实"}
    opening = {"month": "2026-11", "issuers": "all"}
    ours = {
        NEW: opening,
        url("ask_units", bulletin.pk): until,
        url("approve_bulletin", bulletin.pk): {},
        url("lengthen_bulletin", bulletin.pk): {"until": "2026-12-10 18:00", "reason": "数字有误"},
        url("drop_bulletin", bulletin.pk): {"reason": "数字有误"},
        url("draft_bulletin", bulletin.pk): {"unit": 1, "key": str(uuid4())},
        url("rule_explanation", given.pk): verdict,
        url("bulletin", bulletin.pk): None,
        LIST: None,
    }
    theirs = {url("explain", one.pk): {"text": "网络中断"}}
    strangers = (desk.clerk, desk.county_clerk, desk.sender, desk.engineer, desk.drafter)
    desks = {person: at_desk(person) for person in strangers}
    secretary, before = at_desk(desk.secretary), everything()
    for person, client in desks.items():
        for path, posted in (ours if person == desk.clerk else ours | theirs).items():
            assert client.get(path).status_code in (404, 405), (person, path)
            if posted is not None:
                assert client.post(path, posted).status_code == 404, (person, path)
    for client in (secretary, desks[desk.clerk]):
        for path in (*ours, *theirs):
            client.get(path)
    assert everything() == before


def test_what_is_pressed_twice_is_done_once_and_the_second_press_is_told(drafting, time_machine):
    desk = drafting
    time_machine.move_to(OPENED, tick=False)
    first, second, clerk = at_desk(desk.secretary), at_desk(desk.second), at_desk(desk.clerk)
    opening, until = {"month": "2026-11", "issuers": "government"}, {"until": f"{UNTIL:%Y-%m-%d %H:%M}"}
    verdict = {"verdict": "accepted", "reason": "属实"}
    _twice(first, NEW, opening, "不能再开")
    bulletin = Bulletin.objects.get()
    _twice(first, url("ask_units", bulletin.pk), until, "没有重复办理")
    for one in desk.asked(bulletin):
        _twice(clerk, url("explain", one.pk), {"text": "网络中断"}, "不能更改")
    for given in Explanation.objects.all():
        _twice(first, url("rule_explanation", given.pk), verdict, "没有重复办理")
    _twice(second, url("approve_bulletin", bulletin.pk), {}, "没有重复办理")
    posted = {"unit": desk.records.units["YA-ZFB"].pk, "key": str(uuid4())}
    _twice(second, url("draft_bulletin", bulletin.pk), posted, "")
    assert Ruling.objects.count() == 3


def _twice(client, path, posted, said):
    client.post(path, posted)
    entries = Entry.objects.count()
    assert said in text(client.post(path, posted, follow=True))
    assert Entry.objects.count() == entries


def test_the_secretariat_lengthens_the_time_and_drops_a_bulletin_from_its_page(desk, time_machine):
    time_machine.move_to(OPENED, tick=False)
    bulletin = desk.ask()
    first, clerk, page = at_desk(desk.secretary), at_desk(desk.clerk), url("bulletin", bulletin.pk)
    lengthen, drop = url("lengthen_bulletin", bulletin.pk), url("drop_bulletin", bulletin.pk)
    assert lengthen in text(first.get(page))
    assert "最迟" in text(first.get(lengthen))
    assert "请填写理由" in text(first.post(lengthen, {"until": "2026-12-10 18:00", "reason": ""}))
    assert "60天" in text(first.post(lengthen, {"until": "2027-12-10 18:00", "reason": "节假日"}))
    longer = {"until": "2026-12-10 18:00", "reason": "正值年终值班"}
    _twice(first, lengthen, longer, "也晚于原定的")
    assert "正值年终值班" in text(first.get(page))
    assert "12月10日" in text(clerk.get(MINE))
    given = desk.asked(bulletin)[0].explain(text="网络中断", by=desk.clerk, at=OPENED)
    assert "请填写理由" in text(first.post(drop, {"reason": ""}))
    _twice(first, drop, {"reason": "数字有误"}, "没有重复办理")
    shown = text(first.get(page))
    assert "数字有误" in shown
    assert lengthen not in shown
    assert drop not in shown
    assert "已取消" in text(first.get(LIST))
    assert "不起作用" in text(first.get(url("rule_explanation", given.pk)))
    assert waiting_on_rail(clerk.get(MINE)) is None
    assert "通报已取消，不再认定" in text(clerk.get(MINE, {"show": "given"}))
    assert "不用说明" in text(clerk.get(url("explain", desk.asked(bulletin)[1].pk)))
    first.post(NEW, {"month": "2026-11", "issuers": "government"})
    assert Bulletin.objects.unfinished().exists()


def test_who_may_not_approve_reads_why_where_the_button_would_be(desk, time_machine):
    take_post(desk.second, desk.records.units["BM08"], Role.READER, by=None, at=SINCE)
    third = desk.records.person("third", Role.SECRETARIAT, at=SINCE, unit="YA-ZFB")
    bulletin = desk.explained(desk.ask(), accepted=0)
    time_machine.move_to(AFTER, tick=False)
    approving = url("approve_bulletin", bulletin.pk)
    for person, said in ((desk.secretary, "通报由您办理"), (desk.second, "通报要点名您单位（市财政局）")):
        shown = text(at_desk(person).get(url("bulletin", bulletin.pk)))
        assert said in shown
        assert approving not in shown
        assert said in text(at_desk(person).post(approving, follow=True))
    assert approving in text(at_desk(third).get(url("bulletin", bulletin.pk)))
    assert not MonthlySnapshot.objects.exists()


@pytest.mark.parametrize(("accepted", "named"), [(0, ["市财政局"]), (3, [])])
def test_who_approves_sees_whom_it_will_name_with_what_is_accepted(desk, time_machine, accepted, named):
    bulletin = desk.explained(desk.ask(), accepted=accepted)
    time_machine.move_to(AFTER, tick=False)
    second = at_desk(desk.second)
    shown = second.get(url("bulletin", bulletin.pk))
    assert [one.name for one in shown.context["named"]] == named
    assert f"点名 {len(named)} 家单位" in text(shown)
    second.post(url("approve_bulletin", bulletin.pk))
    assert [one.unit.short_name for one in bulletin.named.select_related("unit")] == named


def test_the_next_explanation_to_decide_on_is_none_of_the_own_unit(desk, time_machine):
    take_post(desk.second, desk.records.units["BM08"], Role.READER, by=None, at=SINCE)
    bulletin = desk.ask()
    desk.asked(bulletin)[0].explain(text="网络中断", by=desk.clerk, at=OPENED)
    time_machine.move_to(OPENED, tick=False)
    for person, offered in ((desk.secretary, True), (desk.second, False)):
        shown = text(at_desk(person).get(url("bulletin", bulletin.pk)))
        assert ("认定下一条说明" in shown) == offered
        assert ("其余的是您单位的说明" in shown) != offered


def test_who_drafts_sees_of_a_bulletin_what_is_of_the_own_units(desk, time_machine):
    """Of 市财政局 the office's drafter reads no word, and of other issuers' papers no title."""
    records = desk.records
    elsewhere = records.issue("2026-11-18 09:00", issuer="BM08")
    records.deliver(elsewhere, "QX01", signed="2026-11-25 09:00")
    bulletin = desk.explained(desk.ask(issuers=Issuers.ALL), accepted=1)
    approve(bulletin, by=desk.second, at=AFTER)
    time_machine.move_to(AFTER, tick=False)
    page = url("bulletin", bulletin.pk)
    for person, sees in ((desk.secretary, True), (desk.drafter, False)):
        answer = at_desk(person).get(page)
        assert ("网络中断" in text(answer)) == sees
        assert (elsewhere.number in text(answer)) == sees
        assert answer.context["late"]
    theirs = answer.context["late"]
    assert {row.issuer for row in theirs} <= {records.units["YA-ZFB"].pk, records.units["YA-ZF"].pk}


def test_what_was_said_of_a_paper_that_is_shut_stands_on_no_page(desk, time_machine):
    bulletin = desk.ask()
    first, second, _ = desk.asked(bulletin)
    given = first.explain(text="网络中断", by=desk.clerk, at=OPENED)
    for asked in (first, second):
        block(asked.delivery.circular.page, reason="疑似涉密", by=desk.engineer, at=OPENED)
    time_machine.move_to(OPENED, tick=False)
    clerk, secretary = at_desk(desk.clerk), at_desk(desk.secretary)
    for path in (url("explain", first.pk), url("explain", second.pk)):
        assert clerk.get(path).status_code == 404
        assert clerk.post(path, {"text": "另一种说法"}).status_code == 404
    assert secretary.get(url("rule_explanation", given.pk)).status_code == 404
    pages = [clerk.get(MINE), clerk.get(MINE, {"show": "given"}), secretary.get(url("bulletin", bulletin.pk))]
    assert not [each for each in pages if "网络中断" in text(each)]
    assert waiting_on_rail(pages[0]) == 1
    assert "请各单位说明 1 件，已说明 0 件" in text(pages[2])


def test_a_month_under_way_is_not_published_beside_its_bulletin(desk, time_machine):
    time_machine.move_to(OPENED, tick=False)
    desk.open()
    answer = at_desk(desk.second).post(f"{reverse('reports:publish_month')}?month=2026-11")
    assert "正在办理通报" in text(answer)
