"""One signature taken apart: whose it is, whether it fits the bytes, and what the certificate allows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import cms, core
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding

from cms.signing.profile import ECDSA_P256

_OCTETS = (core.OctetString, core.ParsableOctetString)


# What the parsers raise over bytes that somebody made up; a check answers "unreadable" and never falls over.
ODDITIES = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
)


class Unreadable(Exception):
    """The bytes hold no signature of the kind that this installation makes."""


@dataclass(frozen=True)
class Taken:
    """What one SignedData structure holds; nothing of it has been believed yet."""

    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]
    content: bytes | None
    content_type: str
    claimed_at: datetime | None
    time_stamp: bytes | None
    signature: bytes
    attributes: Any

    def fits(self, content: bytes) -> bool:
        """Whether the owner of the certificate's key signed exactly these bytes, and meant this certificate."""
        values = {attribute["type"].native: attribute["values"] for attribute in self.attributes}
        digest, named = values.get("message_digest"), values.get("signing_certificate_v2")
        if digest is None or digest[0].native != ECDSA_P256.digest_of(content):
            return False
        if named is not None:
            meant = named[0]["certs"][0]["cert_hash"].native
            if meant != ECDSA_P256.digest_of(self.certificate.public_bytes(Encoding.DER)):
                return False
        signed = self.attributes.untag().dump()
        return ECDSA_P256.verifies(self.certificate.public_key(), self.signature, ECDSA_P256.digest_of(signed))


def take_apart(signature: bytes) -> Taken:
    """The one signer's part of a CMS structure; raises ``Unreadable`` for anything else."""
    try:
        return _taken(signature)
    except ODDITIES as broken:
        raise Unreadable(str(broken)) from None


def allows(certificate: x509.Certificate, usage: x509.ObjectIdentifier) -> bool:
    """Whether the certificate is for signing, and for this in particular."""
    try:
        general = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        extended = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    return general.digital_signature and usage in extended


def _taken(signature: bytes) -> Taken:
    outer = cms.ContentInfo.load(signature, strict=True)
    if outer["content_type"].native != "signed_data":
        raise ValueError("no signed data")
    data = outer["content"]
    (signer,) = data["signer_infos"]
    if signer["digest_algorithm"]["algorithm"].native != ECDSA_P256.digest_name:
        raise ValueError("another digest")
    found = [x509.load_der_x509_certificate(choice.chosen.dump()) for choice in data["certificates"]]
    wanted = signer["sid"].chosen
    serial, issuer = wanted["serial_number"].native, wanted["issuer"].dump()
    (own,) = (c for c in found if c.serial_number == serial and c.issuer.public_bytes() == issuer)
    inner = data["encap_content_info"]
    values = {attribute["type"].native: attribute["values"] for attribute in signer["signed_attrs"]}
    unsigned = {a["type"].native: a["values"] for a in signer["unsigned_attrs"] or ()}
    stamp = unsigned.get("signature_time_stamp_token")
    if values["content_type"][0].native != inner["content_type"].native:
        raise ValueError("two content types")
    return Taken(
        certificate=own,
        others=tuple(c for c in found if c is not own),
        content=bytes(inner["content"]) if isinstance(inner["content"], _OCTETS) else None,
        content_type=inner["content_type"].native,
        claimed_at=values["signing_time"][0].native if "signing_time" in values else None,
        time_stamp=stamp[0].dump() if stamp else None,
        signature=signer["signature"].native,
        attributes=signer["signed_attrs"],
    )
