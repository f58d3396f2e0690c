"""Attacks 14, 19 and 43: what is said to one unit stays with it, what was recalled is signed for by nobody, no telephone is led anywhere."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.people import User
from circulars.chasing import Urge
from circulars.problems import report_problem
from circulars.recalling import recall
from circulars.receipts import Receipt
from cms.messages import Message
from cms.phonewords import leads_somewhere
from cms.textmessages import LONGEST, TextMessage, write
from tests.cast import MONDAY, PEOPLE
from tests.circulars.test_screens_drafting import read
from tests.databases import ROOT
from tests.offices import beijing
from tests.walking import everything, refusals

AT_TEN = beijing("2026-09-28 10:00")
AT_THE_OFFICE = {name for name, (_, unit, _) in PEOPLE.items() if unit == "office"}
EVIL = (
    "https://evil.example/a",
    "evil.example",
    "www.evil.公司",
    "mailto:a@evil.example",
    "ｈｔｔｐｓ：／／evil.example",
    "10.1.2.3/a",
)

MAKES_A_TEXT = re.compile(r"(?<!class )\bTextMessage\((?!models)|TextMessage\.objects\.(?:\w*create)")


@pytest.fixture
def gateway(settings, tmp_path, city):
    """A gateway is set up, and everybody has a telephone on file."""
    settings.SMS = {"folder": str(tmp_path)}
    for number, key in enumerate(User.objects.values_list("pk", flat=True)):
        User.objects.filter(pk=key).update(mobile=f"1380000{number:04}")


def readers_of(city, word: str, path: str) -> set[str]:
    """Who of all people finds the word at this address."""
    desks = {name: city.desk(getattr(city, name)) for name in PEOPLE}
    return {name for name, desk in desks.items() if word in desk.get(path).content.decode()}


def urge_by_form(city, circular, unit, text):
    form = {"units": [unit.pk], "text": text, "seen": AT_TEN.isoformat()}
    return city.desk(city.sender).post(reverse("circulars:urge", args=[circular.uuid]), form)


def test_14_an_urge_is_heard_at_the_unit_that_was_urged_and_nowhere_else(city, week, gateway):
    """Attack 14: on the desk and on the telephone; a unit of another circular that is named beside it gets nothing."""
    circular, other = city.sent(urgency="urgent"), city.sent(primary_units=[city.county])
    TextMessage.objects.all().delete()
    week.move_to(AT_TEN, tick=False)
    urge_by_form(city, circular, city.attentive, "zq7urge请尽快签收")
    urge_by_form(city, circular, city.county, "zq7foreign请尽快签收")
    assert readers_of(city, "zq7urge", reverse("messages")) == {"clerk", "second_clerk"}
    assert readers_of(city, "zq7foreign", reverse("messages")) == set()
    numbers = User.objects.filter(pk__in=[city.clerk.pk, city.second_clerk.pk]).values_list("mobile", flat=True)
    assert set(TextMessage.objects.values_list("number", flat=True)) == set(numbers)
    assert list(Urge.objects.values_list("delivery__unit", flat=True)) == [city.attentive.pk]
    for path in (reverse("circulars:reading", args=[city.delivery(circular, city.late).pk]), "/"):
        assert "late_clerk" not in readers_of(city, "zq7urge", path)
    assert other.deliveries.get().urges == 0


def test_14_a_remark_goes_back_to_who_sent_the_paper(city):
    """Attack 14: why a unit returned it and what was broken in it is read by the sender, the drafter and that unit, by no other recipient."""
    circular = city.sent()
    city.opened(circular)
    problem = report_problem(city.delivery(circular), "damaged", "zq7trouble打不开", by=city.clerk, at=MONDAY)
    late = city.delivery(circular, city.late)
    late.send_back(code="not_ours", reason="zq7reason不属本单位", by=city.late_clerk, at=MONDAY)
    pages = [
        reverse("messages"),
        reverse("circulars:problem", args=[problem.pk]),
        reverse("circulars:board", args=[circular.uuid]),
        *(reverse("circulars:reading", args=[delivery.pk]) for delivery in circular.deliveries.all()),
    ]
    for word, whose in (("zq7trouble", {"clerk", "second_clerk", "leader", "engineer"}), ("zq7reason", {"late_clerk"})):
        heard = set().union(*(readers_of(city, word, page) for page in pages))
        assert heard & whose, word
        assert heard <= whose | AT_THE_OFFICE, word
        told = set(Message.objects.filter(text__contains=word).values_list("person__posts__unit", flat=True))
        assert told <= {city.office.pk, city.network_office.pk}, word


def test_14_an_opinion_is_told_to_who_has_a_step_of_that_draft(city):
    """Attack 14: why a draft came back is nobody's business at a unit that has no step of it."""
    page = city.submitted()
    city.submitted(by=city.department_drafter, issuer=city.department)
    path = reverse("circulars:decide", args=[page.pk])
    answer = city.desk(city.reviewer).post(path, {"action": "return", "opinion": "zq7opinion请改", **read(page)})
    assert answer.status_code == 302
    told = Message.objects.filter(text__contains="zq7opinion")
    assert set(told.values_list("person", flat=True)) <= {city.drafter.pk, city.reviewer.pk}
    assert told.filter(person=city.drafter).exists()
    for page_of_it in (reverse("messages"), path, reverse("circulars:drafts")):
        assert readers_of(city, "zq7opinion", page_of_it) <= AT_THE_OFFICE


def test_19_what_was_recalled_is_signed_for_by_nobody(city, circular):
    """Attack 19: with the form that was open when it was recalled; nothing changes, and the refusal is written down."""
    city.opened(circular)
    delivery = city.delivery(circular)
    form = {"key": str(uuid4()), "checked": list(delivery.checks())}
    recall(circular, reason="文稿有误", by=city.sender, at=MONDAY)
    path, desks = reverse("circulars:sign", args=[delivery.pk]), [city.desk(city.clerk), city.desk(city.late_clerk)]
    before = papers_on_record()
    for desk in desks:
        assert desk.post(path, form).status_code < 500
    assert papers_on_record() == before
    assert not Receipt.objects.filter(delivery=delivery).exists()
    assert refusals(city.late_clerk) == [path]


def papers_on_record():
    return {
        label: rows for label, rows in everything().items() if label.startswith("circulars.") or label == "cms.Entry"
    }


@pytest.mark.parametrize("evil", EVIL)
def test_43_no_text_leads_a_telephone_anywhere(city, week, gateway, evil):
    """Attack 43: an urge with an address is refused and nobody is urged; out of any other text the address is taken."""
    circular = city.sent(urgency="extra_urgent", title=f"关于{evil}的通知")
    week.move_to(AT_TEN, tick=False)
    urge_by_form(city, circular, city.attentive, f"请到 {evil} 签收")
    assert not Urge.objects.filter(delivery__circular=circular, kind="manual").exists()
    write([("one", "13800000000", f"市政府 {evil}\r\n【银行】{{{{ x }}}}\x1b{'长' * 300}")], at=AT_TEN)
    texts = list(TextMessage.objects.values_list("text", flat=True))
    assert len(texts) > 1
    for text in texts:
        assert not leads_somewhere(text)
        assert "evil" not in text
        assert "10.1.2.3" not in text
        assert text.isprintable()
        assert len(text) <= LONGEST


def test_43_every_text_is_written_by_the_one_function():
    """Attack 43: no other module of ours makes a row of the outbox."""
    floors = (ROOT / floor for floor in ("cms", "accounts", "circulars", "reports", "site"))
    writers = [path for floor in floors for path in floor.rglob("*.py") if MAKES_A_TEXT.search(path.read_text())]
    assert [path.relative_to(ROOT).as_posix() for path in writers] == ["cms/textmessages.py"]
