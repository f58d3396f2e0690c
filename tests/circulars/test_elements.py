"""The elements of a circular: each wrong sample has its code and the field where it is mended."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.units import GROUPS
from circulars.deadlines import Urgency
from circulars.elements import Facts, errors, problems, warnings
from circulars.elements.problem import FileVerdict
from circulars.elements.rules import RULES
from circulars.layouts import TRAITS, Direction, DocumentType, Layout, Openness, Redistribution, Retention
from circulars.pages import CircularPage, Relation
from circulars.snapshots import facts_about
from tests.cast import UNITS
from tests.circulars.drafts import (
    DEPARTMENT,
    JOINT,
    LETTER,
    MINUTES,
    ORDER,
    REPLY,
    REPORT,
    REQUEST,
    attached,
    reference,
    to,
)
from tests.growth import FAIR, growth


@pytest.mark.parametrize(
    "elements",
    [
        {}, REQUEST, REPORT, REPLY, MINUTES, LETTER, ORDER, JOINT,
        {"title": "关于印发《值班工作规程》的通知"},
        {"title": "延安市人民政府办公室转发市应急局关于做好值班工作意见的通知"},
        {"title": "市政府办关于做好值班工作的紧急通知", "urgency": "urgent"},
        {"document_type": "opinion", "title": "延安市人民政府办公室关于加快数字化转型的实施意见"},
        {"document_type": "public_announcement", "direction": "public", "title": "公告", "primary": to()},
        {"issuer_mark": "延安市人民政府办公室明传电报", "sealed": False},
        {"issuer_mark": "市政府办文件", "signatures": ["市人民政府办公室"]},
        {"primary": to(groups=["department"]), "sealed": False},
        JOINT | {"issuer_mark": "延安市应急管理局文件"},
        {"openness": "public", "annotation": "（此件公开发布）"},
        {"openness": "public", "annotation": "此件主动公开"},
    ],
)  # fmt: skip
def test_nothing_is_found_in_a_good_draft(found, doubted, elements):
    assert found(elements) == []
    assert doubted(elements) == []


WRONG = [
    pytest.param({"title": ""}, "E-TITLE", "title", id="no title"),
    pytest.param({"title": "关于放假的公告"}, "E-TITLE", "title", id="title of another type"),
    pytest.param({"title": "关" * 199 + "通知"}, "E-TITLE", "title", id="title too long"),
    pytest.param({"body": " \n "}, "E-BODY", "body", id="no body"),
    pytest.param({"body": "|" + "甲|" * 64}, "E-SIZE", "body", id="table wider than a paper"),
    pytest.param({"attachments": attached(text="|" + "甲|" * 64)}, "E-SIZE", "attachments", id="attachment wider than a paper"),
    pytest.param({"series": ""}, "E-SERIES", "series", id="no series"),
    pytest.param({"issuer_mark": ""}, "E-MARK", "issuer_mark", id="no issuer mark"),
    pytest.param({"issuer_mark": "延安市人民政府办公室"}, "E-MARK", "issuer_mark", id="mark without 文件"),
    pytest.param({"issuer_mark": "延安市公安局文件"}, "E-MARK", "issuer_mark", id="another body's mark"),
    pytest.param(LETTER | {"issuer_mark": "延安市人民政府办公室文件"}, "E-MARK", "issuer_mark", id="letter with 文件"),
    pytest.param(ORDER | {"issuer_mark": "延安市人民政府办公室文件"}, "E-MARK", "issuer_mark", id="order without 令"),
    pytest.param(MINUTES | {"issuer_mark": "延安市人民政府文件"}, "E-MARK", "issuer_mark", id="minutes without 纪要"),
    pytest.param(
        JOINT | {"issuer_mark": "延安市住房和城乡建设局 延安市应急管理局文件"}, "E-MARK", "issuer_mark", id="lead body second"
    ),
    pytest.param({"signatures": []}, "E-SIGNATURE", "signatures", id="unsigned"),
    pytest.param(ORDER | {"signatures": ["市长秦卫东"]}, "E-SIGNATURE", "signatures", id="order, office and name in one"),
    pytest.param(ORDER | {"signatures": ["市长 秦卫东", "副市长 马建"]}, "E-SIGNATURE", "signatures", id="order by two people"),
    pytest.param({"signatures": ["延安市公安局"]}, "E-SIGNATURE", "signatures", id="signed by another"),
    pytest.param(
        {"signatures": ["延安市人民政府办公室", "2026年9月28日"]}, "E-SIGNATURE", "signatures", id="date typed as signature"
    ),
    pytest.param({"primary": to()}, "E-PRIMARY", "primary_units", id="notice to nobody"),
    pytest.param(MINUTES | {"primary": to()}, "R-CC2", "primary_units", id="minutes to nobody"),
    pytest.param(
        {"document_type": "decision", "title": "关于表彰先进的决定", "primary": to()}, "R-CC2", "primary_units", id="decision to nobody"
    ),
    pytest.param(REQUEST | {"document_type": "notice", "title": "关于放假的通知"}, "R-DIRECTION", "direction", id="notice upward"),
    pytest.param(LETTER | {"layout": "general"}, "R-LAYOUT", "series", id="letter in the layout of a document"),
    pytest.param(REQUEST | {"signers": []}, "E-SIGNER", "signers", id="request without signer"),
    pytest.param(REQUEST | {"signers": ["甲某某", "乙某某"]}, "E-SIGNER", "signers", id="request with two signers"),
    pytest.param(REQUEST | JOINT | {"direction": "upward", "primary": to("YA-ZF")}, "E-SIGNER", "signers", id="joint request, one signer"),
    pytest.param({"sealed": False}, "E-SEAL", "is_sealed", id="signed and not sealed"),
    pytest.param(LETTER | {"sealed": False}, "E-SEAL", "is_sealed", id="letter not sealed"),
    pytest.param(MINUTES | {"sealed": True}, "E-SEAL", "is_sealed", id="minutes sealed"),
    pytest.param({"annotation": "此件公开发布"}, "E-ANNOTATION", "openness", id="public words on an internal paper"),
    pytest.param({"openness": "public", "annotation": "此件不予公开"}, "E-ANNOTATION", "openness", id="not public after all"),
    pytest.param({"openness": "public", "annotation": "此件依申请公开"}, "E-ANNOTATION", "openness", id="only on request"),
    pytest.param({"title": "秘密★关于放假的通知"}, "A5", "title", id="secrecy mark in the title"),
    pytest.param({"body": "机密★20年\n现将有关事项通知如下。"}, "A5", "body", id="secrecy mark in the body"),
    pytest.param({"body": "绝密 ☆ 现将有关事项通知如下。"}, "A5", "body", id="secrecy mark with another star"),
    pytest.param({"annotation": "机密★"}, "A5", "annotation", id="secrecy mark in the annotation"),
    pytest.param({"attachments": attached(text="秘密★3年")}, "A5", "attachments", id="secrecy mark in an attachment"),
    pytest.param({"attachments": attached(name="秘密★名单.pdf", digest="0" * 64)}, "A5", "attachments", id="secrecy mark in a file name"),
    pytest.param({"attachments": attached(title="", text="内容")}, "E-ATTACHMENT", "attachments", id="attachment without a name"),
    pytest.param({"attachments": attached(text=" ")}, "E-ATTACHMENT", "attachments", id="attachment without content"),
    pytest.param({"attachments": attached(title="值班表。", text="内容")}, "E-ATTACHMENT", "attachments", id="attachment's name with a stop"),
    pytest.param({"written_date": "2026-09-29", "printing_date": "2026-09-28"}, "E-DATE", "printing_date", id="printed before it was written"),
    pytest.param({"body": "请于2026年02月05日前反馈。"}, "E-DATE", "body", id="leading zeros in the body"),
    pytest.param({"body": "请于9月08日前反馈。"}, "E-DATE", "body", id="a leading zero in a day"),
    pytest.param({"signatures": ["延安市人民政府办公室 2026年02月05日"]}, "E-DATE", "signatures", id="leading zeros in the signature"),
    pytest.param(
        {"body": "现将两个文件一并印发。\n延政办发〔2026〕22号\n延安市人民政府办公室\n关于做好放假工作的通知\n各单位："},
        "R-ONE1", "body", id="second paper in the body",
    ),
    pytest.param({"primary": to("BM05", groups=["department"])}, "E-EXCLUDED", "primary_units", id="unit named beside its group"),
    pytest.param(
        {"primary": to("BM05", groups=["department"], excluded=["BM05"])}, "E-EXCLUDED", "excluded_units", id="unit named and excluded"
    ),
    pytest.param({"primary": to("BM05", excluded=["BM12"])}, "E-EXCLUDED", "excluded_units", id="excluded from nothing"),
    pytest.param(REPLY | {"references": []}, "R-REF1", "references", id="reply to nothing"),
    pytest.param(REPLY | {"references": [reference("forwards")]}, "R-REF1", "references", id="reply that only forwards"),
    pytest.param(REPLY | {"references": [reference(number="")]}, "R-REF1", "references", id="reply without the number"),
    pytest.param(REPLY | {"references": [reference(title="关于经费的报告")]}, "R-REF1", "references", id="reply to a report"),
]  # fmt: skip

DOUBTFUL = [
    pytest.param({"title": "值班工作通知"}, "E-TITLE", "title", id="title without a matter"),
    pytest.param({"title": "延安市公安局关于值班工作的通知"}, "E-TITLE", "title", id="title under another name"),
    pytest.param({"title": "关于防汛工作的紧急通知"}, "E-URGENCY", "urgency", id="urgent by its title alone"),
    pytest.param(REQUEST | {"annotation": ""}, "E-CONTACT", "annotation", id="request without a contact"),
    pytest.param(REQUEST | {"annotation": "联系人：冯玉洁"}, "E-CONTACT", "annotation", id="request without a telephone"),
    pytest.param({"body": "有关要求见附件。"}, "E-ATTACHMENT", "attachments", id="attachment forgotten"),
    pytest.param({"title": "关于放假的通知和关于值班的通知"}, "R-ONE1", "title", id="two papers in one title"),
    pytest.param(
        {"attachments": attached(text="延政办发〔2026〕22号\n关于做好放假工作的通知\n各单位：")},
        "R-ONE1", "attachments", id="a paper as attachment",
    ),
]  # fmt: skip


@pytest.mark.parametrize("elements, code, field", WRONG)
def test_a_wrong_draft_is_found_out_where_it_is_to_be_mended(found, elements, code, field):
    assert (code, field) in found(elements)


@pytest.mark.parametrize("elements, code, field", DOUBTFUL)
def test_what_no_machine_can_decide_is_asked_of_the_reviewer(found, doubted, elements, code, field):
    assert found(elements) == []
    assert doubted(elements) == [(code, field)]


@pytest.mark.parametrize(
    "elements",
    [
        {"body": "各单位要严守秘密，做好保密工作。"},
        {"annotation": "不涉及秘密"},
        {"cc": to("QX01")},
        {"primary": to(groups=["county"]), "cc": to("BM05")},
        {"primary": to(groups=["department"], excluded=["BM05"])},
        {"primary": to(groups=["department"], excluded=["BM05"]), "cc": to("BM05")},
        {"written_date": "2026-09-28", "printing_date": "2026-09-28"},
        {"body": "请于2026年10月20日前反馈，比上年增长2026年的10.05个百分点。"},
        {"attachments": attached(text="姓名，电话")},
        {"attachments": attached(text="2026年03月01日 甲")},
        {"body": "根据《关于值班工作的通知》（延政办发〔2026〕22号）要求，现通知如下。"},
        {"body": "下列文件废止：\n延政办发〔2020〕22号\n延政办发〔2020〕23号\n特此通知。"},
        {
            "title": "关于转发省政府办公厅值班工作文件的通知",
            "attachments": attached(text="陕政办发〔2026〕22号\n关于做好放假工作的通知\n各单位："),
        },
    ],
)
def test_what_only_looks_wrong_is_let_pass(found, doubted, elements):
    assert found(elements) == []
    assert doubted(elements) == []


def test_everything_wrong_is_said_at_once_and_errors_come_first(good):
    draft = {**good, "title": "关于防汛的紧急公告", "body": "", "primary": to()}
    said = problems(draft, Facts())
    assert {problem.code for problem in said} == {"E-TITLE", "E-BODY", "E-PRIMARY", "E-URGENCY"}
    assert said == sorted(said, key=lambda problem: not problem.is_error)
    assert [*errors(draft, Facts()), *warnings(draft, Facts())] == said


def test_each_of_the_fifteen_types_has_its_traits():
    assert set(TRAITS) == set(DocumentType)
    assert len(DocumentType) == 15
    assert {traits.layout for traits in TRAITS.values()} == {None, Layout.ORDER, Layout.LETTER, Layout.MINUTES}


@pytest.mark.parametrize(
    "elements", [REQUEST, REPORT, REPLY, LETTER, DEPARTMENT], ids=lambda each: each.get("document_type", "notice")
)
@pytest.mark.parametrize("piece", ["《", "（", "关于", "请", "经", "附件", "2026年", "市公安局", "号\n"])
def test_no_check_takes_more_than_its_share_of_time(good, elements, piece):
    def checked(text: str) -> None:
        problems(
            {**good, **elements, "body": text, "primary": to("BM05", text=text), "attachments": attached(text=text)},
            Facts(),
        )

    assert growth(checked, lambda length: piece * length, length=1_000) < FAIR


# Whatever is put into the form

WORDS = st.sampled_from(
    ["", "关于", "的", "通知", "请示", "报告", "及", "《", "》", "，", "\n", "附件", "同志", "市长", "延安市人民政府办公室", "文件", "号",
     "延政办发〔2026〕22号", "2026年02月05日", "秘密★", "经市政府同意", "必须", "转报", "妥否，请批示", "市公安局", "负责", "牵头", "\t", "|"]
)  # fmt: skip
TEXT = st.lists(WORDS | st.text(max_size=5), max_size=12).map("".join)
LINES = st.lists(TEXT.filter(str.strip), max_size=3)
CODES = st.lists(st.sampled_from([*UNITS.values(), "ZZ99"]), max_size=4)
DAYS = st.none() | st.dates(date(2025, 1, 1), date(2027, 12, 31)).map(date.isoformat)
LINE = st.fixed_dictionaries(
    {
        "text": TEXT,
        "groups": st.lists(st.sampled_from([*GROUPS]).map(str), max_size=3),
        "units": CODES,
        "excluded": CODES,
    }
)
ELEMENTS = {
    "document_type": st.sampled_from(DocumentType.values),
    "direction": st.sampled_from(Direction.values),
    "layout": st.sampled_from(["", *Layout.values]),
    "series": TEXT,
    "urgency": st.sampled_from(Urgency.values),
    "important": st.booleans(),
    "sealed": st.booleans(),
    "issuers": CODES,
    "issuer_names": LINES,
    "issuer_mark": TEXT,
    "signers": LINES,
    "title": TEXT,
    "primary": LINE,
    "cc": LINE,
    "body": TEXT,
    "attachments": st.lists(
        st.fixed_dictionaries(
            {name: st.none() | TEXT for name in ("name", "text")}
            | {"title": TEXT, "size": st.none(), "digest": st.sampled_from([None, "号", "文件", "正文"])}
        ),
        max_size=3,
    ),
    "signatures": LINES,
    "written_date": DAYS,
    "printing_date": DAYS,
    "annotation": TEXT,
    "printing_office": TEXT,
    "openness": st.sampled_from(Openness.values),
    "retention": st.sampled_from(Retention.values),
    "redistribution": st.sampled_from(Redistribution.values),
    "countersign": CODES,
    "consent_reference": TEXT,
    "special_reason": TEXT,
    "references": st.lists(
        st.fixed_dictionaries(
            {
                "relation": st.sampled_from(Relation.values),
                "title": TEXT,
                "number": TEXT,
                "circular": st.none() | st.uuids().map(str),
            }
        ),
        max_size=2,
    ),
}


@pytest.fixture(scope="module")
def facts(standing_city):
    """All that the registers say of the city."""
    named = {"issuers": ["BM20", "QY01"], "primary": to(*UNITS.values()), "cc": to(), "references": []}
    read = {"号": FileVerdict(frozenset(), "图片"), "文件": FileVerdict(frozenset({"0"}), "")}
    return replace(facts_about(named), files=read)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(draft=st.fixed_dictionaries(ELEMENTS))
def test_whatever_is_put_into_the_form_the_checks_have_an_answer(facts, draft):
    found = problems(draft, facts)
    form = CircularPage.get_edit_handler().get_form_class()
    fields = {*form.base_fields, *form.formsets}
    assert {problem.code for problem in found} <= set(RULES)
    assert {problem.field for problem in found} <= fields
    assert all(problem.sentence.endswith("。") and problem.article for problem in found)
    asked = [problem.code for problem in found if not problem.is_error]
    assert len(asked) == len(set(asked)), "the reviewer answers each code once"


def test_every_element_of_a_draft_is_among_those_invented(good):
    assert set(good) == {"version", *ELEMENTS}
