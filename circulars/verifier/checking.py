"""All checks of a bundle in their order, as the stranger's program and ours ask them."""

from collections.abc import Callable, Iterator
from pathlib import Path

from cryptography import x509

from circulars.verifier import archive, authorities, ledger, manifest, package, receipts, seals, trail
from circulars.verifier.bundle import Bundle, TooMuch, Unreadable
from circulars.verifier.findings import Fault, Finding
from circulars.verifier.reading import Evidence

CHECKS: tuple[Callable[[Evidence], Iterator[Finding]], ...] = (
    archive.check,
    authorities.check,
    manifest.check,
    seals.check,
    receipts.check,
    ledger.check,
    package.check,
    trail.check,
)


def findings(bundle: Bundle, root: x509.Certificate | None = None) -> Iterator[Finding]:
    """Everything that is wrong with the bundle, and what is worth knowing, as it is found.

    Without ``root`` the root in the bundle is taken for granted: its fingerprint is left to whoever asks to compare. Raises ``Unreadable``
    where there is no index to go by, and ``TooMuch`` for what was built to exhaust its reader.
    """
    evidence = Evidence(bundle, root)
    evidence.listed  # noqa: B018  where there is no list, nothing can be said
    for check in CHECKS:
        try:
            yield from check(evidence)
        except TooMuch:
            raise
        except Unreadable as missing:
            yield Fault("", str(missing))


def root_in(bundle: Bundle) -> x509.Certificate | None:
    """The root that the bundle brings along."""
    return next(iter(Evidence(bundle).own_roots), None)


def first_fault(path: Path, root: x509.Certificate | None = None) -> Fault | None:
    """The first thing that is wrong; raises ``Unreadable``."""
    with Bundle(path) as bundle:
        return next((one for one in findings(bundle, root) if isinstance(one, Fault)), None)
