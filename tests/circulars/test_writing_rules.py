"""Who may write what to whom: the rules of arts. 14 to 17 of the 2012 regulation, each with its code."""

import pytest

from accounts.units import Unit
from circulars.elements import warnings
from circulars.layouts import Redistribution
from circulars.registration import Circular
from circulars.snapshots import facts_about
from tests.circulars.drafts import (
    DEPARTMENT,
    DEPARTMENTS_LETTER,
    JOINT,
    LETTER,
    REPLY,
    REPORT,
    REQUEST,
    reference,
    to,
)

NOTICE_TO_COUNTY = DEPARTMENT | {"direction": "downward", "primary": to("QX01")}
NOTICE_TO_COUNTIES = DEPARTMENT | {"direction": "parallel", "primary": to(groups=["county"])}
AGREED = "经市政府同意，现通知如下。"

BUREAU = {
    "issuers": ["QX01-SW"],
    "issuer_names": ["宝塔区水务局"],
    "issuer_mark": "宝塔区水务局文件",
    "signatures": ["宝塔区水务局"],
}
STATION = {
    "issuers": ["QX01-SW-Z"],
    "issuer_names": ["宝塔区水务站"],
    "issuer_mark": "宝塔区水务站文件",
    "signatures": ["宝塔区水务站"],
}
FORWARDED = REQUEST | {"references": [reference("forwards")]}


# To the city


@pytest.mark.parametrize(
    "elements, code, field",
    [
        pytest.param(REQUEST | {"primary": to("YA-ZF", "YA-WXB")}, "R15-1", "primary_units", id="request to two"),
        pytest.param(REQUEST | {"primary": to()}, "R15-1", "primary_units", id="request to nobody"),
        pytest.param(REQUEST | {"primary": to("YA-ZF", groups=["county"])}, "R15-1", "primary_units", id="request to a group"),
        pytest.param(REQUEST | {"primary": to("BM05")}, "R-DIRECTION", "primary_units", id="request to a neighbour"),
        pytest.param({"primary": to("YA-ZF")}, "R-DIRECTION", "primary_units", id="notice to the superior"),
        pytest.param(DEPARTMENTS_LETTER | {"primary": to("YA-ZF")}, "R-DIRECTION", "primary_units", id="letter to the superior"),
        pytest.param(
            REPORT | {"primary": to("YA-ZF", text="张某某市长：")}, "R15-6", "primary_text", id="report to a person"
        ),
        pytest.param(REPORT | {"cc": to(text="李某某同志。")}, "R15-6", "cc_text", id="report copied to a person"),
        pytest.param(REPORT | {"signatures": ["局长 谢明远"]}, "R15-6", "signatures", id="report in the leader's own name"),
        pytest.param(REPORT | {"body": "有关情况报告如下。\n妥否，请批示。"}, "R15-5", "body", id="report that asks"),
        pytest.param(REPORT | {"body": "有关情况报告如下。\n妥否,请批示。"}, "R15-5", "body", id="with a Latin comma"),
        pytest.param(REPORT | {"body": "请予批准。"}, "R15-5", "body", id="report that asks for approval"),
        pytest.param(REPORT | {"body": "恳请市政府予以批准为盼。"}, "R15-5", "body", id="report that begs"),
        pytest.param(
            FORWARDED | {"body": "现将《关于解决值班经费的请示》转报市政府。\n妥否，请批示。"}, "R15-4", "body", id="request sent on as it came"
        ),
        pytest.param(NOTICE_TO_COUNTY, "R16-2", "primary_units", id="department's notice to a county"),
        pytest.param(NOTICE_TO_COUNTIES, "R16-2", "primary_groups", id="department's notice to all counties"),
        pytest.param(
            NOTICE_TO_COUNTIES | {"document_type": "bulletin", "direction": "downward", "title": "关于值班情况的通报"},
            "R16-2", "primary_groups", id="department's bulletin to all counties",
        ),
        pytest.param(
            NOTICE_TO_COUNTY | {"issuers": ["QY01"], "issuer_mark": "城投集团文件", "signatures": ["城投集团"]},
            "R16-2", "primary_units", id="enterprise's notice to a county",
        ),
        pytest.param(NOTICE_TO_COUNTY | {"body": AGREED}, "R16-2", "consent_reference", id="consent without its reference"),
        pytest.param(NOTICE_TO_COUNTY | {"consent_reference": "市政府2026年9月20日批示"}, "R16-2", "body", id="consent not said"),
        pytest.param({"cc": to("BM05")}, "R-CC1", "cc_units", id="unit in both lines"),
        pytest.param({"primary": to(groups=["department"]), "cc": to("BM05")}, "R-CC1", "cc_units", id="in both lines by its group"),
        pytest.param({"primary": to("BM05", "YA-ZFB")}, "R-CC1", "primary_units", id="issuer as recipient"),
        pytest.param({"cc": to("YA-ZFB")}, "R-CC1", "cc_units", id="issuer in cc"),
        pytest.param(JOINT | {"issuers": ["YA-ZF", "BM20"]}, "R17-1", "co_issuers", id="joint with the own superior"),
        pytest.param(JOINT | {"issuers": ["BM20", "BM20"]}, "R17-1", "co_issuers", id="joint with itself"),
        pytest.param(JOINT | {"issuers": ["BM20", "QY16"]}, "R17-2", "co_issuers", id="joint with a unit that may not issue"),
        pytest.param(JOINT | {"signatures": ["延安市应急管理局"]}, "R17-3", "signatures", id="joint, signed by one"),
        pytest.param(
            JOINT | {"signatures": JOINT["signatures"][::-1]}, "R17-3", "signatures", id="joint, signed in another order"
        ),
    ],
)  # fmt: skip
def test_a_paper_that_may_not_go_so_is_found_out(city, found, elements, code, field):
    Unit.objects.filter(code="QY16").update(can_issue=False)
    assert (code, field) in found({"body": "各单位要认真贯彻执行。"} | elements)


@pytest.mark.parametrize(
    "elements, code, field",
    [
        pytest.param(REQUEST | {"title": "关于解决值班经费及人员编制的请示"}, "R15-5", "title", id="two matters in a request"),
        pytest.param(
            REQUEST | {"references": [reference("amends"), reference("repeals")]}, "R15-5", "title", id="two papers referred to"
        ),
        pytest.param(
            FORWARDED | {"body": "宝塔区报来请示。\n有关材料一并附送，涉及十二个乡镇的三百余户群众。"}, "R15-4", "body",
            id="request sent on without an opinion",
        ),
        pytest.param(NOTICE_TO_COUNTIES | {"body": "我局值班电话有变，请知悉。"}, "R16-2", "body", id="notice that only tells"),
        pytest.param(
            DEPARTMENTS_LETTER | {"primary": to("QX01"), "body": "请你区务必于九月底前办结。"}, "R16-2", "body", id="letter that commands"
        ),
        pytest.param(
            DEPARTMENT | {"direction": "parallel", "primary": to("BM05"), "body": "市住建局负责排查。"}, "R16-4", "countersign_units",
            id="task for a neighbour",
        ),
        pytest.param({"important": True}, "R16-1", "cc_units", id="important, not known above"),
        pytest.param(
            DEPARTMENT | {"direction": "downward", "primary": to("QY01"), "important": True}, "R16-1", "cc_units",
            id="important, not known to the government",
        ),
        pytest.param(REQUEST | {"primary": to("YA-WXB")}, "R-DIRECTION", "primary_units", id="request to a body outside the tree"),
        pytest.param(
            REQUEST | {"issuers": ["QY01"], "issuer_mark": "城投集团文件", "signatures": ["城投集团"], "primary": to("BM20")},
            "R-DIRECTION", "primary_units", id="an enterprise's request to a department",
        ),
    ],
)  # fmt: skip
def test_a_paper_that_may_be_wrong_is_asked_about(found, doubted, elements, code, field):
    assert found(elements) == []
    assert (code, field) in doubted(elements)


@pytest.mark.parametrize(
    "elements",
    [
        pytest.param({"primary": to(groups=["county"]), "body": "各县要认真贯彻执行。"}, id="the office commands the counties"),
        pytest.param(LETTER | {"primary": to("QX01")}, id="the office's letter to a county"),
        pytest.param(DEPARTMENTS_LETTER | {"primary": to("QX01")}, id="a department's letter to a county"),
        pytest.param(
            NOTICE_TO_COUNTY | {"body": AGREED, "consent_reference": "市政府2026年9月20日批示"}, id="with the government's consent"
        ),
        pytest.param(DEPARTMENT | {"direction": "parallel", "primary": to("BM05"), "cc": to("QX01")}, id="a county gets a copy"),
        pytest.param(REPORT | {"cc": to("YA-ZFB", "BM05", "QX01")}, id="copies upward and sideways"),
        pytest.param(REPORT | {"primary": to("YA-ZFB")}, id="to the government's office"),
        pytest.param(REPORT | {"body": "此前关于经费的请示已获批准。"}, id="a report that speaks of a request"),
        pytest.param(REPORT | {"body": "已提交《关于经费请审批的请示》。"}, id="a report that names a request"),
        pytest.param(
            REPORT | {"primary": to("YA-ZF", text="张某某市长："), "special_reason": "市长直接交办"}, id="the leader asked for it"
        ),
        pytest.param(
            FORWARDED | {"body": "宝塔区报来请示。\n经研究，我局认为该区值班经费确有缺口，建议予以安排。\n妥否，请批示。"},
            id="sent on with an opinion",
        ),
        pytest.param(REQUEST | {"title": "关于及时解决涉及民生事项经费的请示"}, id="及 within a word"),
        pytest.param(
            JOINT | {"body": "市住建局负责排查，市公安局配合。", "countersign": ["BM05"]}, id="neighbours that sign"
        ),
        pytest.param({"important": True, "cc": to(text="省人民政府办公厅。")}, id="important, and the province knows"),
        pytest.param(
            DEPARTMENT | {"direction": "downward", "primary": to("QY01"), "important": True, "cc": to("YA-ZFB")},
            id="important, and the government's office knows",
        ),
    ],
)  # fmt: skip
def test_a_paper_that_may_go_so_is_let_go(found, doubted, elements):
    assert found(elements) == []
    assert doubted(elements) == []


# Below the city


def test_no_level_is_skipped_but_with_a_reason_and_a_copy_to_who_was_skipped(county_units, found, doubted):
    skipping = REQUEST | BUREAU
    assert {("R14-1", "special_reason"), ("R14-1", "cc_units")} == set(found(skipping))
    assert found(skipping | {"special_reason": "汛情紧急"}) == [("R14-1", "cc_units")]
    assert found(skipping | {"cc": to("QX01")}) == [("R14-1", "special_reason")]
    assert found(skipping | {"special_reason": "汛情紧急", "cc": to("QX01")}) == []
    assert found(skipping | {"primary": to("QX01")}) == []


def test_two_levels_skipped_are_both_copied_in(county_units, found):
    skipping = REQUEST | STATION | {"special_reason": "汛情紧急", "cc": to("QX01")}
    assert found(skipping) == [("R14-1", "cc_units")]
    assert found(skipping | {"cc": to("QX01", "QX01-SW")}) == []


def test_nothing_upward_is_copied_to_a_subordinate(county_units, found):
    county = {"issuers": ["QX01"], "issuer_names": ["宝塔区人民政府"], "issuer_mark": "宝塔区人民政府文件",
              "signatures": ["宝塔区人民政府"]}  # fmt: skip
    assert found(REQUEST | county | {"cc": to("QX01-SW", "BM05")}) == [("R15-2", "cc_units")]
    assert found(REQUEST | county | {"cc": to("BM05")}) == []


def test_a_bureau_that_asks_the_citys_department_thinks_of_its_own_government(county_units, found, doubted):
    asking = REQUEST | BUREAU | {"primary": to("BM20")}
    assert found(asking) == []
    assert doubted(asking) == [("R15-3", "consent_reference"), ("R15-7", "cc_units")]
    assert doubted(asking | {"consent_reference": "区政府常务会议纪要", "cc": to("QX01")}) == []


def test_a_department_writes_to_the_countys_own_department(county_units, found, doubted):
    notice = DEPARTMENT | {"direction": "downward", "primary": to("QX01-SW"), "body": "各单位要认真贯彻执行。"}
    assert found(notice) == []
    assert doubted(notice) == []


def test_a_county_commands_its_bureaus(county_units, found):
    county = {"issuers": ["QX01"], "issuer_mark": "宝塔区人民政府文件", "signatures": ["宝塔区人民政府"]}
    assert found(county | {"primary": to("QX01-SW"), "body": "必须贯彻执行。"}) == []


def test_a_division_issues_nothing(county_units, found):
    division = {"issuers": ["YA-ZFB-MSK"], "issuer_mark": "秘书科文件", "signatures": ["秘书科"]}
    assert ("R17-2", "issuer_mark") in found(division)
    assert ("R17-2", "co_issuers") in found(JOINT | {"issuers": ["BM20", "YA-ZFB-MSK"]})


def test_bodies_of_different_levels_issuing_together_are_asked_about(county_units, doubted):
    joint = JOINT | {"issuers": ["BM20", "QX01-SW"], "signatures": ["延安市应急管理局", "宝塔区水务局"],
                     "issuer_mark": "延安市应急管理局文件"}  # fmt: skip
    assert ("R17-1", "co_issuers") in doubted(joint)


def test_a_central_unit_that_writes_to_the_city_thinks_of_its_own_line(city, good):
    Unit.objects.filter(code="QY01").update(category="central_provincial")
    unit = Unit.objects.get(code="QY01")
    unit.move(Unit.get_last_root_node(), pos="last-sibling")
    draft = good | REPORT | {"issuers": ["QY01"], "issuer_mark": "城投集团文件", "signatures": ["城投集团"]}
    assert [problem.code for problem in warnings(draft, facts_about(draft))] == ["R15-7"]
    draft["cc"] = to(text="省气象局。")
    assert warnings(draft, facts_about(draft)) == []


# Papers on record


@pytest.fixture
def asked(city):
    """A request of the department that the government has got."""
    return city.sent(
        issuer=city.department, by=city.department_drafter, document_type="request", direction="upward", signers="谢明远",
        title="关于解决值班经费的请示", primary_units=[city.government],
    )  # fmt: skip


def answering(circular, **changes):
    row = reference(title=circular.title, number=circular.number, circular=str(circular.uuid))
    return REPLY | {"primary": to("BM20"), "references": [row | changes]}


def test_a_reply_goes_to_who_asked_and_names_the_request_as_it_is(asked, found):
    assert found(answering(asked)) == []
    assert found(answering(asked) | {"primary": to("BM05")}) == [("R-REF1", "primary_units")]
    assert found(answering(asked, number="延应急字〔2026〕1号")) == [("R-REF1", "references")]
    assert found(answering(asked, title="关于别的事的请示")) == [("R-REF1", "references")]


def test_only_a_request_is_replied_to(circular, found):
    assert ("R-REF1", "references") in found(answering(circular))


def test_what_was_limited_to_the_receiving_unit_goes_on_only_with_its_issuers_consent(circular, found):
    Circular.objects.filter(pk=circular.pk).update(redistribution=Redistribution.UNIT)
    row = reference("forwards", title=circular.title, number=circular.number, circular=str(circular.uuid))
    forwarding = DEPARTMENT | {"direction": "parallel", "primary": to("BM05"), "references": [row]}
    assert found(forwarding) == [("R-REDIST", "references")]
    assert found(forwarding | {"consent_reference": "市政府办函复同意"}) == []
    assert found({"references": [row]}) == [], "its own issuer may pass it on"
    Circular.objects.filter(pk=circular.pk).update(redistribution=Redistribution.FREE)
    assert found(forwarding) == []
