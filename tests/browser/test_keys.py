"""The desk by keys alone: from row to row, to the check list, to the search box; never while somebody types, and not for who does not want it."""

from playwright.sync_api import expect

from circulars.deliveries import Delivery
from tests import answers
from tests.cast import City


def test_a_clerk_walks_the_list_by_keys_and_comes_to_the_check_list_without_signing(town: City, sit_down) -> None:
    first, second = town.sent(title="关于甲事的通知", urgency="urgent"), town.sent(title="关于乙事的通知")
    clerk = sit_down(town.clerk)
    page, keys = clerk.page, clerk.page.keyboard
    links = page.locator("main a.row-link")
    for key, place in (("j", 0), ("j", 1), ("j", 1), ("k", 0), ("Control+j", 0)):
        keys.press(key)
        expect(links.nth(place)).to_be_focused()
    keys.press("/")
    search = page.locator("main input[type=search]")
    expect(search).to_be_focused()
    keys.type("jks?p/")
    expect(search).to_have_value("jks?p/")
    search.fill("")
    page.locator("h1").click()
    keys.press("?")
    shown = page.get_by_role("dialog", name="键盘快捷键")
    expect(shown).to_be_visible()
    clerk.examine()
    keys.press("j")
    keys.press("Escape")
    expect(shown).to_be_hidden()
    keys.press("j")
    with page.expect_navigation():
        keys.press("s")
    expect(page.locator("#sign input[type=checkbox]").first).to_be_focused()
    assert set(Delivery.objects.filter(unit=town.attentive).values_list("signed_at", flat=True)) == {None}
    assert {first.pk, second.pk} == set(Delivery.objects.filter(unit=town.attentive).values_list("circular", flat=True))


def test_a_list_whose_rows_do_not_open_by_a_press_is_walked_by_the_first_link_of_each(town: City, sit_down) -> None:
    """And where a list has no search box of its own, / leads to the one above."""
    for _ in range(2):
        answers.sent_with_form(town)
    page = sit_down(town.clerk).page
    page.goto("/answers/owed/")
    links = page.locator("main tbody th a")
    for key, place in (("j", 0), ("j", 1), ("k", 0)):
        page.keyboard.press(key)
        expect(links.nth(place)).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="检索公文")).to_be_focused()


def test_who_switches_the_keys_off_types_them_in_vain(town: City, sit_down) -> None:
    town.sent()
    clerk = sit_down(town.clerk)
    clerk.page.locator("summary", has_text="设置").click()
    clerk.follow("快捷键")
    clerk.press("关闭快捷键")
    clerk.page.goto("/received/")
    for key in ("j", "?"):
        clerk.page.keyboard.press(key)
    expect(clerk.page.locator("main a.row-link").first).not_to_be_focused()
    expect(clerk.page.locator("dialog")).to_have_count(0)
