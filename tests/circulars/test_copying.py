"""复制为新稿: what a paper says comes along, what belongs to its one occasion does not; one press and two presses are the same."""

from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.people import take_post
from accounts.roles import Role
from circulars.demands.drafting import DraftDemand, drafted
from circulars.layouts import Redistribution
from circulars.origins import Origin
from circulars.pages import CircularPage, CoIssuer, DraftAttachment, Reference
from circulars.registration import Circular
from tests.answers import FIELDS, ask
from tests.cast import MONDAY, NEW_YEARS_EVE, attached


def where(page) -> str:
    return reverse("circulars:copy", args=[page.pk])


def copied(city, page, *, by=None, key=None):
    """The answer to the press, and the newest draft."""
    answer = city.desk(by or city.drafter).post(where(page), {"key": key or uuid4()})
    return answer, CircularPage.objects.latest("pk").get_latest_revision_as_object()


@pytest.fixture
def sent(city) -> Circular:
    return city.sent(
        urgency="urgent",
        annotation="此件公开发布",
        openness="public",
        written_date="2026-09-20",
        consent_reference="市政府批示",
        redistribution=Redistribution.UNIT,
        cc_units=[city.county],
        attachments=[*attached(), DraftAttachment(title="联系电话", text="值班室：一部", sort_order=1)],
        references=[Reference(relation="repeals", title="旧通知", number="延政办发〔2025〕1号")],
    )


def test_the_copy_says_the_same_and_nothing_of_its_occasion(city, sent, week):
    week.move_to(NEW_YEARS_EVE.replace(year=2027, month=1, day=4), tick=False)
    answer, draft = copied(city, sent.page)
    assert answer.url == reverse("wagtailadmin_pages:edit", args=[draft.pk])
    source = sent.page.get_latest_revision_as_object()
    for name in ("title", "body", "series", "urgency", "annotation", "issuer_mark", "signatures", "redistribution"):
        assert getattr(draft, name) == getattr(source, name), name
    assert set(draft.primary_units.all()) == {city.attentive, city.late, city.paper}
    assert list(draft.cc_units.all()) == [city.county]
    rows, originals = draft.attachments.all(), source.attachments.all()
    assert [(row.title, row.file, row.file_name, row.text) for row in rows] == [
        (row.title, row.file, row.file_name, row.text) for row in originals
    ]
    assert not {row.pk for row in rows} & {row.pk for row in originals}
    assert (draft.written_date, draft.printing_date, draft.consent_reference) == (None, None, "")
    assert not draft.references.all()
    assert not draft.decisions.exists()
    assert not hasattr(draft, "circular")
    assert (draft.owner, draft.get_parent().specific.year, draft.live) == (city.drafter, 2027, False)
    assert sent.number in draft.origin.account


def test_further_issuers_come_along(city):
    _, draft = copied(city, city.draft(co_issuers=[CoIssuer(unit=city.department)]))
    assert [row.unit for row in draft.co_issuers.all()] == [city.department]


def test_the_form_for_answers_comes_along_without_its_last_day(city):
    source, key = city.draft(), uuid4()
    ask(city, source)
    for _ in range(2):
        _, draft = copied(city, source, key=key)
    said = drafted(draft)
    assert said == drafted(source) | {"due_on": None}
    assert [field["label"] for field in said["fields"]] == [field["label"] for field in FIELDS]
    assert DraftDemand.objects.count() == 2
    assert "答复期限" in draft.origin.account
    _, plain = copied(city, city.draft())
    assert drafted(plain) is None


def test_the_same_press_twice_is_one_draft_and_another_paper_another(city, sent):
    other, key = city.draft(title="关于放假的通知"), uuid4()
    first, _ = copied(city, sent.page, key=key)
    second, _ = copied(city, sent.page, key=key)
    third, _ = copied(city, other, key=key)
    assert first.url == second.url != third.url
    assert Origin.objects.count() == 2


def test_the_list_and_the_paper_offer_the_press(city, sent):
    desk = city.desk(city.drafter)
    for address in (reverse("circulars:drafts"), reverse("circulars:own_text", args=[sent.uuid])):
        shown = desk.get(address).content.decode()
        assert where(sent.page) in shown
        assert 'name="key"' in shown
    assert (
        where(sent.page)
        not in city.desk(city.sender).get(reverse("circulars:own_text", args=[sent.uuid])).content.decode()
    )


def test_a_colleague_copies_what_was_registered_and_no_unfinished_draft(city, sent):
    take_post(city.sender, city.office, Role.DRAFTER, by=None, at=MONDAY)
    answer, draft = copied(city, sent.page, by=city.sender)
    assert answer.status_code == 302
    assert draft.owner == city.sender
    assert city.desk(city.sender).post(where(city.draft()), {"key": uuid4()}).status_code == 404


@pytest.mark.parametrize("who", ["stranger", "department_drafter", "reviewer", "clerk", "superuser", "nobody"])
def test_nobody_else_copies_it(city, sent, who):
    assert city.desk(getattr(city, who)).post(where(sent.page), {"key": uuid4()}).status_code == 404
    assert not Origin.objects.exists()


def test_looking_copies_nothing_and_a_press_without_a_key_is_told(city, sent):
    desk = city.desk(city.drafter)
    assert desk.get(where(sent.page)).status_code == 405
    assert "这个页面已经失效" in desk.post(where(sent.page), follow=True).content.decode()
    assert not Origin.objects.exists()
