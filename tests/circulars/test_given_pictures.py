"""A seal or stamp whose key was given a picture bears it on the paper; every other one is drawn from its name (GB/T 9704-2012, 7.3.5)."""

import io

import pypdfium2
import pytest
from PIL import Image, ImageChops

from accounts.inkpictures import ink_of
from accounts.keypictures import give_picture
from accounts.sealissue import activate
from accounts.sealpins import open_key
from accounts.seals import KeyKind, SealKey
from circulars.numbering import Series
from circulars.renditions import faces
from circulars.sealing import Seal, flaw_of, seal
from circulars.sealing.files import printed
from circulars.typesetting.pages import picture
from circulars.typesetting.sealdrawing import given_picture
from cms.attachments import place_of
from cms.signing.keys import KeyRefused
from tests.accounts.keys import PIN, issued
from tests.cast import MONDAY
from tests.inks import png, ring, signature
from tests.sealedpapers import needs_pdfsig, pdfsig

BLUE = (20, 40, 220, 255)  # no other ink of ours


def blue_on(pdf: bytes, number: int = 1) -> tuple[float, ...]:
    """Left, top, right and bottom of what is blue on a page of A4, in mm."""
    red, green, blue = Image.open(io.BytesIO(picture(pdf, number, width=1050))).convert("RGB").split()
    dark = ImageChops.lighter(red, green).point(lambda value: 255 if value < 120 else 0)
    edges = ImageChops.darker(dark, blue.point(lambda value: 255 if value > 150 else 0)).getbbox()
    assert edges is not None
    return tuple(edge / 5 for edge in edges)


def given(city, kind, content, *, unit, keeper) -> SealKey:
    """A key in force that was given this picture."""
    key = issued(city, kind, unit=unit, keeper=keeper)
    give_picture(key, content, by=city.engineer, at=MONDAY)
    activate(key, PIN, by=keeper, at=MONDAY)
    return key


def sealed_by(circular, key):
    seal(circular, key, open_key(key, PIN, by=key.keeper, at=MONDAY), by=key.keeper, at=MONDAY)
    circular.refresh_from_db()
    return circular


@pytest.mark.parametrize(
    ("image", "is_round", "size"), [(signature(), False, (33.4, 12.0)), (ring(), True, (42.0, 42.0))]
)
@pytest.mark.parametrize("below", ["", "演示专用"])
def test_the_same_picture_is_the_same_bytes_of_its_true_size(image, is_round, size, below):
    ink = ink_of(png(image), is_round=is_round)
    one, other = (given_picture.__wrapped__(ink, *size, faces(), below=below) for _ in range(2))
    assert one == other
    document = pypdfium2.PdfDocument(one)
    assert len(document) == 1
    assert [side / 72 * 25.4 for side in document[0].get_size()] == pytest.approx(size, abs=0.1)


@pytest.mark.django_db
class TestOnPaper:
    def test_an_order_bears_its_signers_picture_in_the_place_of_the_stamp(self, city):
        order = city.registered(
            issuer=city.government,
            series=Series.objects.get(prefix="令"),
            title="延安市公共数据共享管理办法",
            document_type="order",
            signatures="市长 秦卫东",
            is_important=True,
        )
        picture_of = png(signature(colour=BLUE))
        key = given(city, KeyKind.LEADERS_STAMP, picture_of, unit=city.government, keeper=city.principal)
        sealed_by(order, key)
        assert (order.state, flaw_of(order)) == ("sealed", "")
        [place] = order.rendition.places
        left, top, right, bottom = blue_on(printed(order).pdf, place["page"])
        assert bottom - top == pytest.approx(12, abs=0.6)
        assert right - left == pytest.approx(12 * 480 / 180, abs=0.8)
        assert ((left + right) / 2, (top + bottom) / 2) == pytest.approx((place["x"], place["y"]), abs=0.5)

    @needs_pdfsig
    def test_a_seal_bears_its_picture_and_is_valid_to_a_stranger(self, city, tmp_path):
        image = ring()
        blue = Image.new("RGBA", image.size, BLUE)
        blue.putalpha(image.getchannel("A"))
        key = given(city, KeyKind.UNIT_SEAL, png(blue), unit=city.office, keeper=city.keeper)
        circular = sealed_by(city.registered(), key)
        [place] = circular.rendition.places
        left, top, right, bottom = blue_on(printed(circular).pdf, place["page"])
        assert (right - left, bottom - top) == pytest.approx((place["diameter"], place["diameter"]), abs=0.6)
        pdf = place_of(circular.manifest.pdf_digest).read_bytes()
        assert pdfsig(tmp_path, pdf).count("Signature is Valid") == 1

    def test_a_picture_changed_behind_our_backs_seals_nothing(self, city):
        key = given(city, KeyKind.UNIT_SEAL, png(ring()), unit=city.office, keeper=city.keeper)
        SealKey.objects.filter(pk=key.pk).update(picture=None)
        circular = city.registered()
        with pytest.raises(KeyRefused, match="图样被换过"):
            sealed_by(circular, SealKey.objects.get(pk=key.pk))
        assert not Seal.objects.exists()
