"""The bulletin on the screens: the secretariat's five steps, the unit's explanations, and who gets in nowhere (Article 28)."""

from html import unescape
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.people import User, take_post
from accounts.roles import Role
from cms.ledger import Entry
from reports.bulletins import Bulletin
from reports.explanations import AskedReceipt, Explanation, Ruling
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


def test_a_month_under_way_is_not_published_beside_its_bulletin(desk, time_machine):
    time_machine.move_to(OPENED, tick=False)
    desk.open()
    answer = at_desk(desk.second).post(f"{reverse('reports:publish_month')}?month=2026-11")
    assert "正在办理通报" in text(answer)
