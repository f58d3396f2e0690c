"""Whether every key's certificate is the one that was issued for it, and the key where and whose it was issued (Articles 10, 14 and 28)."""

from collections.abc import Iterator
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from django.conf import settings

from accounts.deeds import Deed
from accounts.seals import KeyKind, SealKey
from cms import ledger
from cms.entered import entries_of
from cms.signing.authority import AuthorityMissing, certificates_of
from cms.signing.certificates import Use
from cms.signing.detached import signer_of
from cms.verifying import CHUNK, Fault, register

_USES: dict[str, Use] = {KeyKind.UNIT_SEAL: Use.SEAL, KeyKind.LEADERS_STAMP: Use.STAMP, KeyKind.CLERK: Use.PERSON}


@register
def check_certificates(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Each certificate bears the key's serial, the unit's code and what the key is for, and was issued here; keys are few, so all are asked whatever ``since`` is."""
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


@register
def check_issued(since: datetime | None, now: datetime) -> Iterator[Fault]:
    """Each key that the ledger says was issued has the keeper, and lies in the token, named there; all are asked whatever ``since`` is."""
    entries = list(entries_of(Deed.KEY_ISSUED))  # before the keys: one that is issued meanwhile is not missed
    keys = {ledger.subject_of(key): key for key in SealKey.objects.select_related("unit").order_by("pk")}
    for entry in entries:
        key, said = keys.get(entry.subject), entry.said
        if key is None:
            yield Fault(entry.subject, "台账登记过制发，现在没有这把密钥。")
        elif (said.get("keeper"), said.get("token", "")) != (key.keeper_id, key.token):
            yield Fault(f"密钥 {key.pk}（{key}）", "保管人或令牌与台账登记的不一致，记录被改动过。")


def _flaw_of(key: SealKey, issuer: x509.Certificate) -> str:
    try:
        certificate = key.certificate
        certificate.verify_directly_issued_by(issuer)
        signer = signer_of(certificate)
    except (ValueError, TypeError, InvalidSignature):
        return "证书不是本市证书机构签发的，或者已损坏。"
    if (f"{signer.serial:x}", signer.code, signer.use) != (key.serial, key.unit.code, _USES.get(key.kind)):
        return "证书不是为这个密钥签发的，证书被换过。"
    return ""
