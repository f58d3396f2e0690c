"""The desk in an enlarged or narrow window: the page begins in sight, and nothing of a row is out of it (WCAG 1.4.10, 2.4.1)."""

import re

from playwright.sync_api import expect

from tests.cast import City

ENLARGED = {"width": 683, "height": 384}  # the office's screen at 200 %


def test_the_rail_is_shut_in_an_enlarged_window_and_one_press_opens_it(town: City, sit_down) -> None:
    circular = town.sent()
    page = sit_down(town.clerk).page
    page.goto("/received/")
    rail = page.get_by_role("navigation", name="收发台")
    toggle = rail.get_by_role("button", name="栏目")
    expect(toggle).to_be_hidden()
    expect(rail.get_by_role("link", name="收文登记簿")).to_be_visible()
    page.set_viewport_size(ENLARGED)
    expect(toggle).to_have_text("栏目待签收")
    expect(rail.get_by_role("link", name="收文登记簿")).to_be_hidden()
    heading = page.get_by_role("heading", name="待签收").bounding_box()
    assert heading
    assert heading["y"] + heading["height"] < ENLARGED["height"]
    row = page.get_by_role("row").filter(has_text=circular.title)
    edge = row.get_by_text("还剩").first.bounding_box()
    assert edge
    assert edge["x"] + edge["width"] <= ENLARGED["width"]
    toggle.press("Enter")
    expect(toggle).to_have_attribute("aria-expanded", "true")
    rail.get_by_role("link", name="收文登记簿").click()
    expect(page).to_have_title(
        re.compile("收文登记簿 · 电子公文传输系统$")
    )  # the alarm may have put its count before it


def test_no_screen_of_a_papers_way_is_wider_than_an_enlarged_window(town: City, sit_down) -> None:
    circular = town.sent()
    town.entered(town.delivery(circular))
    paths = {
        town.sender: [f"/sent/{circular.uuid}/"],
        town.clerk: ["/received/?show=signed", "/incoming/", "/incoming/sheet/", "/printed/", "/archive/destruction/"],
    }
    for user, addresses in paths.items():
        person = sit_down(user)
        for width in (683, 800, 390):
            person.page.set_viewport_size({"width": width, "height": 384})
            for path in addresses:
                person.page.goto(path)
                wide = person.page.evaluate("document.documentElement.scrollWidth")
                assert wide <= width, f"{path} is {wide} px wide in a window of {width}"
        person.examine()
