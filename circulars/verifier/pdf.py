"""The signatures inside a PDF file, taken out of it: which bytes each covers, and what was added to the file after it.

pyHanko reads the file and judges the additions; who signed and when is judged like every other signature. Nothing is fetched and no store of
the system is asked.
"""

import io
from dataclasses import dataclass, field
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, ModificationLevel
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from circulars.verifier.bundle import TooMuch, Unreadable

_PROOFS = (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES)
MOST_SIGNATURES = 60  # seals of a joint paper, each with its time-stamp


@dataclass(frozen=True)
class Embedded:
    """One signature or time-stamp of the file, in the order in which they were made."""

    name: str  # of its field
    is_time_stamp: bool
    file: bytes = field(repr=False)
    ranges: tuple[int, int, int, int]  # where the covered bytes begin and how many they are, twice
    signature: bytes
    is_covering: bool  # its whole revision, up to the signature's own place
    is_unchanged: bool  # what was added afterwards is further signatures and what proves them
    is_closing: bool  # what was added afterwards, if anything, only proves what was there

    @property
    def covered(self) -> bytes:
        """The bytes that were signed: all but the place of the signature itself."""
        start, first, second, rest = self.ranges
        return self.file[start : start + first] + self.file[second : second + rest]


@dataclass(frozen=True)
class SignedPdf:
    """What a reader of the file sees of its signatures."""

    pages: int
    signatures: tuple[Embedded, ...]


def opened(content: bytes, name: str) -> SignedPdf:
    """The file with its signatures; raises ``Unreadable`` for what is no PDF, or a PDF that cannot be followed."""
    try:
        reader = PdfFileReader(io.BytesIO(content), strict=True)
        found = reader.embedded_signatures
        if len(found) > MOST_SIGNATURES:
            raise TooMuch(f"{name} 的签名过多。")
        pages = int(reader.root["/Pages"]["/Count"])
        return SignedPdf(pages, tuple(_taken(one, content) for one in found))
    except TooMuch:
        raise
    except Exception as problem:
        raise Unreadable(f"{name} 不是完好的 PDF 文件（{type(problem).__name__}）。") from problem


def _taken(one: EmbeddedPdfSignature, content: bytes) -> Embedded:
    one.compute_integrity_info(DEFAULT_DIFF_POLICY)
    start, first, second, rest = (int(number) for number in one.byte_range)
    if min(start, first, second, rest) < 0:
        raise ValueError("no range of bytes")
    level = getattr(one.diff_result, "modification_level", ModificationLevel.OTHER)
    return Embedded(
        name=one.field_name,
        is_time_stamp=one.sig_object_type == "/DocTimeStamp",
        file=content,
        ranges=(start, first, second, rest),
        signature=_unpadded(one.pkcs7_content),
        is_covering=one.coverage in (SignatureCoverageLevel.ENTIRE_REVISION, SignatureCoverageLevel.ENTIRE_FILE),
        is_unchanged=level in (*_PROOFS, ModificationLevel.FORM_FILLING),
        is_closing=level in _PROOFS,
    )


def _unpadded(signature: bytes) -> bytes:
    """The DER structure at the beginning; the place kept for it in the file is larger. Raises ``ValueError`` for anything after it."""
    first: Any = signature[1]
    count = first & 0x7F if first & 0x80 else 0
    length = int.from_bytes(signature[2 : 2 + count], "big") if count else first
    end = 2 + count + length
    if any(signature[end:]):
        raise ValueError("something hides behind the signature")
    return signature[:end]
