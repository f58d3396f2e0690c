"""A picture of a seal or a signature as it was scanned, and what is kept of it: ink on nothing, cut to its edges, and no other byte of the file.

The same pixels are the same bytes afterwards. Knows no key and no database.
"""

import io
import struct
import zlib

from django.core.exceptions import ValidationError
from PIL import Image

LARGEST_FILE = 500 * 1024  # bytes, as it comes in
WIDEST, HIGHEST = 1600, 1200  # pixels, as it comes in
_NO_PNG = "这不是完整的 PNG 图片，请重新导出后再上传。"
_TOO_MANY = f"图片不能超过 {WIDEST}×{HIGHEST} 像素，请缩小后再上传。"
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, OverflowError, struct.error, zlib.error)
_SEEN = 32  # alpha below which nobody sees ink
_LEAST_CLEAR = 0.1  # of all pixels must be clear, or the background is not
_SHARP = {True: (400, 400), False: (200, 100)}  # pixels of ink at least, wide and high, of a round seal and of a stamp
_MOST_OVAL = 1.05  # longer to shorter side of a round seal


def ink_of(content: bytes, *, is_round: bool) -> bytes:
    """The ink as a PNG in RGBA; raises ``ValidationError``, with a sentence, for anything but a sharp picture on a clear background."""
    if len(content) > LARGEST_FILE:
        raise ValidationError(f"图片超过 {LARGEST_FILE // 1024} KB，请缩小后再上传。")
    ink = _cut(_read(content))
    wide, high = _SHARP[is_round]
    if ink.width < wide or ink.height < high:
        raise ValidationError(
            f"图样不够清晰：去掉四周空白后至少宽 {wide}、高 {high} 像素，现在是 {ink.width}×{ink.height}。"
        )
    if is_round and max(ink.size) > min(ink.size) * _MOST_OVAL:
        raise ValidationError(f"印章图样应当是圆形，宽高一致，现在是 {ink.width}×{ink.height} 像素。")
    kept = io.BytesIO()
    ink.save(kept, "PNG", compress_level=9)
    return kept.getvalue()


def size_of(png: bytes) -> tuple[int, int]:
    """Width and height, in pixels, of a picture that ``ink_of`` made."""
    with Image.open(io.BytesIO(png), formats=["PNG"]) as image:
        return image.size


def _read(content: bytes) -> Image.Image:
    """The pixels in RGBA; how many there are is looked at before any is read."""
    try:
        image = Image.open(io.BytesIO(content), formats=["PNG"])
        if image.width > WIDEST or image.height > HIGHEST:
            raise ValidationError(_TOO_MANY)
        if getattr(image, "is_animated", False):
            raise ValidationError("不能上传动画，请导出单幅 PNG 图片。")
        return image.convert("RGBA")
    except Image.DecompressionBombError:
        raise ValidationError(_TOO_MANY) from None
    except _BROKEN:
        raise ValidationError(_NO_PNG) from None


def _cut(image: Image.Image) -> Image.Image:
    """What can be seen, cut to its edges; a pixel that nobody sees has no colour either."""
    inked = image.getchannel("A").point(lambda alpha: 255 if alpha >= _SEEN else 0)
    edges = inked.getbbox()
    if edges is None:
        raise ValidationError("图片上没有图样，请核对后再上传。")
    clear = inked.histogram()[0]
    if clear < _LEAST_CLEAR * image.width * image.height:
        raise ValidationError("图片的背景不是透明的，请去掉底色，导出背景透明的 PNG 图片。")
    seen = Image.new("RGBA", image.size, (0, 0, 0, 0))
    seen.paste(image, mask=inked)
    return seen.crop(edges)
