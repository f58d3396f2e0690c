"""What exactly is approved: a canonical text whose digest changes with every element and with nothing else."""

from datetime import date

import pytest

from circulars.layouts import Openness
from circulars.numbering import Series
from circulars.pages import CircularPage, CoIssuer, DraftAttachment, Reference
from circulars.snapshots import digest_of, facts_about, snapshot_of
from tests.cast import attached


@pytest.fixture(scope="module")
def standing_draft(beforehand):
    return beforehand("draft")


@pytest.fixture
def page(standing_draft, city):
    """The office's usual draft."""
    return CircularPage.objects.get(pk=standing_draft)


def digest(page):
    return digest_of(snapshot_of(page.get_latest_revision_as_object()))


def test_the_digest_is_the_same_however_often_it_is_taken_and_saved(city, page):
    assert digest(page) == digest_of(snapshot_of(page)) == digest(city.change(page))
    assert len(digest(page)) == 64


def test_two_drafts_with_the_same_elements_have_the_same_digest(city, page):
    assert digest(city.draft()) == digest(page)


ELEMENTS = {
    "document_type": "decision",
    "direction": "parallel",
    "urgency": "urgent",
    "issuer_mark": "延安市人民政府办公室明传电报",
    "signers": "张志远",
    "title": "关于做好值班工作的通知",
    "primary_text": "市公安局：",
    "primary_groups": "county",
    "cc_text": "市委办公室。",
    "body": "现将有关事项通知如下。",
    "signatures": "延安市人民政府",
    "written_date": date(2026, 9, 28),
    "annotation": "此件公开发布",
    "printing_office": "延安市人民政府办公室",
    "printing_date": date(2026, 9, 28),
    "openness": Openness.PUBLIC,
    "retention": "permanent",
}


@pytest.mark.parametrize("element", ELEMENTS)
def test_the_digest_changes_with_every_element(city, page, element):
    assert digest(city.change(page, **{element: ELEMENTS[element]})) != digest(page)


@pytest.mark.parametrize("element", ["series", "primary_units", "cc_units", "co_issuers", "references"])
def test_the_digest_changes_with_what_an_element_points_to(city, page, element):
    values = {
        "series": Series.objects.get(prefix="延政办函"),
        "primary_units": [city.attentive],
        "cc_units": [city.county],
        "co_issuers": [CoIssuer(unit=city.department)],
        "references": [Reference(relation="forwards", title="关于放假的通知")],
    }
    assert digest(city.change(page, **{element: values[element]})) != digest(page)


def test_the_digest_changes_with_the_bytes_of_an_attachment(city):
    page = city.draft(attachments=attached(b"one"))
    assert digest(city.change(page, attachments=attached(b"two"))) != digest(page)
    assert digest(city.change(page, attachments=attached(b"one"))) == digest(city.draft(attachments=attached(b"one")))


def test_the_order_in_which_units_were_ticked_is_no_element(city):
    one = city.draft(primary_units=[city.late, city.attentive])
    other = city.draft(primary_units=[city.attentive, city.late])
    assert digest(one) == digest(other)


def test_the_order_of_attachments_is_an_element(city):
    table, list_ = DraftAttachment(title="表", text="表"), DraftAttachment(title="单", text="单")
    table_first, list_first = (
        [DraftAttachment(title=a.title, text=a.text, sort_order=n) for n, a in enumerate(both)]
        for both in ([table, list_], [list_, table])
    )
    assert digest(city.draft(attachments=table_first)) != digest(city.draft(attachments=list_first))


def test_a_snapshot_names_issuers_and_recipients_by_code(city):
    snapshot = snapshot_of(city.draft(co_issuers=[CoIssuer(unit=city.department)], cc_units=[city.county]))
    assert snapshot["issuers"] == ["YA-ZFB", "BM20"]
    assert snapshot["primary"]["units"] == ["BM05", "BM12", "QY16"]
    assert snapshot["cc"]["units"] == ["QX01"]
    assert set(facts_about(snapshot).units) == {"YA-ZFB", "BM20", "BM05", "BM12", "QY16", "QX01"}


def test_lines_left_empty_are_printed_from_what_was_ticked(city):
    snapshot = snapshot_of(city.draft(cc_units=[city.county]))
    assert (snapshot["primary"]["text"], snapshot["cc"]["text"]) == ("市公安局、市住建局，储备粮公司：", "宝塔区。")
