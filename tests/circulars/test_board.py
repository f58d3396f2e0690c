"""The board of receipts: what it shows of each unit, how it is narrowed, and how it keeps up to date."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.units import Unit
from circulars.checking import check
from circulars.deliveries import Delivery, ReturnCode
from reports.figuresheet import NOTES
from tests.cast import MONDAY
from tests.offices import beijing


@pytest.fixture
def urgent(city):
    """An extra-urgent circular that nobody was called about, to three units with the system and one without."""
    return city.sent(urgency="extra_urgent", primary_units=[city.county, city.attentive, city.late, city.paper])


def board(city, circular, who=None, /, **asked):
    return city.desk(who or city.sender).get(reverse("circulars:board", args=[circular.uuid]), asked)


def units(shown):
    return [line.row.unit_name for group in shown.context["groups"] for line in group.lines]


def test_every_unit_has_its_line_with_its_word_in_the_registers_order(city, circular):
    city.sign(city.opened(circular))
    city.delivery(circular, city.late).send_back(
        code=ReturnCode.INCOMPLETE, reason="缺附件", by=city.late_clerk, at=MONDAY
    )
    shown = board(city, circular)
    lines = [(line.row.unit_name, line.standing) for group in shown.context["groups"] for line in group.lines]
    assert lines == [("市公安局", "signed"), ("市住建局", "returned"), ("储备粮公司", "paper")]
    for said in ("缺附件", "何迟", "孙早"):
        assert said in shown.content.decode()


def test_the_states_are_counted_and_each_leads_to_its_units(city, urgent, week):
    city.sign(city.opened(urgent))
    city.delivery(urgent, city.county).send_back(code=ReturnCode.NOT_OURS, reason="", by=city.county_clerk, at=MONDAY)
    week.move_to(MONDAY + timedelta(minutes=31), tick=False)
    expected = {
        "all": ["宝塔区", "市公安局", "市住建局", "储备粮公司"],
        "open": ["市住建局"],
        "soon": [],
        "late": ["市住建局"],
        "untold": ["市住建局"],
        "signed": ["市公安局"],
        "returned": ["宝塔区"],
        "paper": ["储备粮公司"],
    }
    counts = {show: count for show, _, count in board(city, urgent).context["shows"]}
    assert counts == {show: len(names) for show, names in expected.items()}
    for show, names in expected.items():
        assert units(board(city, urgent, show=show)) == names


def test_who_is_told_is_no_longer_among_the_untold(city, urgent):
    Delivery.objects.filter(pk=city.delivery(urgent).pk).update(notified_at=MONDAY)
    assert "市公安局" not in units(board(city, urgent, show="untold"))


def test_the_board_is_narrowed_by_category_and_by_name_and_its_counts_with_it(city, urgent):
    shown = board(city, urgent, category="county")
    assert (units(shown), {show: n for show, _, n in shown.context["shows"]}["open"]) == (["宝塔区"], 1)
    assert units(board(city, urgent, q="公安")) == ["市公安局"]
    assert units(board(city, urgent, q="公安", category="county")) == []
    assert shown.context["total"] == 4  # the figures at the top are of all units


def test_whatever_nobody_can_have_meant_shows_all(city, urgent):
    assert len(units(board(city, urgent, show="zz", category="%", q="  "))) == 4


def test_each_category_says_how_many_of_its_units_have_signed(city, urgent):
    city.sign(city.opened(urgent))
    groups = board(city, urgent, show="open").context["groups"]
    assert [(group.heading, group.signed, group.total) for group in groups] == [
        ("县（市、区）人民政府", 0, 1),
        ("市政府工作部门", 1, 2),
    ]


def test_the_board_renews_itself_from_the_same_address_without_the_frame(city, urgent):
    desk = city.desk(city.sender)
    address = reverse("circulars:board", args=[urgent.uuid]) + "?show=open"
    part = desk.get(address, headers={"X-Fragment": "board"})
    assert "<html" not in part.content.decode()
    assert units(part) == ["宝塔区", "市公安局", "市住建局"]
    assert "X-Fragment" in part.headers["Vary"]
    assert city.desk(city.stranger).get(address, headers={"X-Fragment": "board"}).status_code == 404


def test_the_secretariat_follows_every_board_and_acts_on_none(city, urgent):
    shown = board(city, urgent, city.secretary)
    assert (shown.status_code, shown.context["may_send"]) == (200, False)


def test_a_longer_list_takes_no_more_queries(city):
    """Eighteen for the page of a sender, of whose frame twelve are; six for what is fetched anew every half minute."""
    desk = city.desk(city.sender)

    def asked(circular):
        for headers in ({}, {"X-Fragment": "board"}):
            with CaptureQueriesContext(connection) as seen:
                desk.get(reverse("circulars:board", args=[circular.uuid]), headers=headers)
            yield len(seen)

    few = city.sent(urgency="extra_urgent", primary_units=[city.county])
    many = city.sent(urgency="extra_urgent", primary_units=list(Unit.objects.filter(category="department")))
    check(many, by=city.sender, at=MONDAY)
    list(asked(few))  # what is remembered has been asked
    assert list(asked(few)) == list(asked(many)) == [18, 6]


def test_a_late_line_names_who_answers_and_why(city, circular, week):
    week.move_to(beijing("2026-09-30 09:00"), tick=False)
    assert "现在仍未签收，责任：接收单位（应于 9月29日 18:00 前签收）。" in board(city, circular).content.decode()


@pytest.mark.parametrize("urgency, said", [("normal", "办公时间"), ("extra_urgent", "自然时间")])
def test_every_screen_says_in_which_time_it_counts_in_the_words_of_the_workbook(city, urgency, said):
    assert any(said in note for note in NOTES)
    circular = city.sent(urgency=urgency)
    delivery = city.sign(city.opened(circular))
    for who, name, key in (
        (city.sender, "board", circular.uuid),
        (city.clerk, "slip", delivery.pk),
        (city.clerk, "reading", delivery.pk),
    ):
        shown = city.desk(who).get(reverse(f"circulars:{name}", args=[key])).content.decode()
        assert said in shown, name
    for path in (reverse("circulars:inbox"), reverse("circulars:urge", args=[circular.uuid])):
        who = city.late_clerk if path.startswith("/received") else city.sender
        assert "还剩、已超按自然时间" in city.desk(who).get(path).content.decode()
