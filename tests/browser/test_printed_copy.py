"""A copy that a receiving unit prints: its QR code, read off the paper, leads to the page that tells of this paper (Articles 4 and 10)."""

import pypdfium2
from playwright.sync_api import expect

from tests import qrcodes
from tests.cast import City

DOTS = 600  # to the inch, as an office printer
# Where the code stands on A4, in millimetres from the left and from the lower edge.
LEFT, RIGHT, LOWER, UPPER = 27, 42, 0, 18


def test_the_code_is_read_off_every_printed_sheet_and_followed(town: City, sit_down) -> None:
    circular = town.sent()
    clerk = sit_down(town.clerk)
    clerk.page.goto(f"/received/{town.delivery(circular).pk}/pages/")
    printed = pypdfium2.PdfDocument(clerk.page.pdf(prefer_css_page_size=True))
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
