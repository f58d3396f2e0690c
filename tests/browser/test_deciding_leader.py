"""A leader of a unit that was asked reads the paper in large type and gives the opinion on the desk, never in the admin (Articles 4 and 9)."""

import pytest
from playwright.sync_api import expect

from circulars.decisions import Decision
from tests.browser.person import Person
from tests.cast import City

TITLE = "关于做好国庆假期值班工作的通知"


@pytest.fixture
def asked(town: City) -> None:
    """The office has reviewed the draft and asks the attentive unit; its limit was Wednesday evening."""
    town.reviewed(town.submitted(title=TITLE, countersign_units=[town.attentive]))


def _enlarge(person: Person, size: str) -> None:
    """The next page stands there in letters of this size."""
    person.page.locator("summary", has_text="设置").click()
    person.page.get_by_role("button", name=size, exact=True).click()
    expect(person.page.locator("html")).to_contain_class({"大": "type-150", "特大": "type-200"}[size])
    person.page.wait_for_load_state()


def _letter(person: Person) -> float:
    """How tall the letters of the paper are, in px."""
    return float(
        person.page.locator(".paper__body p").first.evaluate("each => parseFloat(getComputedStyle(each).fontSize)")
    )


def test_a_leader_comes_to_the_decision_in_three_presses(town: City, asked: None, sit_down) -> None:
    leader = sit_down(town.leader)
    assert leader.page.locator("a[href^='/cms/']").count() == 0
    leader.open(leader.page.get_by_role("link", name="待我审签").first)
    leader.open(leader.page.get_by_role("link", name=TITLE))
    leader.reads("会签意见（市公安局）", "同意", "一、严格落实值班制度。")
    leader.press("会签同意")
    leader.reads("已同意", "没有等您审签的文稿")
    decision = Decision.objects.get(step="countersign")
    assert (decision.by, decision.unit) == (town.leader, town.attentive)


def test_the_message_leads_there_and_the_paper_grows_with_the_letters(town: City, asked: None, sit_down) -> None:
    leader = sit_down(town.leader)
    leader.open(leader.page.get_by_role("link", name="消息"))
    leader.open(leader.page.locator("main").get_by_role("link").filter(has_text="请会签").first)
    leader.reads("会签意见（市公安局）")
    usual = _letter(leader)
    for size, times in (("大", 1.5), ("特大", 2.0)):
        _enlarge(leader, size)
        leader.examine()
        assert _letter(leader) == pytest.approx(usual * times, rel=0.02)
        assert leader.page.evaluate("document.documentElement.scrollWidth") <= 1366
        jump = leader.page.get_by_role("link", name="去写意见")
        jump.click()
        expect(leader.page.get_by_label("意见")).to_be_in_viewport()
    leader.page.get_by_label("意见").fill("第二条请再斟酌。")
    leader.press("不同意")
    leader.reads("已写明不同意")
    assert Decision.objects.get(step="countersign").opinion == "第二条请再斟酌。"


def test_a_principal_arranges_and_takes_back_a_stand_in_in_large_type(town: City, sit_down) -> None:
    principal = sit_down(town.principal)
    _enlarge(principal, "特大")
    principal.follow("代行安排")
    principal.press("安排代行")
    principal.reads("没有提交成功", "请选择代行人。", "请填写截止日。", "请写明事由。")
    page = principal.page
    page.get_by_label("被代行人和职责").select_option(label="李正明（市政府办核稿人）")
    page.get_by_label("代行人", exact=True).select_option(label="刘晓燕（登记员）")
    page.get_by_label("截止日").fill("2026-09-30")
    page.get_by_label("事由").fill("外出学习")
    principal.press("安排代行")
    principal.reads("已安排 刘晓燕", "代行中")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    principal.press("收回 刘晓燕 对 李正明 的代行")
    principal.reads("已收回 刘晓燕 对 李正明 的代行。", "以前的代行")
