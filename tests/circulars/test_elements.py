"""The elements of a circular and who may write to whom: each wrong sample has its code and the field where it is mended."""

import pytest

from circulars.elements import errors, problems
from circulars.layouts import TRAITS, DocumentType, Layout
from circulars.pages import CircularPage
from circulars.snapshots import named_units, snapshot_of


def to(*units, groups=(), excluded=()):
    return {"text": "", "groups": list(groups), "units": list(units), "excluded": list(excluded)}


def attached(**attachment):
    return [{"title": "值班表", "name": None, "digest": None, "size": None, "text": None, **attachment}]


REQUEST = {
    "document_type": "request",
    "direction": "upward",
    "title": "关于解决值班经费的请示",
    "signers": ["谢明远"],
    "primary": to("YA-ZF"),
}
REPORT = {**REQUEST, "document_type": "report", "title": "关于国庆假期值守情况的报告"}
REPLY = {
    "document_type": "reply",
    "title": "关于值班经费的批复",
    "references": [{"relation": "replies_to", "title": "关于解决值班经费的请示", "number": "延应急字〔2026〕66号"}],
}
MINUTES = {"document_type": "minutes", "title": "专题会议纪要", "layout": "minutes", "signatures": [], "primary": to()}
LETTER = {"document_type": "letter", "direction": "parallel", "title": "关于商请支持的函", "layout": "letter"}
ORDER = {"document_type": "order", "direction": "public", "title": "延安市某办法", "layout": "order", "primary": to()}


@pytest.fixture(scope="module")
def standing_draft(beforehand):
    return beforehand("draft")


@pytest.fixture
def good(standing_draft, city):
    """The elements of a draft in which nothing is wrong."""
    return snapshot_of(CircularPage.objects.get(pk=standing_draft))


@pytest.fixture
def found(good):
    """The problems of the good draft when these elements are other ones."""

    def find(changes):
        draft = {**good, **changes}
        return [(problem.code, problem.field) for problem in problems(draft, named_units(draft))]

    return find


@pytest.mark.parametrize(
    "elements",
    [{}, REQUEST, REPORT, REPLY, MINUTES, LETTER, ORDER, {"title": "关于印发《值班工作规程》的通知"}],
    ids=lambda elements: elements.get("document_type", "notice"),
)
def test_nothing_is_found_in_a_good_draft(found, elements):
    assert found(elements) == []


@pytest.mark.parametrize(
    "elements, code, field",
    [
        pytest.param({"title": ""}, "E-TITLE", "title", id="no title"),
        pytest.param({"title": "关于放假的公告"}, "E-TITLE", "title", id="title of another type"),
        pytest.param({"title": "关" * 199 + "通知"}, "E-TITLE", "title", id="title too long"),
        pytest.param({"body": " \n "}, "E-BODY", "body", id="no body"),
        pytest.param({"series": ""}, "E-SERIES", "series", id="no series"),
        pytest.param({"issuer_mark": ""}, "E-MARK", "issuer_mark", id="no issuer mark"),
        pytest.param({"signatures": []}, "E-SIGNATURE", "signatures", id="unsigned"),
        pytest.param({"primary": to()}, "E-PRIMARY", "primary_units", id="notice to nobody"),
        pytest.param({"direction": "upward", "signers": ["张志远"], "primary": to("YA-ZF")}, "R-DIRECTION", "direction",
                     id="notice to a superior"),
        pytest.param(LETTER | {"layout": "general"}, "R-LAYOUT", "series", id="letter in the layout of a document"),
        pytest.param(REQUEST | {"primary": to("YA-ZF", "YA-WXB")}, "R15-1", "primary_units", id="request to two"),
        pytest.param(REQUEST | {"primary": to()}, "R15-1", "primary_units", id="request to nobody"),
        pytest.param(REQUEST | {"primary": to("YA-ZF", groups=["county"])}, "R15-1", "primary_units",
                     id="request to a group"),
        pytest.param(REQUEST | {"signers": []}, "E-SIGNER", "signers", id="request without signer"),
        pytest.param(REQUEST | {"issuers": ["BM20", "BM12"]}, "E-SIGNER", "signers", id="joint request, one signer"),
        pytest.param(REPORT | {"body": "有关情况报告如下。\n妥否，请批示。"}, "R15-5", "body", id="report that asks"),
        pytest.param(REPORT | {"body": "有关情况报告如下。\n妥否,请批示。"}, "R15-5", "body", id="with a Latin comma"),
        pytest.param(REPORT | {"body": "请予批准。"}, "R15-5", "body", id="report that asks for approval"),
        pytest.param(REPLY | {"references": []}, "R-REF1", "references", id="reply to nothing"),
        pytest.param(
            REPLY | {"references": [{"relation": "forwards", "title": "关于放假的通知", "number": ""}]},
            "R-REF1", "references", id="reply that only forwards",
        ),
        pytest.param({"cc": to("BM05")}, "R-CC1", "cc_units", id="unit in both lines"),
        pytest.param({"primary": to(groups=["department"]), "cc": to("BM05")}, "R-CC1", "cc_units",
                     id="unit in both lines by its group"),
        pytest.param({"primary": to("BM05", groups=["department"])}, "E-EXCLUDED", "primary_units",
                     id="unit named beside its group"),
        pytest.param({"primary": to("BM05", groups=["department"], excluded=["BM05"])}, "E-EXCLUDED", "excluded_units",
                     id="unit named and excluded"),
        pytest.param({"primary": to("BM05", excluded=["BM12"])}, "E-EXCLUDED", "excluded_units",
                     id="excluded from nothing"),
        pytest.param({"primary": to("BM05", "YA-ZFB")}, "R-CC1", "primary_units", id="issuer as recipient"),
        pytest.param({"cc": to("YA-ZFB")}, "R-CC1", "cc_units", id="issuer in cc"),
        pytest.param({"title": "秘密★关于放假的通知"}, "A5", "title", id="secrecy mark in the title"),
        pytest.param({"body": "机密★20年\n现将有关事项通知如下。"}, "A5", "body", id="secrecy mark in the body"),
        pytest.param({"body": "绝密 ☆ 现将有关事项通知如下。"}, "A5", "body", id="secrecy mark with another star"),
        pytest.param({"annotation": "机密★"}, "A5", "annotation", id="secrecy mark in the annotation"),
        pytest.param({"attachments": attached(text="秘密★3年")}, "A5", "attachments", id="secrecy mark in an attachment"),
        pytest.param({"attachments": attached(name="秘密★名单.pdf", digest="0" * 64)}, "A5", "attachments",
                     id="secrecy mark in a file name"),
        pytest.param({"attachments": attached(title="", text="内容")}, "E-ATTACHMENT", "attachments",
                     id="attachment without a name"),
        pytest.param({"attachments": attached(text=" ")}, "E-ATTACHMENT", "attachments", id="attachment without content"),
        pytest.param({"written_date": "2026-09-29", "printing_date": "2026-09-28"}, "E-DATE", "printing_date",
                     id="printed before it was written"),
    ],
)  # fmt: skip
def test_a_wrong_draft_is_found_out_where_it_is_to_be_mended(found, elements, code, field):
    assert (code, field) in found(elements)


@pytest.mark.parametrize(
    "elements",
    [
        {"body": "各单位要严守秘密，做好保密工作。"},
        {"annotation": "不涉及秘密"},
        REPORT | {"body": "此前关于经费的请示已获批准。"},
        {"cc": to("QX01")},
        {"primary": to(groups=["county"]), "cc": to("BM05")},
        {"primary": to(groups=["department"], excluded=["BM05"])},
        {"primary": to(groups=["department"], excluded=["BM05"]), "cc": to("BM05")},
        {"written_date": "2026-09-28", "printing_date": "2026-09-28"},
        {"attachments": attached(text="姓名，电话")},
    ],
)
def test_what_only_looks_wrong_is_let_pass(found, elements):
    assert found(elements) == []


def test_everything_wrong_is_said_at_once_and_errors_come_first(good):
    draft = {**good, "title": "", "body": "", "primary": to()}
    said = problems(draft, {})
    assert {problem.code for problem in said} == {"E-TITLE", "E-BODY", "E-PRIMARY"}
    assert said == sorted(said, key=lambda problem: not problem.is_error)
    assert errors(draft, {}) == said


def test_each_of_the_fifteen_types_has_its_traits():
    assert set(TRAITS) == set(DocumentType)
    assert len(DocumentType) == 15
    assert {traits.layout for traits in TRAITS.values()} == {None, Layout.ORDER, Layout.LETTER, Layout.MINUTES}
