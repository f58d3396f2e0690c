"""Counts and lists: what the rail and the board above the clerk's list say is how long the list is (Articles 19 and 20)."""

import pytest
from django.urls import reverse

from circulars.chasing import urge
from circulars.circulation.acts import circulate
from circulars.deliveries import ReturnCode
from circulars.handling.opening import propose
from tests.inhand import staff, work
from tests.offices import beijing

AT_TEN = beijing("2026-09-28 10:00")
COUNTED = {"待签收", "将超时", "已超时", "被催办", "待登记", "回执待补签", "待办"}
OTHERS = {"退文待签收", "待批", "待阅"}


@pytest.fixture
def day(city, week):
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
    week.move_to(AT_TEN, tick=False)
    return city


def length(page):
    """How many stand in the list that the page shows."""
    shown = page.context["page_obj"]
    return len(shown) if getattr(shown.paginator, "grows", False) else shown.paginator.count


@pytest.mark.parametrize("who", ["clerk", "leader", "sender", "late_clerk"])
def test_every_count_is_the_length_of_its_list(day, who):
    desk = day.desk(getattr(day, who))
    groups = desk.get(reverse("messages")).context["rail_groups"]
    items = [item for group in groups for item in group.items if item.count is not None]
    items = [item for item in items if item.label in COUNTED | OTHERS]
    found = {item.label: (item.count, length(desk.get(item.url))) for item in items}
    assert found
    assert not {label: pair for label, pair in found.items() if pair[0] != pair[1]}
    if who == "leader":
        assert (found["待批"], found["待阅"]) == ((1, 1), (1, 1))
    if who == "clerk":
        assert set(found) == COUNTED
        assert {label: count for label, (count, _) in found.items()} == {
            "待签收": 3, "将超时": 1, "已超时": 1, "被催办": 1, "待登记": 2, "回执待补签": 5, "待办": 1,
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
    assert [(line.label, line.text) for line in blocks["收文登记"].lines] == [("待登记", "2 件"), ("签而不办", "0 件")]
