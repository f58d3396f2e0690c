"""A typeset paper sealed (PAdES B-LTA) and checked again against one bare signature and check of the same bytes; the tree against bare hashing."""

import hashlib
import tempfile
from pathlib import Path
from statistics import median

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone

from circulars.typesetting.press import typeset
from circulars.typesetting.sealdrawing import seal_picture
from circulars.verifier.pdf import opened
from circulars.verifier.seals import judged
from cms.merkle import Frontier
from cms.signing.authority import certificates_of, make_authority, open_authority
from cms.signing.pdfseals import SealField, seal_pdf
from cms.signing.trust import Trust
from tests.bench.stopwatch import Figure, Race, race
from tests.bench.typesetting import NAME
from tests.certificates import key_of
from tests.printed import CITY_SEAL, SEALS, fonts, paper

TURNS, LEAVES = 15, 50_000
SEAL_AIM, CHECK_AIM = 250, 60  # milliseconds of computing
UNIT, KEY = "延安市人民政府", "only-for-the-bench-" * 3


def measure() -> tuple[list[Figure], list[str]]:
    """Figures and, in words, whether each is within its aim."""
    with tempfile.TemporaryDirectory() as folder:
        sealing, checking = _seals(Path(folder) / "ca")
    growing = race(3, bare=lambda turn: _hashed(), ours=lambda turn: _grown(), warm_up=1)
    scenes = {"a seal on a paper": (sealing, SEAL_AIM), "the verdict on its seals": (checking, CHECK_AIM)}
    figures = [run.cpu(scene) for scene, (run, _) in scenes.items()]
    figures.append(growing.cpu(f"{LEAVES} leaves of the ledger's tree"))
    remarks = [_remark(scene, run, aim) for scene, (run, aim) in scenes.items()]
    speed = LEAVES / (median(lap.cpu for lap in growing.ours) / 1000)
    return figures, [*remarks, f"the tree grows by {speed:.0f} leaves a second of computing"]


def _seals(folder: Path) -> tuple[Race, Race]:
    at = timezone.now()
    make_authority(folder, "延安市", passphrase="for the bench alone", key_encryption_key=KEY, at=at)
    authority, known = open_authority(folder, KEY), certificates_of(folder)
    trust = Trust((known.root,), (known.issuing,), (authority.revocation_list([], number=1, at=at), known.root_list))
    key, plain = key_of(authority, at=at, code="YA-ZF", organisation=UNIT), ec.generate_private_key(ec.SECP256R1())
    done = typeset(paper(NAME), fonts(), seals=SEALS)
    (place, *_), picture = done.seals, seal_picture(UNIT, CITY_SEAL, fonts())
    field = SealField("seal-1", place.page, place.x, place.y, place.diameter, place.diameter)

    def sealed(turn: int) -> bytes:
        return seal_pdf(
            done.pdf, "seal-1", key, picture=picture, stamping=authority.stamping, trust=trust, at=at, lay=[field]
        )

    once = sealed(0)
    facts = {
        "kind": "notice",
        "pdf": {"pages": done.pages},
        "issuers": [{"code": "YA-ZF", "name": UNIT}],
        "seals": [
            {"field": "seal-1", "unit": "YA-ZF", "certificate": key.certificate.fingerprint(hashes.SHA256()).hex()}
        ],
    }
    if faults := list(judged(opened(once, "paper"), facts, trust)):
        raise AssertionError(str(faults[0]))
    signature, algorithm = plain.sign(done.pdf, ec.ECDSA(hashes.SHA256())), ec.ECDSA(hashes.SHA256())
    sealing = race(TURNS, bare=lambda turn: plain.sign(done.pdf, algorithm), ours=sealed)
    checking = race(
        TURNS,
        bare=lambda turn: plain.public_key().verify(signature, done.pdf, algorithm),
        ours=lambda turn: list(judged(opened(once, "paper"), facts, trust)),
    )
    return sealing, checking


def _grown() -> bytes:
    tree = Frontier()
    for number in range(LEAVES):
        tree.append(number.to_bytes(32))
    return tree.root


def _hashed() -> bytes:
    """As many hashes as a tree of so many leaves needs."""
    digest = b""
    for number in range(LEAVES):
        digest = hashlib.sha256(digest + number.to_bytes(32)).digest()
    return digest


def _remark(scene: str, run: Race, aim: int) -> str:
    cpu = median(lap.cpu for lap in run.ours)
    return f"{scene}: {cpu:.1f} ms of computing, {'within' if cpu <= aim else 'over'} the aim of {aim}"
