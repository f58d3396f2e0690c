"""The certificates and lists of revocations that go along, so that nobody has to ask us for one (Articles 10 and 15)."""

from collections.abc import Iterable
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings

from circulars.sealing.records import Seal
from cms.revocations import RevocationList, renew_list, the_authority
from cms.signing.authority import certificates_of
from cms.signing.certificates import use_of
from cms.signing.signatures import take_apart


def certificates_for(circular: int, signatures: Iterable[bytes]) -> dict[str, bytes]:
    """Root, issuing authority, ledger, time-stamps, every seal in the file and whoever made one of these signatures; each once, in DER."""
    authority = the_authority()
    signers = {authority.checkpoints.certificate, authority.stamping.certificate}
    signers |= {seal.key.certificate for seal in Seal.objects.filter(circular=circular).select_related("key")}
    signers |= {take_apart(signature).certificate for signature in signatures}
    return {
        "certificates/root.der": _der(authority.root),
        "certificates/issuing.der": _der(authority.issuing.certificate),
    } | {_name(certificate): _der(certificate) for certificate in signers}


def lists_at(at: datetime) -> dict[str, bytes]:
    """What each issuer says is revoked, current at this moment; where no list is, one is made."""
    newest = RevocationList.objects.filter(issued_at__lte=at).order_by("-number").first()
    until = newest.parsed.next_update_utc if newest else None
    if newest is None or until is None or until < at:
        newest = renew_list(at)
    return {
        "crls/root.crl": certificates_of(settings.CA_FOLDER).root_list.public_bytes(Encoding.DER),
        "crls/issuing.crl": bytes(newest.content),
    }


def _name(certificate: x509.Certificate) -> str:
    use = use_of(certificate)
    return f"certificates/{use.value if use else 'other'}-{certificate.serial_number:x}.der"


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)
