"""What a page asks of the database does not depend on how much there is to show."""

from uuid import uuid4

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from circulars.chasing import urge
from circulars.dispatch import announce
from circulars.printing import ask_for_more, print_originals
from circulars.registration import Circular
from tests.cast import MONDAY

# The page → who looks, the name of its address, what is asked of it.
PAGES = {
    "the list": ("clerk", "circulars:inbox", {}),
    "what was signed for": ("clerk", "circulars:inbox", {"show": "signed"}),
    "what was returned": ("clerk", "circulars:inbox", {"show": "returned"}),
    "the messages": ("clerk", "messages", {}),
    "the outbox of the sender": ("sender", "circulars:outbox", {}),
    "the board": ("sender", "circulars:board", {}),
    "the page to urge": ("sender", "circulars:urge", {}),
    "the record of urging": ("sender", "circulars:urge_log", {}),
    "what was urged": ("clerk", "circulars:inbox", {"show": "urged"}),
    "what came back": ("sender", "circulars:returns", {}),
    "the log of prints": ("clerk", "circulars:print_ledger", {}),
    "the counts of prints": ("sender", "circulars:copies_of", {}),
    "who asks for more originals": ("registrar", "circulars:originals_asked", {}),
    "the register of numbers": ("registrar", "circulars:numbers", {}),
    "the overview": ("secretary", "reports:overview", {}),
    "the month": ("secretary", "reports:month", {}),
}
OF_A_CIRCULAR = {"circulars:board", "circulars:urge", "circulars:urge_log", "circulars:copies_of"}


def a_round_of_papers(city, **to):
    """One paper at every stage: a draft, one in review, one approved, one registered; of those sent one is open, one signed for, one returned."""
    for stage in (city.draft, city.submitted, city.approved, city.registered):
        stage(**to)
    signed, returned, waiting = (city.sent(**to) for _ in range(3))
    for circular in (signed, returned, waiting):
        announce(circular, at=MONDAY)
    urge(waiting, text="请尽快签收。", by=city.sender, at=MONDAY)
    held = city.sign(city.opened(signed))
    print_originals([held], purpose="handling", key=uuid4(), by=city.clerk, at=MONDAY)
    ask_for_more(held, 1, "存档", by=city.clerk, at=MONDAY)
    city.opened(returned).send_back(code="not_ours", reason="", by=city.clerk, at=MONDAY)


def asked(city):
    """How many statements each page takes, once everything that is remembered has been asked."""
    counts = {}
    newest = Circular.objects.filter(state="sent").latest("pk")
    for page, (person, name, query) in PAGES.items():
        desk = city.desk(getattr(city, person))
        address = reverse(name, args=[newest.uuid] if name in OF_A_CIRCULAR else [])
        for _ in range(2):
            with CaptureQueriesContext(connection) as queries:
                assert desk.get(address, query).status_code == 200, page
        counts[page] = len(queries)
    return counts


def test_no_page_asks_more_when_there_is_more(city):
    """Three times the papers at every stage and more units on each of them: not one statement more."""
    a_round_of_papers(city)
    before = asked(city)
    for _ in range(2):
        a_round_of_papers(city, cc_units=[city.county, city.department])
    assert asked(city) == before
