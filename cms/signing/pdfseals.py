"""A seal in a PDF file: PAdES B-LTA, its picture the signature's appearance (ISO 32000-2; ETSI EN 319 142-1; Articles 3, 4 and 10).

Every seal is an addition at the end of the file: what was sealed before stays byte for byte what it was. All the fields of a joint paper
are laid with the first seal, so that the later ones change nothing that it covers.
"""

import asyncio
import io
from collections.abc import Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from asn1crypto import crl as asn1crl
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext

from cms.signing.certificates import value_of
from cms.signing.envelopes import asn1
from cms.signing.keys import SigningKey
from cms.signing.pdfsigning import PdfSigner, PdfTimeStamper
from cms.signing.trust import Trust

Result = TypeVar("Result")
_POINTS = 72 / 25.4  # in a millimetre
_PAGE_HEIGHT = 297.0  # mm, A4
# A seal is as large as its field; the library would leave five points around it.
_FILLING = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID, margins=Margins())


class NotSealable(Exception):
    """The file is none that a seal could be put into."""


@dataclass(frozen=True)
class SealField:
    """Where a seal stands: page from 1, middle in mm from the page's left and top edge, width and height in mm."""

    name: str
    page: int
    x: float
    y: float
    width: float
    height: float

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The rectangle in points from the lower left corner of the page."""
        left, top = self.x - self.width / 2, self.y - self.height / 2
        right, bottom = left + self.width, top + self.height
        sides = (left, _PAGE_HEIGHT - bottom, right, _PAGE_HEIGHT - top)
        return (sides[0] * _POINTS, sides[1] * _POINTS, sides[2] * _POINTS, sides[3] * _POINTS)


class Picture(PdfContent):
    """The first page of a PDF held in memory, as the appearance of a seal."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__()
        self._pdf = pdf

    def render(self) -> bytes:
        page = self._ensure_writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self._pdf)))
        self.resources.xobject["/Seal"] = page
        left, bottom, right, top = page.get_object()["/BBox"]
        self.box = BoxConstraints(width=abs(right - left), height=abs(top - bottom))
        return b"/Seal Do"


def seal_pdf(
    pdf: bytes,
    field: str,
    key: SigningKey,
    *,
    picture: bytes,
    stamping: SigningKey,
    trust: Trust,
    at: datetime,
    lay: Iterable[SealField] = (),
) -> bytes:
    """The file with the seal in its field, time-stamped at ``at``, with all that a check will need after the certificate is over.

    ``lay`` are the fields of all seals, given with the first. Raises ``NotSealable`` for a file or field that takes no seal.
    """
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=True)
        for place in lay:
            spec = fields.SigFieldSpec(place.name, on_page=place.page - 1, box=place.box)  # type: ignore[arg-type]
            fields.append_signature_field(writer, spec)
        signing = _SignerOfThatMoment(
            _claim(field, key, trust, at),
            PdfSigner(key),
            timestamper=PdfTimeStamper(stamping, at),
            stamp_style=StaticStampStyle(background=Picture(picture), background_layout=_FILLING, border_width=0),
        )
        signing.at = at
        return completed(signing.async_sign_pdf(writer, existing_fields_only=True)).getvalue()
    except (PdfReadError, SigningError) as error:
        raise NotSealable("版式文件不能加盖印章，请联系网信办。") from error


class _SignerOfThatMoment(signers.PdfSigner):
    """Writes the moment of the act as the time of signing, where the library would look at the machine's clock again."""

    at: datetime

    def init_signing_session(self, *arguments: Any, **named: Any) -> PdfSigningSession:
        session = super().init_signing_session(*arguments, **named)
        session.system_time = self.at.replace(microsecond=0)
        return session


def _claim(field: str, key: SigningKey, trust: Trust, at: datetime) -> signers.PdfSignatureMetadata:
    return signers.PdfSignatureMetadata(
        field_name=field,
        md_algorithm=key.profile.digest_name,
        subfilter=fields.SigSeedSubFilter.PADES,
        embed_validation_info=True,
        use_pades_lta=True,
        validation_context=context(trust, at),
        name=value_of(key.certificate.subject, NameOID.ORGANIZATION_NAME),
        reason="用印",
    )


def context(trust: Trust, at: datetime) -> ValidationContext:
    """What we trust, in the words of the library, as of a moment; it asks nobody anything."""
    return ValidationContext(
        trust_roots=[asn1(root) for root in trust.roots],
        other_certs=[asn1(issuer) for issuer in trust.issuers],
        crls=[asn1crl.CertificateList.load(known.public_bytes(Encoding.DER)) for known in trust.lists],
        allow_fetching=False,
        moment=at,
        revocation_mode="soft-fail",
    )


def completed(work: Coroutine[Any, Any, Result]) -> Result:
    """What the coroutine returns; in a thread of its own where an event loop runs in this one."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(asyncio.run, work).result()
