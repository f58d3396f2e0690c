"""A CMS SignedData structure with one signer (RFC 5652), built around any key that signs digests."""

from collections.abc import Callable
from datetime import datetime

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from cms.signing.keys import SigningKey


def asn1(certificate: x509.Certificate) -> asn1x509.Certificate:
    """The same certificate as asn1crypto and pyHanko know it."""
    return asn1x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def signed_data(
    content: bytes,
    key: SigningKey,
    *,
    at: datetime,
    content_type: str = "data",
    is_detached: bool,
    stamp: Callable[[bytes], cms.ContentInfo] | None = None,
) -> cms.ContentInfo:
    """The content, or only its digest where it is detached, signed; ``at`` is what the signer says the time is.

    ``stamp`` gives a time-stamp over the signature. It is put in while the structure is built: asn1crypto takes seconds to write anew one
    that was changed afterwards.
    """
    profile, certificate = key.profile, asn1(key.certificate)
    attributes = cms.CMSAttributes(
        [
            _attribute("content_type", content_type),
            _attribute("message_digest", profile.digest_of(content)),
            _attribute("signing_time", cms.Time({"utc_time": core.UTCTime(at.replace(microsecond=0))})),
            _attribute("signing_certificate_v2", _named(certificate, key)),
        ]
    )
    algorithm = algos.DigestAlgorithm({"algorithm": profile.digest_name})
    signature = key.sign(profile.digest_of(attributes.dump()))
    parts: dict = {"signature": signature}
    if stamp is not None:
        parts["unsigned_attrs"] = cms.CMSAttributes([_attribute("signature_time_stamp_token", stamp(signature))])
    signer = cms.SignerInfo(
        parts
        | {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                {
                    "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                        {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
                    )
                }
            ),
            "digest_algorithm": algorithm,
            "signed_attrs": attributes,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": profile.signature_name}),
        }
    )
    # Plain data is version 1, and asn1crypto then asks for the older form of the content; both are the same bytes.
    is_plain = content_type == "data"
    inner: dict = {"content_type": content_type}
    if not is_detached:
        inner["content"] = cms.ParsableOctetString(content)
    return cms.ContentInfo(
        {
            "content_type": "signed_data",
            "content": cms.SignedData(
                {
                    "version": "v1" if is_plain else "v3",
                    "digest_algorithms": cms.DigestAlgorithms([algorithm]),
                    "encap_content_info": (cms.ContentInfo if is_plain else cms.EncapsulatedContentInfo)(inner),
                    "certificates": [certificate, *map(asn1, key.chain)],
                    "signer_infos": [signer],
                }
            ),
        }
    )


def _attribute(kind: str, value: object) -> cms.CMSAttribute:
    return cms.CMSAttribute({"type": kind, "values": (value,)})


def _named(certificate: asn1x509.Certificate, key: SigningKey) -> tsp.SigningCertificateV2:
    """The certificate by its digest, so that no other one of the same key can be put in its place (RFC 5035)."""
    return tsp.SigningCertificateV2(
        {
            "certs": [
                tsp.ESSCertIDv2(
                    {
                        "hash_algorithm": {"algorithm": key.profile.digest_name},
                        "cert_hash": key.profile.digest_of(certificate.dump()),
                    }
                )
            ]
        }
    )
