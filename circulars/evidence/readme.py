"""README.txt of a bundle: what is in it and how to check it, for somebody who has never heard of us (Articles 3 and 28).

Its commands are those of docs/evidence.md, which the stranger does not have.
"""

from datetime import datetime
from pathlib import Path

from circulars.registration import Circular
from cms.limits import when

_TEXT = (Path(__file__).parent / "readme.txt").read_text("utf-8")


def readme_of(circular: Circular, at: datetime) -> bytes:
    """The text in UTF-8, with the number of the circular and the moment."""
    return f"{circular.number} 证据包\n制包时间：{when(at)}\n\n{_TEXT}".encode()
