"""An empty draft posted twice: the same text is one draft, another text is not lost."""

import re
from uuid import UUID

import pytest
from django.urls import reverse

from accounts.people import User, take_post
from accounts.roles import Role
from circulars.beginnings import begin
from circulars.numbering import Series
from circulars.origins import Origin
from circulars.pages import CircularPage
from cms.lifecycles import OutOfOrder
from tests.cast import MONDAY

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?')


def again(person):
    """The person as the next request meets them."""
    return User.objects.get(pk=person.pk)


@pytest.fixture
def form(city):
    """Where the empty form is posted, and what it holds when the text is written."""
    desk = city.desk(city.drafter)
    where = desk.post(reverse("circulars:new", args=["YA-ZFB"])).url
    shown = desk.get(where).content.decode()
    hidden = {name: value for name, value in _HIDDEN.findall(shown) if name != "csrfmiddlewaretoken"}
    UUID(hidden["form_key"])
    written = {
        "title": "关于放假的通知",
        "body": "请做好值班。",
        "issuer_mark": "延安市人民政府办公室文件",
        "signatures": "延安市人民政府办公室",
        "document_type": "notice",
        "direction": "downward",
        "urgency": "normal",
        "openness": "internal",
        "retention": "10y",
        "redistribution": "free",
        "is_sealed": "on",
        "series": Series.objects.of(city.office).earliest("pk").pk,
        "primary_units": [city.attentive.pk],
    }
    return desk, where, hidden | written


def test_the_same_text_posted_twice_is_one_draft(form):
    desk, where, data = form
    first, second = desk.post(where, data), desk.post(where, data)
    page = CircularPage.objects.get()
    assert first.url == second.url == reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert Origin.objects.get().kind == Origin.Kind.EMPTY


def test_another_text_from_the_same_form_is_another_draft(form):
    desk, where, data = form
    desk.post(where, data)
    desk.post(where, data | {"body": "请做好值班，随时报告。"})
    assert {page.body for page in CircularPage.objects.all()} == {"请做好值班。", "请做好值班，随时报告。"}


def test_handed_over_twice_is_handed_over_once(form):
    desk, where, data = form
    for _ in range(2):
        answer = desk.post(where, data | {"action-submit": "submit", "declared": "on"})
        assert answer.url == reverse("circulars:drafts")
    assert CircularPage.objects.get().workflow_in_progress


def test_put_away_and_then_handed_over_from_the_same_form_is_one_draft(form):
    desk, where, data = form
    desk.post(where, data)
    desk.post(where, data | {"action-submit": "submit", "declared": "on"})
    assert CircularPage.objects.get().workflow_in_progress


def test_a_refused_form_keeps_its_key(form):
    desk, where, data = form
    shown = desk.post(where, data | {"action-submit": "submit", "declared": "on", "body": ""}).content.decode()
    assert f'name="form_key" value="{data["form_key"]}"' in shown
    assert not CircularPage.objects.exists()


@pytest.mark.parametrize("what", ["put away", "handed over"])
def test_the_key_of_somebody_elses_form_begins_a_draft_of_ones_own(city, form, what):
    desk, where, data = form
    desk.post(where, data)
    take_post(city.nobody, city.office, Role.DRAFTER, by=None, at=MONDAY)
    act = {"action-submit": "submit", "declared": "on"} if what == "handed over" else {}
    answer = city.desk(city.nobody).post(where, data | act)
    assert answer.status_code == 302
    assert {page.owner for page in CircularPage.objects.all()} == {city.drafter, city.nobody}
    assert CircularPage.objects.get(owner=city.nobody).workflow_in_progress is bool(act)
    assert Origin.objects.get(page__owner=city.drafter).key == UUID(data["form_key"])


def test_the_key_of_somebody_elses_draft_copies_nothing_and_says_why(city, form):
    desk, where, data = form
    desk.post(where, data)
    taken = Origin.objects.get()
    take_post(city.nobody, city.office, Role.DRAFTER, by=None, at=MONDAY)
    with pytest.raises(OutOfOrder, match="请重新打开"):
        begin(city.office, kind=Origin.Kind.COPIED, key=taken.key, by=again(city.nobody), at=MONDAY, elements={})
    assert CircularPage.objects.get() == taken.page
