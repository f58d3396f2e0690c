"""The certificates and lists of revocations that come along: complete, readable, and current when the bundle was made (Articles 10 and 15)."""

from collections.abc import Iterator

from cryptography import x509

from circulars.verifier.findings import Fault, Finding, Remark
from circulars.verifier.reading import Evidence
from cms.signing.certificates import DEMO_ONLY, is_demo
from cms.signing.signatures import ODDITIES


def check(evidence: Evidence) -> Iterator[Finding]:
    """There is one root, the given one where one was given, and each authority says in a current list which certificates it revoked."""
    for name, parsed in [*evidence.certificates.items(), *evidence.lists.items()]:
        if parsed is None:
            yield Fault(name, "无法识别。")
    if len(evidence.own_roots) != 1:
        yield Fault("certificates", "应当恰好有一张根证书。")
    elif evidence.given_root is not None and evidence.own_roots[0] != evidence.given_root:
        yield Fault("certificates", "包内的根证书不是所给的根证书。")
    if any(is_demo(root) for root in evidence.own_roots):
        yield Remark("certificates", f"根证书是{DEMO_ONLY}的，包内的印章和签名只作演示，没有效力。")
    for name, known in evidence.lists.items():
        if known is not None and not any(_signed(known, issuer) for issuer in evidence.issuers):
            yield Fault(name, "不是包内证书机构签发的吊销列表。")
    for issuer in evidence.issuers:
        if not any(_is_current(known, issuer, evidence) for known in evidence.lists.values() if known is not None):
            yield Fault(
                "crls", f"缺少“{issuer.subject.rfc4514_string()}”在制包时有效的吊销列表，不能确定证书是否已吊销。"
            )


def _signed(known: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    try:
        return known.issuer == issuer.subject and known.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]
    except ODDITIES:  # a key that signs nothing
        return False


def _is_current(known: x509.CertificateRevocationList, issuer: x509.Certificate, evidence: Evidence) -> bool:
    if evidence.made_at is None or known.next_update_utc is None:
        return False
    return known.last_update_utc <= evidence.made_at <= known.next_update_utc and _signed(known, issuer)
