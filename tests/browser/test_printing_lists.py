"""A list on paper is the list: no rail, no button, no search box; the register lies across the sheet."""

from playwright.sync_api import expect

from tests.cast import City

ON_SCREEN_ALONE = (".masthead", ".rail", ".page-head__acts", ".filters", ".tabs")


def test_what_is_printed_of_a_list_is_the_list(town: City, sit_down) -> None:
    circular = town.sent()
    entry = town.entered(town.delivery(town.sent(title="关于报送总结的通知")))
    page = sit_down(town.clerk).page
    for path, row in (("/received/", circular.title), ("/incoming/", entry.title), ("/incoming/sheet/", entry.title)):
        page.goto(path)
        page.emulate_media(media="print")
        expect(page.locator("main table")).to_contain_text(row)
        for part in ON_SCREEN_ALONE:
            for shown in page.locator(part).all():
                expect(shown, f"{part} of {path}").to_be_hidden()
        page.emulate_media(media="screen")
    assert page.evaluate("getComputedStyle(document.querySelector('main')).page") == "across"
