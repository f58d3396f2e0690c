"""Whether every key's certificate is the one that was issued for it (Articles 10, 14 and 28)."""

from collections.abc import Iterator
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from django.conf import settings

from accounts.seals import SealKey
from cms.signing.authority import AuthorityMissing, certificates_of
from cms.signing.detached import signer_of
from cms.verifying import CHUNK, Fault, register


@register
def check_certificates(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Each certificate bears the key's serial and the unit's code and was issued here; keys are few, so all are asked whatever ``since`` is."""
    keys = SealKey.objects.exclude(serial="", certificate_pem="").select_related("unit", "keeper").order_by("pk")
    issuer: x509.Certificate | None = None
    for key in keys.iterator(CHUNK):
        if issuer is None:
            try:
                issuer = certificates_of(settings.CA_FOLDER).issuing
            except AuthorityMissing:
                yield Fault("证书机构", "目录缺失，密钥的证书无法核对。")
                return
        if flaw := _flaw_of(key, issuer):
            yield Fault(f"密钥 {key.pk}（{key}）", flaw)


def _flaw_of(key: SealKey, issuer: x509.Certificate) -> str:
    try:
        certificate = key.certificate
        certificate.verify_directly_issued_by(issuer)
        signer = signer_of(certificate)
    except (ValueError, TypeError, InvalidSignature):
        return "证书不是本市证书机构签发的，或者已损坏。"
    if f"{signer.serial:x}" != key.serial or signer.code != key.unit.code:
        return "证书不是为这个密钥签发的，证书被换过。"
    return ""
