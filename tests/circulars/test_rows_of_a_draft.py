"""Attachments, references and further issuers of a draft: how many rows a form may bring, and what becomes of one that brings more."""

from time import process_time

import pytest

from circulars.draftform import ROWS
from circulars.pages import CircularPage, DraftAttachment
from tests.draftform import add_address, attachment, edit_address, filled


@pytest.mark.parametrize("acts", [{}, {"action-submit": "submit", "declared": "on"}], ids=["put away", "handed over"])
@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("count", ["TOTAL_FORMS", "INITIAL_FORMS"])
def test_a_form_that_claims_a_hundred_thousand_rows_is_answered_at_once(city, rows, count, acts):
    desk, where = city.desk(city.drafter), add_address(city)
    desk.get(where)
    counts = {f"{rows}-TOTAL_FORMS": 100_000, f"{rows}-{count}": 100_000}
    begun = process_time()
    answer = desk.post(where, filled(city, **counts) | acts)
    taken = process_time() - begun
    assert answer.status_code == 200
    assert ROWS[rows][1] in answer.content.decode()
    assert not CircularPage.objects.exists()
    assert taken < 2, f"{taken:.1f} seconds"


def test_one_row_too_many_is_refused_with_the_sentence_and_what_was_typed_stays(city):
    most, sentence = ROWS["attachments"]
    written = filled(city)
    for number in range(most + 1):
        written |= attachment(number, title=f"附表{number}", text="值班人员名单")
    answer = city.desk(city.drafter).post(add_address(city), written).content.decode()
    assert sentence in answer
    assert f"附表{most}" in answer
    assert not CircularPage.objects.exists()


def test_as_many_rows_as_a_draft_may_have_are_kept_and_rows_struck_out_do_not_count(city):
    most, _ = ROWS["attachments"]
    written = filled(city)
    for number in range(most + 1):
        gone = {"DELETE": "on"} if number == 0 else {}
        written |= attachment(number, title=f"附表{number}", text="值班人员名单", **gone)
    assert city.desk(city.drafter).post(add_address(city), written).status_code == 302
    page = CircularPage.objects.get().get_latest_revision_as_object()
    assert len(page.attachments.all()) == most


def test_a_tampered_form_leaves_the_rows_of_a_standing_draft_as_they_were(city):
    page = city.draft(attachments=[DraftAttachment(title="值班表", text="值班人员名单")])
    answer = city.desk(city.drafter).post(edit_address(page), filled(city, **{"attachments-TOTAL_FORMS": 100_000}))
    assert ROWS["attachments"][1] in answer.content.decode()
    page = CircularPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    assert [row.title for row in page.attachments.all()] == ["值班表"]


@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("place", [{}, {"ORDER": ""}, {"ORDER": "x"}], ids=str)
def test_an_empty_row_without_its_place_beside_another_error_is_shown_again(city, rows, place):
    row = {f"{rows}-0-{name}": value for name, value in {"id": "", "DELETE": "", **place}.items()}
    written = filled(city, series="999", **{f"{rows}-TOTAL_FORMS": 1}, **row)
    answer = city.desk(city.drafter).post(add_address(city), written)
    assert answer.status_code == 200
    assert "series" in answer.context["form"].errors
    assert not CircularPage.objects.exists()
    written |= {"series": filled(city)["series"]}
    assert city.desk(city.drafter).post(add_address(city), written).status_code in (200, 302)


def test_an_empty_row_beside_a_wrong_row_of_another_kind_is_shown_again(city):
    wrong = attachment(text="值班人员名单", title="", ORDER="x")
    counts = {"references-TOTAL_FORMS": 1, "co_issuers-TOTAL_FORMS": 1}
    empty = {"references-0-id": "", "references-0-DELETE": "", "co_issuers-0-id": "", "co_issuers-0-DELETE": ""}
    answer = city.desk(city.drafter).post(add_address(city), filled(city, **wrong) | counts | empty)
    assert answer.status_code == 200
    assert not CircularPage.objects.exists()
