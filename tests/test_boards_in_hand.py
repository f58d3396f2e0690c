"""What a unit has in hand is found by the person's own rows: however much it has registered, its people's pages cost the same few queries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.people import User, take_post
from accounts.roles import Role
from accounts.seals import SealKey
from accounts.selfchecks import record_check
from accounts.units import Unit
from circulars.circulation.acts import circulate
from circulars.handling.instructing import instruct
from circulars.handling.opening import propose
from circulars.handling.seen import papers_of, to_do, to_instruct, to_read, worked_on_or_read
from circulars.incoming import Kind
from circulars.incoming.waiting import to_register
from tests.accounts.kit import device
from tests.cast import MONDAY
from tests.handovers import accepted
from tests.inhand import AT_ELEVEN, AT_TEN, registered, staff, work
from tests.sealkeys import seal_key

MOST = 15
# Who looks at which page.
BOARDS = {
    "the clerk's home": ("clerk", "circulars:inbox"),
    "the clerk's list of what to register": ("clerk", "circulars:to_register"),
    "the head's home": ("head", "circulars:to_handle"),
    "what the head is to read": ("head", "circulars:to_read"),
    "the archivist's list of what to file": ("archivist", "circulars:to_file"),
    "what the archivist has filed": ("archivist", "circulars:filed"),
    "the leader's home": ("leader", "leader_home"),
}
# Each question about papers in hand, and who asks it; none may read a whole register, or all that ever came.
QUESTIONS = {
    "to do, as a clerk": lambda city: to_do(city.clerk),
    "to do, as one who works": lambda city: to_do(city.head),
    "to instruct": lambda city: to_instruct(city.leader),
    "to read": lambda city: to_read(city.leader),
    "what one works on": lambda city: worked_on_or_read(city.head),
    "the papers of a division": lambda city: papers_of(city.head),
    "to register": lambda city: to_register({city.attentive.pk}),
}
READ_THROUGH = {"sqlite": "SCAN circulars_{}", "postgresql": "Seq Scan on circulars_{}"}


@pytest.fixture
def city(city):
    city = staff(city)
    city.archivist = User.objects.create(username="in-archivist", name="庚档")
    take_post(city.archivist, city.attentive, Role.ARCHIVIST, by=None, at=MONDAY)
    return city


def a_round_of_papers(city):
    """One paper at each step in the unit's hands: signed for, registered, proposed, with the division, with its readers."""
    city.sign(city.opened(city.sent()), at=MONDAY)
    registered(city, city.sent())
    laid_before, given = registered(city, city.sent()), registered(city, city.sent())
    for paper in (laid_before, given):
        propose(paper, "建议由治安科主办。", work(city.order), by=city.clerk, at=AT_TEN)
    instruct(given, "同意。", work(city.order), seen=None, by=city.leader, at=AT_ELEVEN)
    read = registered(city, city.sent(), kind=Kind.INFORMATION)
    circulate(read, [city.leader, city.head], in_order=False, purpose="请阅。", by=city.clerk, at=AT_ELEVEN)


def asked(city, boards):
    counts = {}
    for board, (person, name) in boards.items():
        desk = city.desk(getattr(city, person))
        for _ in range(2):
            with CaptureQueriesContext(connection) as queries:
                assert desk.get(reverse(name)).status_code == 200, board
        counts[board] = len(queries)
    return counts


def test_the_boards_of_a_unit_take_few_queries_and_no_more_when_there_is_more(city):
    a_round_of_papers(city)
    boards = asked(city, BOARDS)
    assert {board: count for board, count in boards.items() if count > MOST} == {}
    a_round_of_papers(city)
    assert asked(city, BOARDS) == boards


def test_a_leaders_home_with_something_in_nearly_every_block_takes_no_more_than_the_boards(city):
    """A renamed unit included, whose old name the figures of the month still bear."""
    a_round_of_papers(city)
    record_check(city.attentive, {device(city, "printer", "P-1"): "卡纸"}, by=city.clerk, at=MONDAY)
    key, _ = seal_key(city.attentive, city.leader, at=MONDAY)
    SealKey.objects.filter(pk=key.pk).update(valid_until=MONDAY + timedelta(days=20))
    accepted(city)
    Unit.objects.filter(pk=city.attentive.pk).update(short_name="市公安新局")
    desk = city.desk(city.leader)
    with CaptureQueriesContext(connection) as queries:
        blocks = desk.get(reverse("leader_home")).context["blocks"]
    assert {block.title for block in blocks if not block.lines} == {"等我审签"}
    assert len(queries) <= MOST


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_is_in_hand_is_found_without_reading_all_that_was_ever_registered(city, question):
    """PostgreSQL reads a small table whole by choice; asked not to, it must have another way."""
    statement, parameters = QUESTIONS[question](city).values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{statement}", parameters)
        plan = str(cursor.fetchall())
    for table in ("incoming", "delivery"):
        assert READ_THROUGH[connection.vendor].format(table) not in plan, plan
