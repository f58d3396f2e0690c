"""The printed pages on the screens: for who may read the paper, kept nowhere, with what is to know of its characters."""

import pytest
from django.urls import reverse

from circulars.pages import CircularPage
from circulars.sheets import page_asked, sheets
from circulars.typesetting.fonts import FontMissing


@pytest.fixture
def delivery(city, circular):
    return city.delivery(circular)


def url(name, *args):
    return reverse(f"circulars:{name}", args=args)


def is_shown(answer):
    return answer.status_code == 200 and b"data:image/png;base64," in answer.content


def test_the_receiving_clerk_sees_the_pages_beside_the_checks(city, delivery):
    desk = city.desk(city.clerk)
    pages = url("received_pages", delivery.pk)
    assert pages in desk.get(url("reading", delivery.pk)).content.decode()
    answer = desk.get(pages)
    assert is_shown(answer)
    assert answer["Cache-Control"] == "private, no-store"
    assert "data:" in answer["Content-Security-Policy"]


def test_the_issuing_unit_sees_the_pages_of_its_circular(city, circular):
    desk = city.desk(city.sender)
    pages = url("own_pages", circular.uuid)
    assert pages in desk.get(url("own_text", circular.uuid)).content.decode()
    assert is_shown(desk.get(pages))


@pytest.mark.parametrize("who", ["stranger", "late_clerk", "secretary", "drafter"])
def test_who_may_not_read_the_delivery_finds_no_pages(city, delivery, who):
    assert city.desk(getattr(city, who)).get(url("received_pages", delivery.pk)).status_code == 404


@pytest.mark.parametrize("who", ["stranger", "clerk", "secretary"])
def test_who_may_not_read_the_circular_finds_no_pages(city, circular, who):
    assert city.desk(getattr(city, who)).get(url("own_pages", circular.uuid)).status_code == 404


def test_a_drafter_sees_the_pages_of_the_own_draft_as_last_saved_and_nobody_else_does(city):
    page = city.draft()
    pages = url("draft_pages", page.pk)
    assert is_shown(city.desk(city.drafter).get(pages))
    for who in (city.stranger, city.reviewer, city.registrar, city.department_drafter):
        assert city.desk(who).get(pages).status_code == 404


def test_who_has_the_step_in_hand_sees_what_was_handed_over(city):
    submitted = city.submitted()
    pages = url("draft_pages", submitted.pk)
    assert is_shown(city.desk(city.reviewer).get(pages))
    assert city.desk(city.registrar).get(pages).status_code == 404


def test_the_registrar_sees_what_was_approved(city):
    assert is_shown(city.desk(city.registrar).get(url("draft_pages", city.approved().pk)))


def test_the_preview_of_the_editor_shows_the_pages_of_what_is_typed(city):
    page = city.draft()
    desk = city.desk(city.drafter)
    answer = desk.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
    assert is_shown(answer)
    assert "文字版" in answer.content.decode()


def test_a_page_that_is_not_there_or_no_number_is_the_first(city):
    page = city.draft()
    for asked in ("0", "99", "-1", "甲", "9" * 40, "²"):
        assert is_shown(city.desk(city.drafter).get(url("draft_pages", page.pk), {"from": asked}))
    assert page_asked("3") == 3


def test_a_paper_that_cannot_be_set_is_a_sentence():
    def refuse():
        raise FontMissing("缺少楷体字体。")

    found = sheets(refuse)
    assert (found.refusal, found.shown) == ("缺少楷体字体。", ())


def test_a_long_paper_is_shown_in_parts(city):
    page = city.draft(body="\n".join(f"第{number}段文字，说明有关情况。" for number in range(600)))
    desk = city.desk(city.drafter)
    first = desk.get(url("draft_pages", page.pk))
    assert first.content.count(b"data:image/png") == 20
    assert "?from=21" in first.content.decode()
    assert is_shown(desk.get(url("draft_pages", page.pk), {"from": "21"}))
    assert CircularPage.objects.filter(pk=page.pk).exists()
