"""The board of receipts at a sender's screen: it keeps up to date by itself and disturbs nobody who works on it (Article 20)."""

import re

from playwright.sync_api import expect

from circulars.deliveries import Delivery
from tests.browser.person import Person
from tests.cast import MONDAY, City

HALF_A_MINUTE = 31_000  # milliseconds, and a little more


def _at_the_board(town: City, sit_down) -> tuple[Person, Delivery]:
    circular = town.sent(primary_units=[town.county, town.attentive, town.late])
    sender = sit_down(town.sender)
    sender.page.clock.install()
    sender.page.goto(f"/sent/{circular.uuid}/?show=open&category=department")
    return sender, town.opened(circular)


def _half_a_minute_later(sender: Person) -> None:
    with sender.page.expect_response(lambda answer: "x-fragment" in answer.request.headers):
        sender.page.clock.fast_forward(HALF_A_MINUTE)


def test_the_board_follows_a_signing_and_keeps_what_was_asked_for_and_where_one_reads(town: City, sit_down) -> None:
    sender, delivery = _at_the_board(town, sit_down)
    page, current = sender.page, sender.page.locator(".tabs [aria-current]")
    expect(current).to_have_text("未签收 2")
    page.set_viewport_size({"width": 1366, "height": 300})
    page.evaluate("window.scrollTo(0, 150)")
    town.sign(delivery, at=MONDAY)
    _half_a_minute_later(sender)
    expect(current).to_have_text("未签收 1")
    assert page.evaluate("window.scrollY") == 150
    sender.examine()


def test_the_board_waits_while_somebody_has_ticked_something_in_it(town: City, sit_down) -> None:
    sender, delivery = _at_the_board(town, sit_down)
    page, current = sender.page, sender.page.locator(".tabs [aria-current]")
    page.evaluate(
        "document.querySelector('#board th').insertAdjacentHTML('beforeend', '<input type=checkbox checked>')"
    )
    town.sign(delivery, at=MONDAY)
    page.clock.fast_forward(HALF_A_MINUTE)
    expect(current).to_have_text("未签收 2")
    page.uncheck("#board input")
    page.evaluate("document.activeElement.blur()")
    _half_a_minute_later(sender)
    expect(current).to_have_text("未签收 1")


def test_a_board_whose_session_has_ended_says_that_it_stands_still(town: City, sit_down) -> None:
    sender, _ = _at_the_board(town, sit_down)
    sender.page.context.clear_cookies()
    _half_a_minute_later(sender)
    expect(sender.page.locator(".tabs__note")).to_contain_text("没有更新，请刷新页面")
    expect(sender.page.locator(".tabs [aria-current]")).to_have_text("未签收 2")


def test_a_board_whose_desk_was_locked_goes_to_the_lock(town: City, sit_down) -> None:
    sender, _ = _at_the_board(town, sit_down)
    sender.page.request.post(
        f"{sender.page.url.partition('/sent/')[0]}/lock/",
        headers={"X-CSRFToken": sender.page.evaluate("document.cookie.replace(/.*csrftoken=([^;]+).*/, '$1')")},
    )
    _half_a_minute_later(sender)
    expect(sender.page).to_have_url(re.compile("/locked/"))
