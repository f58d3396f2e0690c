"""What comes out of the printer: originals with red head, seal and foot; copies without anything red, and who made them across every page (Articles 3 and 4)."""

from collections.abc import Iterator
from uuid import uuid4

import pypdfium2
import pytest

from circulars.amending import Amendment
from circulars.checkcodes import CheckCode, grouped
from circulars.layouts import Layout
from circulars.numbering import Series
from circulars.pages import Relation
from circulars.printing import file_of, plain_file, print_originals, print_plainly
from circulars.registration import Circular, DistributionLine
from circulars.sealing import Manifest
from cms.attachments import place_of
from tests import qrcodes
from tests.cast import MONDAY

DOTS = 600  # to the inch


def address(code: str) -> str:
    return f"http://testserver/check/{code}/"


def words_on(pdf: bytes) -> list[str]:
    """The text of each page."""
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf)]


def inks_on(pdf: bytes) -> Iterator[tuple[set[str], object]]:
    """For each page its kinds of ink, and the page as a picture."""
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    for page in document:
        image = page.render(scale=2).to_pil().convert("RGB")
        seen = {colour for _, colour in image.getcolors(image.width * image.height)}
        yield {"red" if r > g + 40 and r > b + 40 else "black" for r, g, b in seen if min(r, g, b) < 200}, image


@pytest.fixture
def delivery(city, circular):
    delivery = city.sign(city.opened(circular))
    DistributionLine.objects.filter(circular=circular).update(originals=5)
    return delivery


def given(city):
    return {"purpose": "handling", "key": uuid4(), "by": city.clerk, "at": MONDAY}


def test_each_original_bears_unit_serial_time_and_code_and_the_sealed_file_does_not_change(city, delivery):
    sealed = place_of(Manifest.objects.get(circular=delivery.circular).pdf_digest)
    before = sealed.read_bytes()
    pages = len(pypdfium2.PdfDocument(before))
    copies = print_originals([delivery], copies=2, **given(city))
    pdf = file_of(copies, address)
    code = grouped(CheckCode.objects.get(circular=delivery.circular).code)
    shown = [text for text in words_on(pdf) if text.strip()]
    assert len(shown) == 2 * pages
    for serial, text in zip((1, 2), (shown[0], shown[pages]), strict=True):
        for said in ("市公安局", f"第 {serial}/5 份", "2026-09-28 09:00 打印", code, "关于做好国庆假期值班工作的通知"):
            assert said in text
    assert all("red" in inks for inks, _ in list(inks_on(pdf))[:1])
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=DOTS / 72).to_pil()
    dots = picture.width / 210
    corner = picture.crop((int(27 * dots), int(278 * dots), int(42 * dots), int(294 * dots)))
    assert qrcodes.read(qrcodes.scanned(corner)) == address(code)
    assert sealed.read_bytes() == before


def test_an_original_of_odd_length_leaves_the_back_of_its_sheet_empty(city, delivery):
    pdf = file_of(print_originals([delivery], copies=2, **given(city)), address)
    written = [bool(text.strip()) for text in words_on(pdf)]
    assert written == [True, False, True]


def test_the_seal_stands_on_the_paper_that_goes_to_the_printer(city, delivery):
    """The seal is the picture of a field in the sealed file; a printer's program that draws no fields must find it all the same."""
    ((first, *_),) = [list(pypdfium2.PdfDocument(file_of(print_originals([delivery], **given(city)), address)))]
    image = first.render(scale=2, may_draw_forms=False).to_pil().convert("RGB")
    lower = image.crop((0, image.height // 2, image.width, image.height))
    red = sum(count for count, (r, g, b) in lower.getcolors(10**7) if r > g + 80 and r > b + 80)
    assert red > 1000


@pytest.mark.parametrize("kind", ["general", "letter", "order"])
def test_a_plain_copy_has_nothing_red_and_says_who_copied_it_and_when(city, kind):
    prefix = {"general": "延政办发", "letter": "延政办函", "order": "令"}[kind]
    series = Series.objects.get(prefix=prefix)
    order = (
        {"issuer": city.government, "document_type": "order", "signatures": "市长　秦卫东"} if kind == "order" else {}
    )
    circular = city.sent(series=series, **order)
    assert circular.layout == Layout(kind)
    delivery = city.sign(city.opened(circular))
    copy = print_plainly(delivery, **given(city))
    pdf = plain_file(copy)
    assert pdf == plain_file(copy)
    for (inks, _), text in zip(inks_on(pdf), words_on(pdf), strict=True):
        assert "red" not in inks
        for said in ("复印件", "市公安局", "2026-09-28 09:00"):
            assert text.count(said) >= 3
    assert circular.issuer_name + "文件" not in "".join(words_on(pdf)).replace("\r\n", "")


def test_a_plain_copy_of_an_annulled_paper_says_so(city, delivery):
    notice = Circular.objects.get(pk=city.sent(title="关于作废的通知").pk)
    Amendment.objects.create(circular=delivery.circular, by_circular=notice, kind=Relation.ANNULS, at=MONDAY)
    copy = print_plainly(delivery, **given(city))
    assert "已作废" in words_on(plain_file(copy))[0]
