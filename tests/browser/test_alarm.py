"""The alarm and the lock at a clerk's own screen: what comes is said within half a minute, locked or not (Articles 18 and 22)."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.person import PASSWORD
from tests.cast import MONDAY, City

HALF_A_MINUTE = 30_000


@pytest.fixture
def clerk(town: City, sit_down):
    """Signed in before anything has come, the sound turned on by one press."""
    person = sit_down(town.clerk)
    person.page.get_by_role("button", name="开启提示音").click()
    expect(person.page.get_by_role("button", name="关闭提示音")).to_be_visible()
    return person


def alarm(page):
    return page.locator("#alarm")


@pytest.mark.slow
def test_an_urgent_circular_is_said_in_banner_title_rail_and_sound_within_half_a_minute(town: City, clerk) -> None:
    page = clerk.page
    rung = int(alarm(page).get_attribute("data-rung") or 0)
    town.sent(at=MONDAY + timedelta(minutes=1), urgency="extra_urgent")
    expect(alarm(page)).to_contain_text("新到特急 1 件，去签收", timeout=HALF_A_MINUTE)
    expect(alarm(page)).to_have_attribute("role", "alert")
    assert page.title().startswith("(1) ")
    expect(page.locator("[data-alarm-count=waiting]")).to_have_text("1")
    assert int(alarm(page).get_attribute("data-rung") or 0) > rung
    clerk.examine()
    clerk.press("去签收", "link")
    expect(alarm(page)).to_be_empty()
    expect(page.get_by_role("row", name="特急")).to_be_visible()


@pytest.mark.slow
def test_the_list_says_that_it_has_grown_old_and_changes_only_when_somebody_presses(town: City, clerk) -> None:
    page = clerk.page
    town.sent(at=MONDAY + timedelta(minutes=1))
    town.sent(at=MONDAY + timedelta(minutes=2))
    expect(page.locator(".arrivals")).to_have_text("有 2 份新到公文，点此刷新", timeout=HALF_A_MINUTE)
    page.get_by_role("button", name="知道了").click()
    town.sent(at=MONDAY + timedelta(minutes=3))
    expect(page.locator(".arrivals")).to_have_text("有 3 份新到公文，点此刷新", timeout=HALF_A_MINUTE)
    expect(page.locator("tr.row--opens")).to_have_count(0)
    clerk.examine()
    clerk.press("有 3 份新到公文，点此刷新", "link")
    expect(page.locator("tr.row--opens")).to_have_count(3)
    expect(page.locator(".arrivals")).to_be_hidden()


@pytest.mark.slow
def test_a_locked_desk_shows_no_title_and_goes_on_counting(town: City, clerk) -> None:
    circular = town.sent(urgency="urgent")
    page = clerk.page
    page.reload()
    expect(page.locator("body")).to_contain_text(circular.title)
    clerk.press("锁定")
    expect(page.locator("[data-alarm-waiting]")).to_have_text("待签收 1 件，有加急")
    town.sent(at=MONDAY + timedelta(minutes=2), urgency="extra_urgent")
    expect(alarm(page)).to_contain_text("新到特急 1 件，解锁后签收", timeout=HALF_A_MINUTE)
    assert page.title().startswith("(2) 已锁定")
    for secret in (circular.title, circular.number):
        expect(page.locator("body")).not_to_contain_text(secret)
    clerk.examine()
    page.fill("[name=password]", PASSWORD)
    clerk.press("解锁")
    expect(page.locator("tr.row--opens")).to_have_count(2)


def test_what_was_typed_is_there_again_after_the_lock(town: City, clerk) -> None:
    delivery = town.opened(town.sent())
    page = clerk.page
    page.goto(f"/received/{delivery.pk}/return/")
    page.select_option("[name=code]", "incomplete")
    page.fill("[name=reason]", "缺附件二，已电话告知")
    clerk.press("锁定")
    page.fill("[name=password]", PASSWORD)
    clerk.press("解锁")
    expect(page.locator("[name=reason]")).to_have_value("缺附件二，已电话告知")
    expect(page.locator("[name=code]")).to_have_value("incomplete")
    clerk.reads("已恢复锁定以前填写的内容")
    page.goto("/received/")
    page.goto(f"/received/{delivery.pk}/return/")
    expect(page.locator("[name=reason]")).to_have_value("")


def test_a_desk_that_is_locked_in_one_tab_hides_what_stands_in_the_other(town: City, clerk) -> None:
    other = clerk.page.context.new_page()
    other.goto("/received/")
    clerk.press("锁定")
    expect(other.get_by_role("heading", name="收发台已锁定")).to_be_visible()


def test_nobody_at_it_for_the_limit_and_the_desk_locks_by_itself_after_a_warning(town: City, sit_down) -> None:
    person = sit_down(town.clerk)
    page = person.page
    page.clock.install()
    page.goto("/received/")
    page.clock.fast_forward("28:10")
    expect(page.get_by_role("alert").filter(has_text="2 分钟内将锁定")).to_be_visible()
    page.keyboard.press("Shift")
    page.clock.run_for(6000)
    expect(page.get_by_role("alert").filter(has_text="将锁定")).to_have_count(0)
    with page.expect_navigation():
        page.clock.fast_forward("30:10")
    expect(page.get_by_role("heading", name="收发台已锁定")).to_be_visible()


@pytest.mark.slow
def test_a_line_that_is_down_is_said_once_and_recovers_quietly(town: City, clerk) -> None:
    page = clerk.page
    page.context.route("**/alarm/*", lambda route: route.fulfill(status=503, body=""))
    page.reload()
    expect(alarm(page)).to_contain_text("连接中断", timeout=60_000)
    page.context.unroute("**/alarm/*")
    expect(alarm(page)).to_be_empty(timeout=HALF_A_MINUTE)
