"""What a file is, told from what is in it: each module knows one kind, refuses what may not be sent, and never unpacks what it has not measured.

Nothing here knows Django: ``cms.attachments`` hands over the bounds of the installation and makes a sentence of a refusal (Articles 3 and 5).
"""

from dataclasses import dataclass

MEGABYTE = 1024**2


@dataclass(frozen=True)
class Bounds:
    """How much a file may hold: parts of a package, their bytes unpacked, each and together, and by how much they grow; points of a picture."""

    parts: int = 5000
    unpacked: int = 300 * MEGABYTE
    part: int = 200 * MEGABYTE
    ratio: int = 200
    pixels: int = 100_000_000
    allows_macros: bool = False


class Refused(Exception):
    """The file is not taken in; the text follows its name in a sentence and says what to do, ``code`` says what it is about."""

    def __init__(self, why: str, code: str = "content"):
        super().__init__(why)
        self.code = f"attachment-{code}"


def damaged() -> Refused:
    """What is said of a file that its own program could not read either."""
    return Refused("已损坏或者不完整，请用原程序打开，另存后再上传。", "damaged")


def locked() -> Refused:
    """What is said of a file behind a password."""
    return Refused("加了密码，收文单位打不开，请取消密码后再上传。", "locked")


def with_macros() -> Refused:
    """What is said of a file that brings programs of its own."""
    return Refused("里面有宏，请另存为不带宏的文件后再上传。", "macros")
