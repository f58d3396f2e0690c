"""Our keys and our time-stamps as pyHanko wants them, for seals in PDF files (PAdES)."""

from datetime import datetime

from asn1crypto import algos, tsp
from pyhanko.sign.signers import Signer
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from cms.signing.envelopes import asn1
from cms.signing.keys import SigningKey
from cms.signing.timestamps import answer

_LONGEST_SIGNATURE = 72  # bytes of a DER signature on P-256


class PdfSigner(Signer):
    """Signs a PDF with an open key of ours, wherever that key is kept."""

    def __init__(self, key: SigningKey):
        self._key = key
        super().__init__(
            signing_cert=asn1(key.certificate),
            cert_registry=SimpleCertificateStore.from_certs([asn1(above) for above in key.chain]),
            signature_mechanism=algos.SignedDigestAlgorithm({"algorithm": key.profile.signature_name}),
        )

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if digest_algorithm != self._key.profile.digest_name:
            raise ValueError(f"signed with {self._key.profile.digest_name}, not {digest_algorithm}")
        return bytes(_LONGEST_SIGNATURE) if dry_run else self._key.sign(self._key.profile.digest_of(data))


class PdfTimeStamper(TimeStamper):
    """Stamps with our own authority's key and the moment of the act; no request leaves the process."""

    def __init__(self, stamping: SigningKey, at: datetime):
        super().__init__()
        self._stamping, self._at = stamping, at

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return answer(req, self._stamping, at=self._at)
