"""Pictures of seals and signatures as a network office has them, made on the spot."""

import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageDraw

RED = (230, 0, 18, 255)


def signature(
    *, size: tuple[int, int] = (600, 300), ground: tuple[int, ...] = (0, 0, 0, 0), colour: Any = RED
) -> Image.Image:
    """A flourish on a clear background, 480 by 180 pixels of ink."""
    image = Image.new("RGBA", size, ground)
    pen = ImageDraw.Draw(image)
    pen.rectangle((60, 60, 539, 70), fill=colour)
    pen.rectangle((60, 60, 70, 239), fill=colour)
    pen.rectangle((530, 130, 539, 239), fill=colour)
    return image


def ring(across: int = 600, high: int | None = None) -> Image.Image:
    """A seal of this size in pixels."""
    image = Image.new("RGBA", (across, high or across), (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((0, 0, across - 1, (high or across) - 1), outline=RED, width=20)
    return image


def png(image: Image.Image, **how: Any) -> bytes:
    kept = io.BytesIO()
    image.save(kept, "PNG", **how)
    return kept.getvalue()


def bomb() -> bytes:
    """A file of some hundred bytes that says it has 900 million pixels."""
    content = png(Image.new("1", (8, 8)))
    head = b"IHDR" + struct.pack(">II", 30_000, 30_000) + content[24:29]
    return content[:12] + head + struct.pack(">I", zlib.crc32(head)) + content[33:]
