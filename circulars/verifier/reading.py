"""A bundle as the checks read it: texts of a known form, signatures, and what the certificates in it make believable."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from circulars.verifier import shapes
from circulars.verifier.bundle import LARGEST_SIGNATURE, Bundle, TooMuch, Unreadable
from circulars.verifier.findings import Fault, Finding, Remark
from circulars.verifier.kinds import EVIDENCE, PACKAGE, Kind
from circulars.verifier.listing import listed_in
from cms.signing.certificates import Use
from cms.signing.detached import Verdict, verify_detached
from cms.signing.signatures import ODDITIES
from cms.signing.trust import Trust

PDF, MANIFEST, MANIFEST_SIGNATURE = EVIDENCE.pdf, EVIDENCE.manifest, EVIDENCE.manifest_signature
# What is known of a circular that is older than the seals.
UNSEALED = "content/unsealed.json"
# A circular has one installation behind it: a root, the authorities below it, a list of each.
MOST_ISSUERS = 10
# The kind of paper that bears its signer's stamp in the place of a seal.
ORDER = "order"


@dataclass(frozen=True)
class Evidence:
    """A bundle that is open, and the root that its reader brought along, if any."""

    bundle: Bundle
    given_root: x509.Certificate | None = None

    @property
    def kind(self) -> Kind:
        return self.bundle.kind

    @cached_property
    def listed(self) -> list[dict[str, Any]]:
        """The files that the index lists; raises ``Unreadable``."""
        if self.kind is EVIDENCE:
            return self.facts(self.kind.index, shapes.INDEX)["files"]
        return listed_in(self.bundle.read(self.kind.index), self.kind.index)

    def facts(self, name: str, shape: Any) -> Any:
        """The facts of a text; raises ``Unreadable`` for one that is missing, written otherwise or of another form."""
        facts = self.bundle.json(name)
        if not shapes.has_shape(facts, shape):
            raise Unreadable(f"{name} 的字段与约定不一致。")
        return facts

    def names(self, folder: str) -> list[str]:
        """The files of a folder, in the order of their names."""
        return sorted(name for name in self.bundle.heads if name.startswith(f"{folder}/"))

    @cached_property
    def is_unsealed(self) -> bool:
        """Whether it is the package of a circular from before the seals, which has neither manifest nor sealed file."""
        return self.kind is PACKAGE and UNSEALED in self.bundle.heads and self.kind.manifest not in self.bundle.heads

    @cached_property
    def manifest(self) -> Any:
        """What the circular is; without a signature where it is unsealed. Raises ``Unreadable``."""
        if self.is_unsealed:
            return self.facts(UNSEALED, shapes.UNSEALED)
        return self.facts(self.kind.manifest, shapes.MANIFEST)

    @cached_property
    def manifest_digest(self) -> str | None:
        """None where there is no manifest. Raises ``Unreadable``."""
        if self.is_unsealed:
            return None
        return sha256(self.bundle.read(self.kind.manifest)).hexdigest()

    @cached_property
    def index_verdict(self) -> Verdict:
        """Whether the installation that made the bundle signed for what is in it; raises ``Unreadable``."""
        return self.verdict(self.kind.index, self.kind.signature, use=Use.LEDGER)

    @cached_property
    def made_at(self) -> datetime | None:
        return self.index_verdict.stamped_at

    def verdict(self, name: str, signature: str, **wanted: Any) -> Verdict:
        """What is true of the signature, which must bear a time-stamp, over a text; raises ``Unreadable``."""
        signed, by = self.bundle.read(name), self.bundle.read(signature, LARGEST_SIGNATURE)
        return verify_detached(signed, by, self.trust, is_stamped=True, **wanted)

    @cached_property
    def certificates(self) -> dict[str, x509.Certificate | None]:
        """Every certificate by the name of its file; None where it cannot be read."""
        return {name: _certificate(self.bundle.read(name, LARGEST_SIGNATURE)) for name in self.names("certificates")}

    @cached_property
    def lists(self) -> dict[str, x509.CertificateRevocationList | None]:
        """Every list of revocations by the name of its file; None where it cannot be read."""
        names = self.names("crls")
        if len(names) > MOST_ISSUERS:
            raise TooMuch("吊销列表过多。")
        return {name: _list(self.bundle.read(name)) for name in names}

    @cached_property
    def issuers(self) -> tuple[x509.Certificate, ...]:
        """The certificates in the bundle that may issue others; raises ``TooMuch`` where there are more than an installation has."""
        found = tuple(one for one in self.certificates.values() if one is not None and _may_issue(one))
        if len(found) > MOST_ISSUERS:
            raise TooMuch("签发机构证书过多。")
        return found

    @cached_property
    def own_roots(self) -> tuple[x509.Certificate, ...]:
        """The roots that the bundle brings along itself."""
        return tuple(one for one in self.issuers if one.subject == one.issuer)

    @cached_property
    def trust(self) -> Trust:
        """Only the given root is believed; where none was given, the one in the bundle, which its reader must still compare."""
        roots = (self.given_root,) if self.given_root else self.own_roots[:1]
        return Trust(roots, self.issuers, tuple(filter(None, self.lists.values())))


def seals_on(kind: str) -> tuple[Use, ...]:
    """What a paper of this kind may bear: the seal of a body, and an order also the stamp of its signer."""
    return (Use.SEAL, Use.STAMP) if kind == ORDER else (Use.SEAL,)


def said_of(where: str, verdict: Verdict) -> Iterator[Finding]:
    """The verdict on one signature as findings."""
    if verdict.problem:
        yield Fault(where, verdict.problem)
    elif verdict.remark:
        yield Remark(where, verdict.remark)


def root_of(path: Path) -> x509.Certificate:
    """The root that a reader trusts, from a file in PEM or DER; raises ``Unreadable``."""
    try:
        content = path.read_bytes()
        if b"-----BEGIN" in content:
            content = x509.load_pem_x509_certificate(content).public_bytes(Encoding.DER)
    except (OSError, *ODDITIES):
        content = b""
    found = _certificate(content)
    if found is None:
        raise Unreadable(f"根证书文件 {path} 无法读出。")
    return found


def _certificate(content: bytes) -> x509.Certificate | None:
    try:
        found = x509.load_der_x509_certificate(content)
        # Much of it is only read when it is asked for.
        return found if (found.subject, found.issuer, found.extensions, found.public_key()) else None
    except ODDITIES:
        return None


def _list(content: bytes) -> x509.CertificateRevocationList | None:
    try:
        found = x509.load_der_x509_crl(content)
        read = (
            found.issuer,
            found.last_update_utc,
            found.next_update_utc,
            [line.revocation_date_utc for line in found],
        )
        return found if read else None
    except ODDITIES:
        return None


def _may_issue(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, *ODDITIES):
        return False
