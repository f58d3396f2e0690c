"""How much text a draft may have: what no paper holds is refused at its field, before any reader has to wait for it."""

import pytest
from django.urls import reverse

from circulars.pages import CircularPage
from tests.draftform import add_address, attachment, edit_address, filled

WIDE = "|" + "甲|" * 64 + "\n|乙|"
LONG = "字" * 300_001
SENTENCES = {
    WIDE: "表格超过 63 列，请减少列数，或把表格作为附件上传。",
    LONG: "文字超过 30 万字，请分成几份，或作为附件上传。",
}


@pytest.mark.parametrize("text", [WIDE, LONG], ids=["wide", "long"])
@pytest.mark.parametrize("acts", [{}, {"action-submit": "1", "declared": "on"}], ids=["put away", "handed over"])
@pytest.mark.parametrize("where", ["body", "attachment"])
def test_more_than_a_paper_holds_is_refused_with_a_sentence_and_nothing_is_kept(city, text, acts, where):
    written = filled(city, body=text) if where == "body" else filled(city, **attachment(text=text))
    answer = city.desk(city.drafter).post(add_address(city), written | acts)
    assert SENTENCES[text] in answer.content.decode()
    assert not CircularPage.objects.exists()


@pytest.mark.parametrize(
    "field, name", [("primary_text", "主送机关"), ("cc_text", "抄送机关"), ("signatures", "发文机关署名")]
)
def test_no_line_of_the_paper_is_as_long_as_a_book(city, field, name):
    answer = city.desk(city.drafter).post(add_address(city), filled(city, **{field: LONG}))
    assert f"{name}{SENTENCES[LONG]}" in answer.content.decode()
    assert not CircularPage.objects.exists()


def test_a_standing_draft_keeps_its_text(city):
    page = city.draft()
    city.desk(city.drafter).post(edit_address(page), filled(city, body=WIDE))
    assert CircularPage.objects.get().get_latest_revision_as_object().body == page.body


def test_no_correction_makes_a_text_of_it(city):
    page = city.approved()
    form = {"title": page.title, "body": WIDE, "annotation": "", "reason": "改表格。"}
    answer = city.desk(city.registrar).post(reverse("circulars:correct", args=[page.pk]), form)
    assert f"正文{SENTENCES[WIDE]}" in answer.content.decode()
    assert page.versions.count() == 1


def test_a_row_shorter_than_its_table_is_closed_on_the_paper(city):
    page = city.submitted(body="现通知如下：\n|日期|带班|电话|\n|10月1日|王文静|")
    shown = city.desk(city.reviewer).get(reverse("circulars:decide", args=[page.pk])).content.decode()
    assert '<td>王文静</td><td colspan="1"></td></tr>' in shown
