"""Counts and lists: what the rail and the board above the clerk's list say is how long the list is (Articles 19 and 20)."""

from copy import deepcopy

import pytest
from django.urls import resolve, reverse
from time_machine import travel

from circulars.chasing import urge
from circulars.circulation.acts import circulate
from circulars.deliveries import ReturnCode
from circulars.handling.opening import propose
from circulars.printing import ask_for_more
from circulars.problems import report_problem
from tests import archives
from tests.answers import sent_with_form
from tests.cast import MONDAY
from tests.inhand import staff, work
from tests.offices import beijing

AT_TEN = beijing("2026-09-28 10:00")
COUNTED = {"待签收", "将超时", "已超时", "被催办", "待登记", "待答复", "回执待补签", "待办"}
# What of a page that holds more is counted beside its line on the rail.
COUNTED_OF = {
    "outbox": lambda page: len(page["to_register"]) + sum(one.state == "sealed" for one in page["to_send"]),
    "spoilt_copies": lambda page: len(page["rows"]),
    "transfers": lambda page: sum(one.pk in page["coming"] and one.state == "drawn" for one in page["page_obj"]),
    "destructions": lambda page: len(page["mine"]),
}


def laid(city):
    """At ten some papers wait, one nearly due, one late, one urged; some are registered, laid before the leader, circulated, or sent back."""
    urged = city.sent(title="关于甲事的通知")
    urge(urged, [city.attentive.pk], text="请签收", by=city.sender, at=AT_TEN)
    city.sent(urgency="urgent")
    city.sent(urgency="urgent", at=beijing("2026-09-28 09:35"))
    city.entered(city.delivery(city.sent()))
    staff(city)
    proposed = city.entered(city.delivery(city.sent()))
    circulated = city.entered(city.delivery(city.sent()), kind="information")
    propose(proposed, "请阅示。", work(city.order), by=city.clerk, at=AT_TEN)
    circulate(circulated, [city.leader], in_order=True, purpose="请阅。", by=city.clerk, at=AT_TEN)
    for _ in range(2):
        city.sign(city.opened(city.sent()))
    for _ in range(2):
        delivery = city.opened(city.sent())
        delivery.send_back(code=ReturnCode.NOT_OURS, reason="", by=city.clerk, at=AT_TEN)
    sent_with_form(city)
    archives.staffed(city)
    asked = city.sign(city.opened(city.sent()))
    ask_for_more(asked, 1, "存档", by=city.clerk, at=AT_TEN)
    report_problem(asked, "unreadable", "", by=city.clerk, at=AT_TEN)
    archives.received(city, city.sent())
    city.put_through(city.draft())
    city.registered()
    return city


@pytest.fixture(scope="module")
def standing_day(standing_city, django_db_blocker):
    """Laid once for all scenes of the module."""
    with django_db_blocker.unblock(), travel(MONDAY, tick=False):
        return laid(deepcopy(standing_city))


@pytest.fixture
def day(standing_day, city, week):
    """That day at ten."""
    week.move_to(AT_TEN, tick=False)
    return deepcopy(standing_day)


def length(page):
    """How many stand in the list that the page shows."""
    name = page.resolver_match.url_name
    if name in COUNTED_OF:
        return COUNTED_OF[name](page.context)
    shown = page.context["page_obj"]
    return len(shown) if getattr(shown.paginator, "grows", False) else shown.paginator.count


WHO = ["clerk", "leader", "sender", "registrar", "late_clerk", "head", "reader", "filer", "secretary", "keeper"]


@pytest.mark.parametrize("who", WHO)
def test_every_count_is_the_length_of_its_list(day, who):
    """Every box of the rail that this app counts, whoever has it."""
    desk = day.desk(getattr(day, who))
    groups = desk.get(reverse("messages")).context["rail_groups"]
    items = [item for group in groups for item in group.items if item.count is not None]
    items = [item for item in items if resolve(item.url.split("?")[0]).app_name == "circulars"]
    found = {item.label: (item.count, length(desk.get(item.url))) for item in items}
    assert found
    assert not {label: pair for label, pair in found.items() if pair[0] != pair[1]}
    if who == "leader":
        assert (found["待批"], found["待阅"]) == ((1, 1), (1, 1))
    if who == "clerk":
        assert set(found) == COUNTED | {"收文问题"}
        assert {label: count for label, (count, _) in found.items()} == {
            "待签收": 3, "将超时": 1, "已超时": 1, "被催办": 1, "待登记": 4, "待答复": 1, "回执待补签": 8, "待办": 1, "收文问题": 1,
        }  # fmt: skip


def test_the_board_above_the_clerks_list_says_what_the_rail_says(day):
    page = day.desk(day.clerk).get(reverse("circulars:inbox"))
    rail = {item.label: item.count for group in page.context["rail_groups"] for item in group.items}
    shown = page.content.decode()
    board = shown[shown.index("figures--board") : shown.index("</dl>")]
    for label in COUNTED:
        assert f"<dt>{label}</dt>" in board
        assert f"{rail[label]}<span" in board


def test_a_leaders_home_shows_what_waits_for_the_leader_and_what_lies(day):
    home = day.desk(day.leader).get(reverse("leader_home"))
    blocks = {block.title: block for block in home.context["blocks"]}
    for title in ("待批", "待阅"):
        (line,) = blocks[title].lines
        assert "收〔2026〕" in line.text
        assert day.desk(day.leader).get(line.url).status_code == 200
    assert [(line.label, line.text) for line in blocks["收文登记"].lines] == [("待登记", "4 件"), ("签而不办", "0 件")]
