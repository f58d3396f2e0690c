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
