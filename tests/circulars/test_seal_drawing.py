"""The picture of a seal: of its true size, drawn from its name, or not at all (国发〔1999〕25号; GB/T 9704-2012, 7.3.5)."""

import pypdfium2
import pytest

from circulars.renditions import faces
from circulars.typesetting.compiling import NotTypeset
from circulars.typesetting.fonts import FontMissing
from circulars.typesetting.sealdrawing import STAMP_HEIGHT, seal_picture, stamp_picture

MILLIMETRE = 72 / 25.4


def size(pdf):
    """Width and height of its one page, in mm."""
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    return [side / MILLIMETRE for side in document[0].get_size()]


@pytest.mark.parametrize("diameter", [42.0, 45.0, 50.0])
@pytest.mark.parametrize("name", ["延安市人民政府", "延安市黄龙山褐马鸡国家级自然保护区管理局"])
def test_a_seal_is_as_wide_and_high_as_it_should_be_however_long_its_name(name, diameter):
    assert size(seal_picture(name, diameter, faces())) == pytest.approx([diameter, diameter], abs=0.1)


def test_a_seal_and_a_stamp_are_the_same_bytes_for_the_same_name_whenever_they_are_drawn():
    for drawn in (seal_picture("延安市人民政府", 42.0, faces()), stamp_picture("张志远", faces())):
        assert b"D:20000101000000Z" in drawn


def test_a_stamp_is_as_high_as_it_should_be():
    _, height = size(stamp_picture("张志远", faces(), below="演示专用"))
    assert height == pytest.approx(STAMP_HEIGHT, abs=0.1)


def test_a_name_with_a_character_that_no_face_has_makes_no_seal():
    with pytest.raises(FontMissing, match="没有字形"):
        seal_picture("\U0003fffd局", 42.0, faces())


def test_what_cannot_be_drawn_is_a_sentence():
    with pytest.raises(NotTypeset, match="印章图样没有生成"):
        seal_picture("", 42.0, faces())
