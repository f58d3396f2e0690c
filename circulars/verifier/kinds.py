"""The kinds of archive that the program checks, and where each keeps its parts."""

import re
from dataclasses import dataclass, field

# Whatever else lies in an archive, nobody checks; so nothing else may.
_BESIDE = (
    r"|(timeline|notices|urges)\.json|certificates/[^/]+\.der|crls/[^/]+\.crl|receipts/[^/]+\.(json|p7s)"
    r"|ledger/((entries|proofs|checkpoint|signed-later)\.json|checkpoint\.p7s)"
)
_EVIDENCE = r"README\.txt|index\.(json|p7s)|circular/(circular\.pdf|manifest\.(json|p7s)|attachments/[^/]+)"
_PACKAGE = (
    r"README\.txt|manifest\.(xml|p7s)|(metadata|process)\.xml"
    r"|content/(circular\.pdf|manifest\.(json|p7s)|(text|unsealed)\.json|(attachments|answers)/[^/]+)"
)


@dataclass(frozen=True)
class Kind:
    """What the archive is called, which file lists the others, which signs the list, and in which folder the sealed paper lies."""

    label: str
    index: str
    signature: str
    circular: str
    known: re.Pattern[str] = field(repr=False)

    @property
    def pdf(self) -> str:
        return f"{self.circular}/circular.pdf"

    @property
    def manifest(self) -> str:
        return f"{self.circular}/manifest.json"

    @property
    def manifest_signature(self) -> str:
        return f"{self.circular}/manifest.p7s"

    @property
    def attachments(self) -> str:
        return f"{self.circular}/attachments"


EVIDENCE = Kind("证据包", "index.json", "index.p7s", "circular", re.compile(_EVIDENCE + _BESIDE))
PACKAGE = Kind("归档包", "manifest.xml", "manifest.p7s", "content", re.compile(_PACKAGE + _BESIDE))
