"""A copy that a receiving unit prints: its QR code, read off the paper, leads to the page that tells of this paper (Articles 4 and 10)."""

import pypdfium2
from playwright.sync_api import expect

from tests import qrcodes
from tests.cast import City

DOTS = 600  # to the inch, as an office printer
# Where the code stands on A4, in millimetres from the left and from the lower edge.
LEFT, RIGHT, LOWER, UPPER = 27, 42, 3, 19


def test_the_code_is_read_off_every_printed_sheet_and_followed(town: City, sit_down) -> None:
    circular = town.sent()
    delivery = town.sign(town.opened(circular))
    clerk = sit_down(town.clerk)
    clerk.page.goto(f"/received/{delivery.pk}/")
    clerk.examine()
    clerk.follow("打印")
    clerk.page.locator("select[name=purpose]").first.select_option("handling")
    clerk.press("登记并打印")
    clerk.reads("第 1/1 份")
    file = clerk.page.get_by_role("link", name="打开打印文件（PDF）").get_attribute("href")
    printed = pypdfium2.PdfDocument(clerk.page.request.get(clerk.page.url.split("/printed/")[0] + file).body())
    read = set()
    for sheet in printed:
        picture = sheet.render(scale=DOTS / 72).to_pil()
        dots = picture.width / 210
        upper, lower = picture.height - UPPER * dots, picture.height - LOWER * dots
        read.add(
            qrcodes.read(qrcodes.scanned(picture.crop((int(LEFT * dots), int(upper), int(RIGHT * dots), int(lower)))))
        )
    (address,) = read
    stranger = sit_down(town.stranger)
    stranger.page.goto(address)
    expect(stranger.page.locator(".seal-verdict")).to_have_text("有效，印章验证通过")
    for fact in (circular.number, circular.manifest.pdf_digest):
        expect(stranger.page.locator("main")).to_contain_text(fact)


def test_the_pages_on_the_screen_of_a_receiving_unit_are_no_original_on_paper(town: City, sit_down) -> None:
    """Who prints them past the button has a sentence on the sheet, no head and no seal."""
    clerk = sit_down(town.clerk)
    clerk.page.goto(f"/received/{town.delivery(town.sent()).pk}/pages/")
    printed = pypdfium2.PdfDocument(clerk.page.pdf(prefer_css_page_size=True))
    assert "这里只供阅读" in printed[0].get_textpage().get_text_bounded()
    for sheet in printed:
        colours = sheet.render(scale=1).to_pil().convert("RGB").getcolors(10**7)
        assert not [colour for _, colour in colours if colour[0] > colour[1] + 60]
