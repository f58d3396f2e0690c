"""Twelve papers that are wrong, each refused with its own code, or by the act that would have let it through."""

import pytest

from circulars.clocks import ReasonMissing
from circulars.elements import problems
from circulars.intake import CircularsRefused, read_circulars
from circulars.moderation import NotReady, submit
from circulars.numbering import NumberFormatWrong, parse
from circulars.paper import paper_of
from circulars.registration import ApprovalMissing
from circulars.snapshots import facts_about
from tests.cast import MONDAY
from tests.circulars.drafts import DEPARTMENT, MINUTES, REPLY, REPORT, REQUEST, to
from tests.offices import beijing

COUNTY = {
    "issuers": ["QX01"],
    "issuer_names": ["宝塔区人民政府"],
    "issuer_mark": "宝塔区人民政府文件",
    "signatures": ["宝塔区人民政府"],
}


@pytest.mark.parametrize(
    "elements, code",
    [
        pytest.param(REQUEST | {"primary": to("YA-ZF", "YA-WXB")}, "R15-1", id="request with two primaries"),
        pytest.param(REQUEST | COUNTY | {"cc": to("QX01-SW")}, "R15-2", id="request copied to an own subordinate"),
        pytest.param(REPORT | {"body": "有关情况报告如下。\n妥否，请批示。"}, "R15-5", id="report that asks"),
        pytest.param(
            DEPARTMENT | {"direction": "downward", "primary": to(groups=["county"]), "body": "各县要认真贯彻执行。"},
            "R16-2",
            id="department instructs the counties",
        ),
        pytest.param({"body": "本通知自2026年02月05日起施行。"}, "E-DATE", id="date with leading zeros"),
        pytest.param({"annotation": "秘密★3年"}, "A5", id="classified"),
        pytest.param(REPLY | {"references": []}, "R-REF1", id="reply without its request"),
        pytest.param({"cc": to("BM05")}, "R-CC1", id="unit in both lines"),
        pytest.param(MINUTES | {"sealed": True}, "E-SEAL", id="minutes with a seal"),
    ],
)
def test_an_invalid_sample_fails_by_its_code_alone(county_units, good, elements, code):
    draft = good | elements
    assert {problem.code for problem in problems(draft, facts_about(draft)) if problem.is_error} == {code}


def test_such_a_draft_cannot_be_handed_over(city):
    page = city.draft(cc_units=[city.attentive])
    with pytest.raises(NotReady, match="既在主送又在抄送"):
        submit(page, by=city.drafter, at=MONDAY)


def test_a_number_in_square_brackets_with_a_leading_zero_is_none(city):
    with pytest.raises(NumberFormatWrong):
        parse("延政办发[2026]023号")


def test_the_rendition_of_a_date_has_no_leading_zeros(good):
    paper = paper_of(good | {"written_date": "2026-02-05"}, number="")
    assert paper.written_date_text == "2026年2月5日"


def test_a_file_of_circulars_with_a_classification_is_not_taken_in(city, tmp_path):
    file = tmp_path / "circulars.json"
    file.write_text('{"circulars": [{"genre": "通知", "direction": "downward", "issuing_units": ["YA-ZFB"], "issuer_mark": "市政府办文件", '
                    '"document_number": "延政办发〔2026〕23号", "urgency": "normal", "title": "通知", "body": "正文", "series": "延政办发", '
                    '"sent_at": "2026-09-28T10:00:00+08:00", "written_date": "2026-09-28", "classification": "秘密★3年"}]}')  # fmt: skip
    with pytest.raises(CircularsRefused, match="标有密级"):
        read_circulars(file)


def test_a_body_edited_after_approval_is_not_registered(city):
    page = city.change(city.approved(), body="签发以后改过的正文。")
    with pytest.raises(ApprovalMissing):
        city.register(page)


def test_a_normal_circular_goes_out_on_a_saturday_only_with_a_reason(city):
    circular = city.registered()
    with pytest.raises(ReasonMissing):
        city.dispatch(circular, at=beijing("2026-10-17 10:00"))
    city.dispatch(circular, at=beijing("2026-10-17 10:00"), reason="会议当日印发")
    assert circular.deliveries.exists()
