"""The seal that a file bears is seen where its pages are shown and printed (Article 4)."""

import io

import pytest
from PIL import Image

from circulars.sealing.files import printed
from circulars.typesetting.pages import picture

pytestmark = pytest.mark.django_db


def red_below_the_mark(png):
    """How many pixels in the lower half of the page are as red as a seal."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    lower = image.crop((0, image.height // 2, image.width, image.height))
    return sum(r > 180 and g < 90 and b < 90 for r, g, b in lower.getdata())


def test_the_page_of_a_sealed_circular_shows_its_seal(city):
    circular = city.registered()
    before = picture(printed(circular).pdf, 1, width=800)
    city.seal(circular)
    after = picture(printed(circular).pdf, 1, width=800)
    assert red_below_the_mark(before) < 100
    assert red_below_the_mark(after) > 2000


def test_a_seal_is_printed_in_its_true_size(city):
    circular = city.sealed()
    [place] = circular.rendition.places
    image = Image.open(io.BytesIO(picture(printed(circular).pdf, place["page"], width=2100))).convert("RGB")
    # Ten pixels are a millimetre; the ring is the widest red thing around the seal's middle.
    middle = round(place["y"] * 10)
    row = [x for x in range(image.width) for r, g, b in [image.getpixel((x, middle))] if r > 180 and g < 90 and b < 90]
    assert (max(row) - min(row)) / 10 == pytest.approx(place["diameter"], abs=0.4)
